//! Converts a checked document of apollo-compiler to the types of async-graphql. Positions stay those in the client's
//! text.

use super::positions::Positions;
use apollo_compiler::{
    ExecutableDocument, Name as ApolloName, Node, ast,
    executable::{self, Operation, Selection},
    parser::SourceSpan,
};
use async_graphql::{
    Name, Pos, Positioned, Value as Constant,
    parser::types::{
        Directive, DocumentOperations, ExecutableDocument as Runnable, Field, FragmentDefinition, FragmentSpread,
        InlineFragment, OperationDefinition, OperationType, Selection as RunnableSelection, SelectionSet, Type,
        TypeCondition, VariableDefinition,
    },
};
use async_graphql_value::Value;
use serde_json::Number;
use std::collections::{HashMap, VecDeque};

/// One operation, and the fragments that it uses.
pub(super) fn runnable(document: &ExecutableDocument, operation: &Operation, positions: &Positions<'_>) -> Runnable {
    let mut convert = Convert { positions, spread: VecDeque::new() };
    let at = convert.positions.at(0);
    let definition = Positioned::new(
        OperationDefinition {
            ty: kind(operation.operation_type),
            variable_definitions: operation.variables.iter().map(|it| convert.variable(it)).collect(),
            directives: convert.directives(&operation.directives),
            selection_set: convert.set(&operation.selection_set, at),
        },
        at,
    );
    let mut fragments = HashMap::new();
    while let Some(name) = convert.spread.pop_front() {
        if let Some(fragment) = document.fragments.get(&name)
            && !fragments.contains_key(name.as_str())
        {
            fragments.insert(Name::new(&name), convert.fragment(fragment));
        }
    }
    let operations = match &operation.name {
        None => DocumentOperations::Single(definition),
        Some(name) => DocumentOperations::Multiple(HashMap::from([(Name::new(name), definition)])),
    };
    Runnable { operations, fragments }
}

/// The type of an operation.
pub(super) fn kind(kind: ast::OperationType) -> OperationType {
    match kind {
        ast::OperationType::Query => OperationType::Query,
        ast::OperationType::Mutation => OperationType::Mutation,
        ast::OperationType::Subscription => OperationType::Subscription,
    }
}

/// A constant value; none if it contains variables.
pub(super) fn constant(found: &ast::Value) -> Option<Constant> {
    value(found).into_const()
}

fn value(found: &ast::Value) -> Value {
    match found {
        ast::Value::Null => Value::Null,
        ast::Value::Enum(name) => Value::Enum(Name::new(name)),
        ast::Value::Variable(name) => Value::Variable(Name::new(name)),
        ast::Value::String(text) => Value::String(text.clone()),
        ast::Value::Boolean(truth) => Value::Boolean(*truth),
        ast::Value::Int(number) => integer(number.as_str()),
        ast::Value::Float(number) => float(number.as_str()),
        ast::Value::List(items) => Value::List(items.iter().map(|item| value(item)).collect()),
        ast::Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, field)| (Name::new(name), value(field))).collect())
        }
    }
}

/// A number that is too large for an integer can only be meant as a float or an id.
fn integer(digits: &str) -> Value {
    let whole = digits.parse::<i64>().map(Number::from);
    whole.or_else(|_| digits.parse::<u64>().map(Number::from)).map_or_else(|_| float(digits), Value::Number)
}

fn float(digits: &str) -> Value {
    digits.parse().ok().and_then(Number::from_f64).map_or_else(|| Value::String(digits.to_owned()), Value::Number)
}

struct Convert<'a> {
    positions: &'a Positions<'a>,
    /// Used fragments that are not converted yet.
    spread: VecDeque<ApolloName>,
}

