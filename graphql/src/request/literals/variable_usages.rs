//! Checks whether each variable may be used where it is used.

use super::super::refusal::Problem;
use apollo_compiler::{Name, Node, ast, executable::Operation};
use std::collections::{HashMap, HashSet};

/// A position at which a variable is used.
pub(super) struct VariableUsage<'a> {
    pub(super) name: &'a Name,
    /// The type that the position expects.
    pub(super) wanted: &'a ast::Type,
    /// Whether the position has a default for an undefined variable.
    pub(super) has_default: bool,
    pub(super) offset: Option<usize>,
}

/// The variables and fragments that one operation or fragment uses.
#[derive(Default)]
pub(super) struct Usages<'a> {
    pub(super) variables: Vec<VariableUsage<'a>>,
    pub(super) fragments: Vec<&'a Name>,
}

/// The usages of all operations and fragments of a document.
#[derive(Default)]
pub(super) struct VariableUsages<'a> {
    fragments: HashMap<&'a Name, Usages<'a>>,
    operations: Vec<(&'a Node<Operation>, Usages<'a>)>,
}

impl<'a> VariableUsages<'a> {
    pub(super) fn fragment(&mut self, name: &'a Name, usages: Usages<'a>) {
        self.fragments.insert(name, usages);
    }

    pub(super) fn operation(&mut self, operation: &'a Node<Operation>, usages: Usages<'a>) {
        self.operations.push((operation, usages));
    }

    /// The errors of variables that their operation does not define, or whose type does not fit the position.
    pub(super) fn disallowed(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (operation, usages) in &self.operations {
            let defined: HashMap<&Name, &Node<ast::VariableDefinition>> =
                operation.variables.iter().rev().map(|variable| (&variable.name, variable)).collect();
            for usage in self.reached(usages).into_iter().flat_map(|usages| &usages.variables) {
                let problem = match defined.get(usage.name) {
                    None => Some(undefined(usage.name, operation)),
                    Some(variable) if !fits(variable, usage) => Some(format!(
                        "Variable \"${}\" of type \"{}\" used in position expecting type \"{}\".",
                        usage.name, variable.ty, usage.wanted
                    )),
                    Some(_) => None,
                };
                problems.extend(problem.map(|message| Problem::validation(message).at(usage.offset)));
            }
        }
        problems
    }

    /// The variables of an operation that are used at positions that must not be null.
    pub(super) fn never_null(&self, operation: &Operation) -> HashSet<String> {
        let own = self.operations.iter().filter(|(other, _)| other.name == operation.name);
        let all = own.flat_map(|(_, usages)| self.reached(usages)).flat_map(|usages| &usages.variables);
        all.filter(|usage| usage.wanted.is_non_null()).map(|usage| usage.name.to_string()).collect()
    }

    /// These usages, and those of all fragments that are reached from them.
    fn reached<'s>(&'s self, usages: &'s Usages<'a>) -> Vec<&'s Usages<'a>> {
        let (mut reached, mut seen, mut next) = (Vec::new(), HashSet::new(), vec![usages]);
        while let Some(usages) = next.pop() {
            reached.push(usages);
            let new = usages.fragments.iter().filter(|name| seen.insert(**name));
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

/// Whether a variable's type fits the position, or a default replaces null.
fn fits(variable: &ast::VariableDefinition, usage: &VariableUsage<'_>) -> bool {
    let mut given = (*variable.ty).clone();
    if usage.wanted.is_non_null() && !given.is_non_null() {
        let never_null = variable.default_value.as_ref().is_some_and(|default| !default.is_null());
        if !never_null && !usage.has_default {
            return false;
        }
        given = given.non_null();
    }
    given.is_assignable_to(usage.wanted)
}
