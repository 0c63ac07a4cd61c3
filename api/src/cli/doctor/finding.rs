//! What is found of a part of the installation.

use serde_json::{Value, json};
use std::fmt;

/// A part of the installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Configuration,
    Postgres,
    Replica,
    Redis,
    Storage,
    Mail,
    Programs,
    Machine,
}

/// How a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    /// As it should be.
    Good,
    /// Vitrine works, and something is worse than it should be.
    Warning,
    /// Something does not work.
    Failed,
}

/// One thing that was found.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) part: Part,
    pub(super) health: Health,
    /// What was found.
    text: String,
    /// What to do.
    advice: Option<String>,
}

impl Part {
    const fn name(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Postgres => "postgres",
            Self::Replica => "replica",
            Self::Redis => "redis",
            Self::Storage => "storage",
            Self::Mail => "mail",
            Self::Programs => "programs",
            Self::Machine => "machine",
        }
    }

    pub(super) fn good(self, text: impl Into<String>) -> Finding {
        Finding { part: self, health: Health::Good, text: text.into(), advice: None }
    }

    pub(super) fn warning(self, text: impl Into<String>, advice: impl Into<String>) -> Finding {
        Finding { part: self, health: Health::Warning, text: text.into(), advice: Some(advice.into()) }
    }

    pub(super) fn failed(self, text: impl Into<String>, advice: impl Into<String>) -> Finding {
        Finding { part: self, health: Health::Failed, text: text.into(), advice: Some(advice.into()) }
    }
}

impl Health {
    const fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Failed => "failed",
        }
    }
}

impl Finding {
    pub(super) fn json(&self) -> Value {
        json!({ "part": self.part.name(), "health": self.health.name(), "text": self.text, "advice": self.advice })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<8} {:<14} {}", self.health.name(), self.part.name(), self.text)?;
        match &self.advice {
            Some(advice) => write!(f, "\n{:<23} → {advice}", ""),
            None => Ok(()),
        }
    }
}