impl Convert<'_> {
    fn pos(&self, span: Option<SourceSpan>) -> Pos {
        self.positions.at(span.map_or(0, |span| span.offset()))
    }

    fn name(&self, name: &ApolloName) -> Positioned<Name> {
        Positioned::new(Name::new(name), self.pos(name.location()))
    }

    fn set(&mut self, set: &executable::SelectionSet, at: Pos) -> Positioned<SelectionSet> {
        let items = set.selections.iter().map(|selection| self.selection(selection)).collect();
        Positioned::new(SelectionSet { items }, at)
    }

    fn selection(&mut self, selection: &Selection) -> Positioned<RunnableSelection> {
        match selection {
            Selection::Field(field) => {
                let at = self.pos(field.location());
                Positioned::new(RunnableSelection::Field(Positioned::new(self.field(field, at), at)), at)
            }
            Selection::FragmentSpread(spread) => {
                let at = self.pos(spread.location());
                self.spread.push_back(spread.fragment_name.clone());
                let (fragment_name, directives) =
                    (self.name(&spread.fragment_name), self.directives(&spread.directives));
                let spread = FragmentSpread { fragment_name, directives };
                Positioned::new(RunnableSelection::FragmentSpread(Positioned::new(spread, at)), at)
            }
            Selection::InlineFragment(fragment) => {
                let at = self.pos(fragment.location());
                let type_condition = fragment.type_condition.as_ref().map(|name| self.condition(name));
                let directives = self.directives(&fragment.directives);
                let selection_set = self.set(&fragment.selection_set, at);
                let fragment = InlineFragment { type_condition, directives, selection_set };
                Positioned::new(RunnableSelection::InlineFragment(Positioned::new(fragment, at)), at)
            }
        }
    }

    fn field(&mut self, field: &executable::Field, at: Pos) -> Field {
        Field {
            alias: field.alias.as_ref().map(|alias| self.name(alias)),
            name: self.name(&field.name),
            arguments: self.arguments(&field.arguments),
            directives: self.directives(&field.directives),
            selection_set: self.set(&field.selection_set, at),
        }
    }

    fn fragment(&mut self, fragment: &Node<executable::Fragment>) -> Positioned<FragmentDefinition> {
        let at = self.pos(fragment.location());
        let definition = FragmentDefinition {
            type_condition: self.condition(fragment.type_condition()),
            directives: self.directives(&fragment.directives),
            selection_set: self.set(&fragment.selection_set, at),
        };
        Positioned::new(definition, at)
    }

    fn condition(&self, name: &ApolloName) -> Positioned<TypeCondition> {
        Positioned::new(TypeCondition { on: self.name(name) }, self.pos(name.location()))
    }

    fn directives(&self, directives: &ast::DirectiveList) -> Vec<Positioned<Directive>> {
        let converted = directives.iter().map(|directive| {
            let converted =
                Directive { name: self.name(&directive.name), arguments: self.arguments(&directive.arguments) };
            Positioned::new(converted, self.pos(directive.location()))
        });
        converted.collect()
    }

    fn arguments(&self, arguments: &[Node<ast::Argument>]) -> Vec<(Positioned<Name>, Positioned<Value>)> {
        let converted = arguments.iter().map(|argument| {
            let at = self.pos(argument.value.location());
            (self.name(&argument.name), Positioned::new(value(&argument.value), at))
        });
        converted.collect()
    }

    fn variable(&self, variable: &Node<ast::VariableDefinition>) -> Positioned<VariableDefinition> {
        let at = self.pos(variable.location());
        // The validator has accepted the type, whose syntax async-graphql parses, too.
        let ty = Type::new(&variable.ty.to_string()).unwrap_or_else(|| unreachable!("a type that was validated"));
        let default = variable.default_value.as_ref();
        let definition = VariableDefinition {
            name: self.name(&variable.name),
            var_type: Positioned::new(ty, at),
            directives: Vec::new(),
            default_value: default.and_then(|default| constant(default)).map(|value| Positioned::new(value, at)),
        };
        Positioned::new(definition, at)
    }
}
