//! Estimates the cost of an operation before it runs: about one for each field of each node that it may return.
//!
//! A list is multiplied by its largest length: the page size for `nodes` and `edges`, and a usual length for other
//! lists. More expensive fields have a price in [`PRICES`], and inputs are priced by their size ([`InputSize`]). Each
//! fragment is counted once, so that counting takes linear time; sums saturate.

use super::{
    document::CheckedDocument,
    input_size::{InputSize, VariableSizes},
    limits::{CallerLimits, DEPTH, LEVELS},
    refusal::{Refusal, RequestErrorCode},
};
use crate::paging;
use apollo_compiler::{
    ExecutableDocument, Name,
    ast::{self, Type},
    executable::{Field, Selection, SelectionSet},
};
use async_graphql::{Value, Variables, value};
use domain::statistics::{MAX_DAYS, MONTH};
use std::collections::HashMap;

/// The assumed length of a list without pages.
const LIST: u64 = 20;

/// The assumed lengths of lists that are usually shorter or longer.
const LISTS: [(&str, &str, u64); 10] = [
    ("Asset", "proxies", 6),
    ("Asset", "attachments", 10),
    ("PersonSearchPayload", "faces", 10),
    ("SharedAsset", "downloads", 10),
    ("SharedAsset", "tracks", 4),
    ("UserGroup", "members", 50),
    // A full introspection nests these lists, and the product must be near its real size: each type has its own fields,
    // and most types are small.
    ("__Schema", "types", 5),
    ("__Type", "fields", 3),
    ("__Type", "inputFields", 2),
    ("__Field", "args", 2),
];

/// The additional prices of fields that take more work than a lookup.
const PRICES: [(&str, &str, u64); 15] = [
    ("Link", "preparation", 10),
    ("SharedLink", "preparation", 10),
    ("SharedLink", "archive", 50),
    ("SharedLink", "archiveUrl", 50),
    // All faces of the collection are compared.
    ("SharedLink", "personMatches", 100),
    ("Query", "sharedLink", 10),
    // All pictures and videos are counted.
    ("Workspace", "personSearchProgress", 50),
    // The sums of many days.
    ("Statistics", "total", 5),
    ("Statistics", "lastMonth", 2),
    ("Mutation", "uploadAsset", 100),
    ("Mutation", "attachFile", 100),
    ("Mutation", "searchSharedLinkByPerson", 500),
    ("Mutation", "setLogo", 100),
    ("Mutation", "setWatermark", 100),
    ("Query", "__schema", 100),
];

/// The price of each of the two fields of a connection that count its nodes.
const COUNTED: u64 = 25;
const COUNTS: [&str; 2] = ["totalCount", "isEstimate"];

/// The lists that may have an item for each item of the input.
const LISTS_BY_INPUT: [&str; 4] = ["userErrors", "skipped", "notShareable", "deletedIds"];

/// How many values of an input cost as much as one field of the response.
const VALUES: u64 = 10;

/// The cost of hashing a password, and of comparing one, which the throttle limits as well.
const HASHED: u64 = 500;
const COMPARED: u64 = 200;

/// The cost of an operation, and the caller's limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// The cost of the operation.
    pub requested: u64,
    /// The highest cost that the caller may ask for.
    pub limit: u64,
}

impl Cost {
    /// The value of `extensions.cost`.
    pub(crate) fn to_value(self) -> Value {
        value!({ "requested": self.requested, "limit": self.limit })
    }
}

/// Counts the cost and the depth of the operation, and refuses it if either exceeds the limit.
pub(super) fn count(checked: &CheckedDocument, variables: &Variables, limits: &CallerLimits) -> Result<Cost, Refusal> {
    let sizes = VariableSizes::of(variables);
    let mut counter = Counter { document: &checked.document, variables, sizes, fragments: HashMap::new() };
    let size = counter.set(&checked.operation.selection_set);
    let (requested, depth, levels) = (size.cost, size.depth, size.levels);
    let cost = Cost { requested, limit: limits.cost };
    let refused = if depth > DEPTH {
        format!("The operation is nested {depth} fields deep, and {DEPTH} is the limit.")
    } else if levels > LEVELS {
        format!("The operation is nested {levels} levels deep with its fragments, and {LEVELS} is the limit.")
    } else if requested > cost.limit {
        format!(
            "The operation costs {requested}, and {} is the limit: ask for smaller pages (\"first\"), for fewer fields, \
             or in several requests.",
            cost.limit
        )
    } else {
        return Ok(cost);
    };
    Err(Refusal::one(RequestErrorCode::Validation, refused).with_extension("cost", &cost.to_value()))
}

/// The size of a part of an operation.
#[derive(Clone, Copy, Default)]
struct Size {
    cost: u64,
    /// The additional cost for each node of a page, if this is part of a connection.
    each_on_page: u64,
    /// The additional cost for each item of a list that is as long as the input of the surrounding field.
    each_of_input: u64,
    /// The nesting depth of fields.
    depth: usize,
    /// The nesting depth of fields and fragments.
    levels: usize,
}

struct Counter<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    sizes: VariableSizes<'a>,
    fragments: HashMap<&'a Name, Size>,
}

