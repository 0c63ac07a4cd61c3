//! Errors of requests, of which nothing has run: the response has no `data`.

use super::positions::Positions;
use async_graphql::{ErrorExtensionValues, PathSegment, ServerError, Value};

/// The most errors in one response: more do not help, and a long document could have thousands.
pub const MAX_ERRORS: usize = 10;

/// The kinds of errors of a request, as `extensions.code` tells them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RequestErrorCode {
    /// The document has a syntax error.
    Parse,
    /// The document does not fit the schema, or exceeds a limit.
    Validation,
    /// A variable or a value of one of our scalars is invalid, or the operation does not exist.
    Input,
    /// The token lacks a scope.
    Forbidden,
    /// The request has a hash instead of a document.
    PersistedQuery,
}

impl RequestErrorCode {
    /// The code in `extensions.code`.
    fn as_str(self) -> &'static str {
        match self {
            Self::Parse => "GRAPHQL_PARSE_FAILED",
            Self::Validation => "GRAPHQL_VALIDATION_FAILED",
            Self::Input => "BAD_USER_INPUT",
            Self::Forbidden => "FORBIDDEN",
            Self::PersistedQuery => "PERSISTED_QUERY_NOT_SUPPORTED",
        }
    }
}

/// A request that was refused as a whole.
#[derive(Debug)]
pub struct Refusal {
    /// The first few errors.
    pub errors: Vec<ServerError>,
}

impl Refusal {
    /// A refusal with one error that has no position in the document.
    pub(super) fn one(code: RequestErrorCode, message: impl Into<String>) -> Self {
        Self { errors: vec![Problem::new(code, message).error(None)] }
    }

    /// Whether the caller may not do this, in contrast to a request that nobody could make.
    pub fn is_forbidden(&self) -> bool {
        let forbidden = Value::from(RequestErrorCode::Forbidden.as_str());
        self.errors.iter().any(|error| error.extensions.as_ref().and_then(|all| all.get("code")) == Some(&forbidden))
    }

    /// The same, with another value under `extensions`.
    pub(super) fn with_extension(mut self, name: &str, value: &Value) -> Self {
        for error in &mut self.errors {
            error.extensions.get_or_insert_default().set(name, value.clone());
        }
        self
    }

    /// A refusal with the first few of these errors, in the order of the document.
    pub(super) fn of(mut problems: Vec<Problem>, positions: Option<&Positions<'_>>) -> Self {
        problems.sort_by_key(|problem| problem.offset);
        problems.truncate(MAX_ERRORS);
        Self { errors: problems.into_iter().map(|problem| problem.error(positions)).collect() }
    }
}

/// An error of a request.
#[derive(Debug)]
pub(super) struct Problem {
    code: RequestErrorCode,
    message: String,
    /// The byte offset in the document.
    offset: Option<usize>,
    /// The path in the input, from the name of the argument or variable.
    field: Vec<PathSegment>,
}

impl Problem {
    pub(super) fn new(code: RequestErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), offset: None, field: Vec::new() }
    }

    pub(super) fn validation(message: impl Into<String>) -> Self {
        Self::new(RequestErrorCode::Validation, message)
    }

    pub(super) fn at(self, offset: Option<usize>) -> Self {
        Self { offset, ..self }
    }

    pub(super) fn in_input(self, field: Vec<PathSegment>) -> Self {
        Self { field, ..self }
    }

    fn error(self, positions: Option<&Positions<'_>>) -> ServerError {
        let pos = positions.zip(self.offset).map(|(positions, offset)| positions.at(offset));
        let mut error = ServerError::new(self.message, pos);
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", self.code.as_str());
        if !self.field.is_empty() {
            let field = self.field.into_iter().map(|segment| match segment {
                PathSegment::Field(name) => Value::from(name),
                PathSegment::Index(index) => Value::from(index),
            });
            extensions.set("field", Value::List(field.collect()));
        }
        error.extensions = Some(extensions);
        error
    }
}

/// A path as text, such as `input.settings.names[2]`.
pub(super) fn written(path: &[PathSegment]) -> String {
    path.iter().enumerate().fold(String::new(), |written, (place, segment)| match segment {
        PathSegment::Field(name) if place == 0 => name.clone(),
        PathSegment::Field(name) => format!("{written}.{name}"),
        PathSegment::Index(index) => format!("{written}[{index}]"),
    })
}
