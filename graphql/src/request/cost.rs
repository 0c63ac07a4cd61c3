//! What an operation costs, counted before anything of it runs: about one for each field of each node that it can
//! answer.
//!
//! A list counts as long as it can be: a page as long as it was asked for, any other list as long as such lists usually
//! are. What is dearer than that has its price in [`PRICES`]. A fragment is counted once, however often it is used, so
//! that counting takes no longer than the document is long; the sum cannot overflow, it stops at the largest number.

use super::{
    document::Checked,
    limits::{self, DEPTH, LEVELS},
    refusal::{Refusal, RequestErrorCode},
};
use crate::paging;
use apollo_compiler::{
    ExecutableDocument, Name,
    ast::{self, Type},
    executable::{Field, Selection, SelectionSet},
};
use async_graphql::{Value, Variables};
use std::collections::HashMap;

/// How long a list is taken to be that has no pages.
const LIST: u64 = 20;

/// The lists that are usually shorter or longer.
const LISTS: [(&str, &str, u64); 7] = [
    ("Asset", "proxies", 6),
    ("Asset", "attachments", 10),
    ("UserGroup", "members", 50),
    // Each type has its own fields, and each type of the schema is small; together they are what they take.
    ("__Schema", "types", 5),
    ("__Type", "fields", 3),
    ("__Type", "inputFields", 2),
    ("__Field", "args", 2),
];

/// Fields that take more work than to look something up, and how much more.
const PRICES: [(&str, &str, u64); 9] = [
    // A password is hashed.
    ("Mutation", "signIn", 200),
    ("Link", "preparation", 10),
    ("LinkConnection", "totalCount", 50),
    ("AssetConnection", "totalCount", 50),
    ("CollectionConnection", "totalCount", 50),
    ("Mutation", "uploadAsset", 100),
    ("Mutation", "attachFile", 100),
    ("Mutation", "setWatermark", 100),
    ("Query", "__schema", 100),
];

/// What an operation costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// What it costs.
    pub requested: u64,
    /// What it may cost at most.
    pub limit: u64,
}

/// Counts what the operation costs and how deep it is, and refuses what is too much.
pub(super) fn count(checked: &Checked, variables: &Variables, limits: &limits::OfCaller) -> Result<Cost, Refusal> {
    let mut counter = Counter { document: &checked.document, variables, fragments: HashMap::new() };
    let Size { cost: requested, depth, levels } = counter.set(&checked.operation.selection_set);
    let limit = limits.cost;
    let refused = if depth > DEPTH {
        format!("The operation is nested {depth} fields deep, and {DEPTH} is the limit.")
    } else if levels > LEVELS {
        format!("The operation is nested {levels} levels deep with its fragments, and {LEVELS} is the limit.")
    } else if requested > limit {
        format!(
            "The operation costs {requested}, and {limit} is the limit: ask for smaller pages (\"first\"), for fewer \
             fields, or in several requests."
        )
    } else {
        return Ok(Cost { requested, limit });
    };
    Err(Refusal::one(RequestErrorCode::Validation, refused))
}

/// How large a part of an operation is.
#[derive(Clone, Copy, Default)]
struct Size {
    cost: u64,
    /// Fields within fields.
    depth: usize,
    /// The same, and fragments.
    levels: usize,
}

struct Counter<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Variables,
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
                depth: sum.depth.max(size.depth),
                levels: sum.levels.max(size.levels),
            }
        });
        Size { levels: sum.levels + usize::from(!set.is_empty()), ..sum }
    }

    /// Fragments that contain themselves were refused by the validator.
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
        let cost = children.cost.saturating_mul(self.length(parent, field)).saturating_add(self.price(parent, field));
        Size { cost, depth: children.depth + 1, ..children }
    }

    /// How many there are of what is below a field.
    fn length(&self, parent: &Name, field: &Field) -> u64 {
        let usual = |(ty, name, length): &(&str, &str, u64)| {
            (*ty == parent.as_str() && *name == field.name.as_str()).then_some(*length)
        };
        if let Some(length) = LISTS.iter().find_map(usual) {
            return length;
        }
        let has = |name: &str| field.definition.argument_by_name(name).is_some();
        if has("first") {
            let page = self.int(field, "first").or_else(|| self.int(field, "last"));
            return paging::page_cost(page).max(1);
        }
        // The page was counted where it was asked for.
        let is_page = parent.ends_with("Connection");
        match field.definition.ty {
            Type::List(_) | Type::NonNullList(_) if !is_page => {
                if parent.starts_with("__") {
                    2
                } else {
                    LIST
                }
            }
            _ => 1,
        }
    }

    fn price(&self, parent: &Name, field: &Field) -> u64 {
        if (parent.as_str(), field.name.as_str()) == ("Link", "qrCode") {
            return self.qr_code(field);
        }
        let dear = PRICES.iter().find(|(ty, name, _)| *ty == parent.as_str() && *name == field.name.as_str());
        dear.map_or(1, |(_, _, price)| *price)
    }

    /// By its area: the picture is drawn and packed.
    fn qr_code(&self, field: &Field) -> u64 {
        let size = u64::try_from(self.int(field, "size").unwrap_or(256)).unwrap_or_default().min(2048);
        20 + size * size / 4096
    }

    /// An argument, where it is a number.
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
