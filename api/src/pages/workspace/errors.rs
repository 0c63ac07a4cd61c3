//! What is wrong with a form: each mistake is shown at its field, and all of them at the top.

use crate::pages::PageError;
use app::{Error, MutationError, UserError, UserErrorCode};

/// The mistakes in a form. Its fields have the names that the API gives them, so that the mistakes find their fields.
#[derive(Debug, Clone, Default)]
pub(super) struct Mistakes(Vec<UserError>);

impl Mistakes {
    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a mistake, unless its field has one already.
    pub(super) fn add(&mut self, error: UserError) {
        if self.of(name(&error)).is_none() {
            self.0.push(error);
        }
    }

    /// What is wrong with a field.
    pub(super) fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|error| name(error) == field).map(|error| error.message.as_str())
    }

    /// All mistakes: the name of the field, which may be none of this form, and what is wrong.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|error| (name(error), error.message.as_str()))
    }
}

/// A form with these fields, and what is wrong with it.
pub(super) struct Form {
    pub(super) mistakes: Mistakes,
    fields: &'static [&'static str],
}

impl Form {
    /// A form in which nothing is wrong yet.
    pub(super) fn new(fields: &'static [&'static str]) -> Self {
        Self { mistakes: Mistakes::default(), fields }
    }

    /// The form with these mistakes.
    pub(super) fn with(self, mistakes: Mistakes) -> Self {
        Self { mistakes, ..self }
    }

    /// Whether the form has a field of this name, to which a mistake can lead.
    pub(super) fn has_field(&self, name: &str) -> bool {
        self.fields.contains(&name)
    }
}

/// The last part of the path, which is the name of the field.
fn name(error: &UserError) -> &str {
    error.field.last().map(String::as_str).unwrap_or_default()
}

/// What the user can mend in a form. Everything else, a thing that the viewer may not see among it, is an error page.
pub(super) fn mistakes(error: MutationError) -> Result<Mistakes, PageError> {
    match error {
        MutationError::Field(error @ Error::Forbidden(_)) => Err(PageError::Refused(error.message())),
        MutationError::Field(error) => Err(error.into()),
        MutationError::User(errors) if errors.iter().any(|error| error.code == UserErrorCode::NotFound) => {
            Err(PageError::NotFound)
        }
        MutationError::User(errors) => Ok(Mistakes(errors.into_iter().map(in_words_of_a_form).collect())),
    }
}

/// A key that was used for something else means that the form was changed after it had been sent.
fn in_words_of_a_form(error: UserError) -> UserError {
    if name(&error) == "idempotencyKey" {
        let message = "This form has made a link already. Send it once more to make another one.";
        return UserError { message: message.to_owned(), ..error };
    }
    error
}

/// An error page for an action that has no form.
impl From<MutationError> for PageError {
    fn from(error: MutationError) -> Self {
        match mistakes(error) {
            Ok(mistakes) => Self::Refused(mistakes.all().map(|(_, message)| message).collect::<Vec<_>>().join(" ")),
            Err(error) => error,
        }
    }
}
