//! A number that is not there to be read: hidden because few pupils are behind it, or refused
//! because the data cannot bear it.

use std::fmt;
use std::sync::Arc;

use rhai::{Dynamic, EvalAltResult, INT, Position};
use sheaf_stats::Refusal;

use crate::estimate::{CLOSE, OPEN};
use crate::registry::{Answer, Registry};

/// Why a number is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The reason, in words.
    pub why: Arc<str>,
    /// Whether it is hidden to protect pupils, rather than refused for want of data.
    pub is_hidden: bool,
    /// The statistic that gave the reason, for the author of a script.
    statistic: Option<&'static str>,
}

/// What marks the name of a statistic in a text: a report drops it.
pub const STATISTIC: char = 'f';

impl Missing {
    /// A number hidden because few pupils are behind it.
    pub fn hidden(why: &str) -> Self {
        Self { why: why.into(), is_hidden: true, statistic: None }
    }

    /// A number that the data cannot bear.
    pub fn refused(why: &str) -> Self {
        Self { why: why.into(), is_hidden: false, statistic: None }
    }

    /// A number that a statistic refuses.
    pub fn of_refusal(refusal: &Refusal) -> Self {
        Self { why: refusal.reason().into(), is_hidden: false, statistic: refusal.what() }
    }

    /// The reason for the author of a script, who knows the statistic by its name.
    pub fn for_author(&self) -> String {
        match self.statistic {
            Some(name) => format!("{name}: {}", self.why),
            None => self.why.to_string(),
        }
    }

    /// The reason as a script puts it into a text, with that name for its author alone.
    pub fn in_text(&self) -> String {
        match self.statistic {
            Some(name) => format!("{OPEN}{STATISTIC}{name}: {CLOSE}{}", self.why),
            None => self.why.to_string(),
        }
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

#[cfg(test)]
mod tests {
    use sheaf_analytics::Budget;

    use crate::fixture::{run, text_of};
    use crate::host::Host;

    #[test]
    fn a_reason_names_the_statistic_to_the_author_of_a_script_alone() {
        let why = "stats::wilson(0, 0).why";
        assert_eq!(text_of(why), "there are no observations");
        let told = Host::new().eval(why, &[], &Budget::default()).unwrap();
        assert_eq!(told, "wilson: there are no observations");
        let script = "fn run(cx, p) {
            let q = stats::wilson(0, 0);
            print(q.why);
            report(\"t\").refuse(q.why).caveat(`No share: ${q.why}`)
              .finding(#{ text: `${q.words} of all`, estimate: q }).done()
        }";
        let report = run(script).unwrap();
        assert_eq!(report.printed, ["wilson: there are no observations"]);
        assert_eq!(report.caveats, ["No share: there are no observations"]);
        assert_eq!(report.findings[0].text, "There are no observations");
        assert_eq!(report.findings[1].text, "Not known (there are no observations) of all");
        assert_eq!(report.findings[1].why, "there are no observations");
        let thrown = run("fn run(cx, p) { throw stats::wilson(0, 0).why }").unwrap_err();
        assert!(thrown.to_string().contains("wilson: there are no observations"), "{thrown}");
    }
}
