//! The fields of a form, or of a query string, as they were sent. A name may come several times, as checkboxes do.

use super::workspace::encoded;
use actix_web::web::Query;

/// The fields.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// The fields in this order.
    pub(super) fn new(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// The fields of a query string.
    pub(super) fn of_query(query: &str) -> Self {
        Query::<Vec<(String, String)>>::from_query(query).map_or_else(|_| Self::default(), |fields| Self(fields.0))
    }

    /// The first value of this name; empty, if there is none.
    pub(super) fn text(&self, name: &str) -> &str {
        self.first(name).unwrap_or_default()
    }

    /// Whether there is a field of this name: a ticked checkbox, or a pressed button.
    pub(super) fn has(&self, name: &str) -> bool {
        self.first(name).is_some()
    }

    /// The first value of this name, if there is one.
    pub(super) fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// All values of this name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// Those fields whose name is wanted, as a query string.
    pub(super) fn to_query(&self, is_wanted: impl Fn(&str) -> bool) -> String {
        let fields = self.0.iter().filter(|(name, _)| !name.is_empty() && is_wanted(name));
        let fields = fields.map(|(name, value)| match value.as_str() {
            "" => encoded(name),
            value => format!("{}={}", encoded(name), encoded(value)),
        });
        fields.collect::<Vec<_>>().join("&")
    }

    /// All fields but those of this name, as one text.
    pub(super) fn without(&self, name: &str) -> String {
        let others: Vec<_> = self.0.iter().filter(|(other, _)| other != name).collect();
        serde_json::to_string(&others).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_come_several_times() {
        let fields = Fields::of_query("a=1&b=x+y%26&a=2&c");
        assert_eq!(fields.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!((fields.text("a"), fields.text("b"), fields.text("c"), fields.text("d")), ("1", "x y&", "", ""));
        assert!(fields.has("c") && !fields.has("d"));
        assert_eq!(fields.without("a"), r#"[["b","x y&"],["c",""]]"#);
    }
}