impl<'a> Counter<'a> {
    fn set(&mut self, set: &'a SelectionSet) -> Size {
        let sum = set.selections.iter().fold(Size::default(), |sum, selection| {
            let size = match selection {
                Selection::Field(field) => self.field(&set.ty, field),
                Selection::InlineFragment(fragment) => self.set(&fragment.selection_set),
                Selection::FragmentSpread(spread) => self.fragment(&spread.fragment_name),
            };
            Size {
                cost: sum.cost.saturating_add(size.cost),
                each_on_page: sum.each_on_page.saturating_add(size.each_on_page),
                each_of_input: sum.each_of_input.saturating_add(size.each_of_input),
                depth: sum.depth.max(size.depth),
                levels: sum.levels.max(size.levels),
            }
        });
        Size { levels: sum.levels + usize::from(!set.is_empty()), ..sum }
    }

    /// Ends, because the validator has refused fragments that contain themselves.
    fn fragment(&mut self, name: &'a Name) -> Size {
        if let Some(size) = self.fragments.get(name) {
            return *size;
        }
        let size = self.document.fragments.get(name).map(|fragment| self.set(&fragment.selection_set));
        let size = size.unwrap_or_default();
        self.fragments.insert(name, size);
        size
    }

    fn field(&mut self, parent: &Name, field: &'a Field) -> Size {
        let children = self.set(&field.selection_set);
        let input = self.sizes.of_arguments(&field.arguments);
        let (depth, price) =
            (children.depth + 1, self.price(parent, field).saturating_add(of_input(&field.name, input)));
        if LISTS_BY_INPUT.contains(&field.name.as_str()) {
            return Size { cost: price, each_of_input: children.cost, depth, ..children };
        }
        if parent.ends_with("Connection") && is_list(field) {
            return Size { cost: price, each_on_page: children.cost, depth, ..children };
        }
        // The nodes of a page are loaded even if no field of them is requested.
        let page = self.page(field).map_or(0, |nodes| nodes.saturating_mul(children.each_on_page.max(1)));
        let answers = children.each_of_input.saturating_mul(LIST.max(input.items / VALUES));
        let once = children.cost.saturating_add(page).saturating_add(answers);
        let cost = once.saturating_mul(self.length(parent, field)).saturating_add(price);
        Size { cost, each_on_page: 0, each_of_input: 0, depth, ..children }
    }

    /// The page size, if the field has pages.
    fn page(&self, field: &Field) -> Option<u64> {
        field.definition.argument_by_name("first")?;
        let page = self.int(field, "first").or_else(|| self.int(field, "last"));
        Some(paging::page_cost(page).max(1))
    }

    fn price(&self, parent: &Name, field: &Field) -> u64 {
        if (parent.as_str(), field.name.as_str()) == ("Link", "qrCode") {
            return self.qr_code(field);
        }
        if parent.ends_with("Connection") && COUNTS.contains(&field.name.as_str()) {
            return COUNTED;
        }
        let dear = PRICES.iter().find(|(ty, name, _)| *ty == parent.as_str() && *name == field.name.as_str());
        dear.map_or(1, |(_, _, price)| *price)
    }

    /// Priced by its area, because the picture is drawn and compressed.
    fn qr_code(&self, field: &Field) -> u64 {
        let size = u64::try_from(self.int(field, "size").unwrap_or(256)).unwrap_or_default().min(2048);
        20 + size * size / 4096
    }

    /// The assumed length of a list without pages.
    fn length(&self, parent: &Name, field: &Field) -> u64 {
        if (parent.as_str(), field.name.as_str()) == ("Statistics", "days") {
            let days = self.int(field, "last").map_or(Ok(MONTH), u32::try_from);
            return days.unwrap_or(MAX_DAYS).clamp(1, MAX_DAYS).into();
        }
        let is_this = |(ty, name, _): &&(&str, &str, u64)| *ty == parent.as_str() && *name == field.name.as_str();
        match LISTS.iter().find(is_this) {
            Some((_, _, length)) => *length,
            None if !is_list(field) => 1,
            None if parent.starts_with("__") => 2,
            None => LIST,
        }
    }

    /// The value of an argument, if it is a number.
    fn int(&self, field: &Field, name: &str) -> Option<i32> {
        let number = match &**field.specified_argument_by_name(name)? {
            ast::Value::Int(number) => number.try_to_i32().ok().map(i64::from),
            ast::Value::Variable(variable) => match self.variables.get(variable.as_str()) {
                Some(Value::Number(number)) => number.as_i64(),
                _ => None,
            },
            _ => None,
        };
        number.and_then(|number| i32::try_from(number).ok())
    }
}

/// The cost of the arguments of a field.
fn of_input(field: &str, input: InputSize) -> u64 {
    let password =
        if matches!(field, "signIn" | "changeEmail" | "deleteUser" | "unlockSharedLink") { COMPARED } else { HASHED };
    (input.values / VALUES).saturating_add(input.passwords.saturating_mul(password))
}

fn is_list(field: &Field) -> bool {
    matches!(field.definition.ty, Type::List(_) | Type::NonNullList(_))
}
