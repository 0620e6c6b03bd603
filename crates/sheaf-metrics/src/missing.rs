//! A number that is not there to be read: hidden because few pupils are behind it, or refused
//! because the data cannot bear it.

use std::fmt;
use std::sync::Arc;

use rhai::{Dynamic, EvalAltResult, INT, Position};

use crate::registry::{Answer, Registry};

/// Why a number is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The reason, in words.
    pub why: Arc<str>,
    /// Whether it is hidden to protect pupils, rather than refused for want of data.
    pub is_hidden: bool,
}

impl Missing {
    /// A number hidden because few pupils are behind it.
    pub fn hidden(why: &str) -> Self {
        Self { why: why.into(), is_hidden: true }
    }

    /// A number that the data cannot bear.
    pub fn refused(why: &str) -> Self {
        Self { why: why.into(), is_hidden: false }
    }

    /// That it is not there, with the reason.
    pub fn words(&self) -> String {
        format!("{self}: {}", self.why)
    }

    /// What was missing, where that is the error.
    pub fn of_error(error: &EvalAltResult) -> Option<Self> {
        match error {
            EvalAltResult::ErrorRuntime(value, _) => Some(value.read_lock::<Self>()?.clone()),
            _ => None,
        }
    }

    /// The error of a script that reckons with it all the same.
    pub fn into_error(self) -> Box<EvalAltResult> {
        EvalAltResult::ErrorRuntime(Dynamic::from(self), Position::NONE).into()
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_hidden { f.write_str("hidden") } else { f.write_str("not known") }
    }
}

/// Every way to reckon with a missing number, or to look into it, is an error that says why it is
/// missing.
pub fn register(registry: &mut Registry) {
    registry.name_type::<Missing>("missing number");
    registry.overload("to_string", |missing: &mut Missing| missing.to_string());
    registry.overload("to_debug", |missing: &mut Missing| missing.to_string());
    registry.fields(|missing: &mut Missing, _: &str| refuse(missing.clone()));
    registry.fields(|missing: &mut Missing, _: INT| refuse(missing.clone()));
    registry.no_iteration(Missing::into_error);
    for operator in ["==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "**"] {
        registry.overload(operator, |left: Missing, _: Missing| refuse(left));
        registry.overload(operator, |left: Missing, _: INT| refuse(left));
        registry.overload(operator, |left: Missing, _: f64| refuse(left));
        registry.overload(operator, |_: INT, right: Missing| refuse(right));
        registry.overload(operator, |_: f64, right: Missing| refuse(right));
    }
}

fn refuse(missing: Missing) -> Answer<Dynamic> {
    Err(missing.into_error())
}
