//! What an operation costs, counted before anything of it runs: about one for each field of each node that it can
//! answer.
//!
//! A list counts as long as it can be: the `nodes` and `edges` of a page as long as it was asked for, any other list as
//! long as such lists usually are. What is dearer than that has its price in [`PRICES`], and inputs have theirs by their size ([`InputSize`]). A fragment is counted once, however often it is used, so
//! that counting takes no longer than the document is long; the sum cannot overflow, it stops at the largest number.

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
const PRICES: [(&str, &str, u64); 8] = [
    ("Link", "preparation", 10),
    ("LinkConnection", "totalCount", 50),
    ("AssetConnection", "totalCount", 50),
    ("CollectionConnection", "totalCount", 50),
    ("Mutation", "uploadAsset", 100),
    ("Mutation", "attachFile", 100),
    ("Mutation", "setWatermark", 100),
    ("Query", "__schema", 100),
];

/// The lists that have an item for each item of the input, in the worst case.
const LISTS_BY_INPUT: [&str; 4] = ["userErrors", "skipped", "notShareable", "deletedIds"];

/// How many values of an input cost as much as a field of the answer.
const VALUES: u64 = 10;

/// To hash a password, and to compare one at a sign-in, which the throttle slows down, too.
const HASHED: u64 = 500;
const COMPARED: u64 = 200;

/// What an operation costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// What it costs.
    pub requested: u64,
    /// What it may cost at most.
    pub limit: u64,
}

impl Cost {
    /// As answers tell it.
    pub(crate) fn to_value(self) -> Value {
        value!({ "requested": self.requested, "limit": self.limit })
    }
}

/// Counts what the operation costs and how deep it is, and refuses what is too much.
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

/// How large a part of an operation is.
#[derive(Clone, Copy, Default)]
struct Size {
    cost: u64,
    /// What each node of the page costs in addition, where this is part of a connection.
    each_on_page: u64,
    /// What each item of a list costs that is as long as the input of the field around it.
    each_of_input: u64,
    /// Fields within fields.
    depth: usize,
    /// The same, and fragments.
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
        let input = self.sizes.of_arguments(&field.arguments);
        let (depth, price) =
            (children.depth + 1, self.price(parent, field).saturating_add(of_input(&field.name, input)));
        if LISTS_BY_INPUT.contains(&field.name.as_str()) {
            return Size { cost: price, each_of_input: children.cost, depth, ..children };
        }
        if parent.ends_with("Connection") && is_list(field) {
            return Size { cost: price, each_on_page: children.cost, depth, ..children };
        }
        // The nodes of a page are loaded also where nothing of them is asked for.
        let page = self.page(field).map_or(0, |nodes| nodes.saturating_mul(children.each_on_page.max(1)));
        let answers = children.each_of_input.saturating_mul(LIST.max(input.items / VALUES));
        let once = children.cost.saturating_add(page).saturating_add(answers);
        let cost = once.saturating_mul(length(parent, field)).saturating_add(price);
        Size { cost, each_on_page: 0, each_of_input: 0, depth, ..children }
    }

    /// How long a page is, where a field has pages.
    fn page(&self, field: &Field) -> Option<u64> {
        field.definition.argument_by_name("first")?;
        let page = self.int(field, "first").or_else(|| self.int(field, "last"));
        Some(paging::page_cost(page).max(1))
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

/// What it costs to take in the arguments of a field.
fn of_input(field: &str, input: InputSize) -> u64 {
    let password = if field == "signIn" { COMPARED } else { HASHED };
    (input.values / VALUES).saturating_add(input.passwords.saturating_mul(password))
}

/// How long a list is taken to be that has no pages.
fn length(parent: &Name, field: &Field) -> u64 {
    let is_this = |(ty, name, _): &&(&str, &str, u64)| *ty == parent.as_str() && *name == field.name.as_str();
    match LISTS.iter().find(is_this) {
        Some((_, _, length)) => *length,
        None if !is_list(field) => 1,
        None if parent.starts_with("__") => 2,
        None => LIST,
    }
}

fn is_list(field: &Field) -> bool {
    matches!(field.definition.ty, Type::List(_) | Type::NonNullList(_))
}
