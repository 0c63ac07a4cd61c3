//! Whether each variable may stand where it stands.

use super::super::refusal::Problem;
use apollo_compiler::{Name, Node, ast, executable::Operation};
use std::collections::{HashMap, HashSet};

/// A place where a variable stands.
pub(super) struct Use<'a> {
    pub(super) name: &'a Name,
    /// What is wanted there.
    pub(super) wanted: &'a ast::Type,
    /// Whether there is a value for it where the variable has none.
    pub(super) has_default: bool,
    pub(super) offset: Option<usize>,
}

/// What one operation or fragment uses.
#[derive(Default)]
pub(super) struct Uses<'a> {
    pub(super) variables: Vec<Use<'a>>,
    pub(super) fragments: Vec<&'a Name>,
}

/// All places of a document.
#[derive(Default)]
pub(super) struct Places<'a> {
    fragments: HashMap<&'a Name, Uses<'a>>,
    operations: Vec<(&'a Node<Operation>, Uses<'a>)>,
}

impl<'a> Places<'a> {
    pub(super) fn fragment(&mut self, name: &'a Name, uses: Uses<'a>) {
        self.fragments.insert(name, uses);
    }

    pub(super) fn operation(&mut self, operation: &'a Node<Operation>, uses: Uses<'a>) {
        self.operations.push((operation, uses));
    }

    /// The variables that may not stand where they do, and those that their operation does not define.
    pub(super) fn misplaced(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (operation, uses) in &self.operations {
            let defined: HashMap<&Name, &Node<ast::VariableDefinition>> =
                operation.variables.iter().rev().map(|variable| (&variable.name, variable)).collect();
            for used in self.reached(uses).into_iter().flat_map(|uses| &uses.variables) {
                let problem = match defined.get(used.name) {
                    None => Some(undefined(used.name, operation)),
                    Some(variable) if !fits(variable, used) => Some(format!(
                        "Variable \"${}\" of type \"{}\" used in position expecting type \"{}\".",
                        used.name, variable.ty, used.wanted
                    )),
                    Some(_) => None,
                };
                problems.extend(problem.map(|message| Problem::validation(message).at(used.offset)));
            }
        }
        problems
    }

    /// The variables of an operation that stand where no null may be.
    pub(super) fn never_null(&self, operation: &Operation) -> HashSet<String> {
        let own = self.operations.iter().filter(|(other, _)| other.name == operation.name);
        let used = own.flat_map(|(_, uses)| self.reached(uses)).flat_map(|uses| &uses.variables);
        used.filter(|used| used.wanted.is_non_null()).map(|used| used.name.to_string()).collect()
    }

    /// These uses, and those of all fragments behind them.
    fn reached<'s>(&'s self, uses: &'s Uses<'a>) -> Vec<&'s Uses<'a>> {
        let (mut reached, mut seen, mut next) = (Vec::new(), HashSet::new(), vec![uses]);
        while let Some(uses) = next.pop() {
            reached.push(uses);
            let new = uses.fragments.iter().filter(|name| seen.insert(**name));
            next.extend(new.filter_map(|name| self.fragments.get(*name)));
        }
        reached
    }
}

fn undefined(name: &Name, operation: &Operation) -> String {
    match &operation.name {
        Some(operation) => format!("Variable \"${name}\" is not defined by operation \"{operation}\"."),
        None => format!("Variable \"${name}\" is not defined."),
    }
}

/// Whether a variable's value is of the wanted type, or there is a default where it would be null.
fn fits(variable: &ast::VariableDefinition, used: &Use<'_>) -> bool {
    let mut given = (*variable.ty).clone();
    if used.wanted.is_non_null() && !given.is_non_null() {
        let never_null = variable.default_value.as_ref().is_some_and(|default| !default.is_null());
        if !never_null && !used.has_default {
            return false;
        }
        given = given.non_null();
    }
    given.is_assignable_to(used.wanted)
}
