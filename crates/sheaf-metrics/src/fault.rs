//! Errors of a script, from raising them to telling them with their place.

use rhai::{Dynamic, EvalAltResult, ParseError, Position};
use sheaf_records::nearest;

use crate::error::{MetricError, Problem};
use crate::limits;
use crate::missing::Missing;
use crate::package::SCRIPT;
use crate::registry::Item;
use crate::sandbox::Stop;

/// An error that a native function raises; its place is added by the engine.
pub fn fault(why: impl Into<String>) -> Box<EvalAltResult> {
    EvalAltResult::ErrorRuntime(Dynamic::from(why.into()), Position::NONE).into()
}

/// A name that is not there, with the nearest of those that are.
pub fn unknown<'a>(
    what: &str,
    name: &str,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Box<EvalAltResult> {
    let names: Vec<&str> = known.clone().into_iter().collect();
    let hint = match nearest(name, known) {
        Some(near) => format!("; did you mean `{near}`?"),
        None if names.is_empty() => String::new(),
        None => format!("; there is {}", names.join(", ")),
    };
    fault(format!("{what} `{name}`{hint}"))
}

/// What became of a run that ended early.
pub enum Ended {
    /// A number that may not be shown was needed to go on.
    Missing(Missing),
    /// An error to tell.
    Error(MetricError),
}

/// An error of the parser with its place.
pub fn of_parser(error: &ParseError, source: &str) -> Problem {
    let place = place(error.position());
    let text = error.err_type().to_string();
    Problem::at(SCRIPT, source, place, plain_parse(&text))
}

fn plain_parse(text: &str) -> String {
    if text.contains("reserved keyword") || text.contains("disabled") {
        return format!("{}: a metric cannot load or run other code", lower(text));
    }
    if text.contains("exceeds the maximum") || text.contains("complex") {
        return format!("{}; split the expression into steps", lower(text));
    }
    lower(text)
}

/// The first letter small, as errors are told here.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect::<String>().trim_end_matches('.').to_owned()
}

/// An error of a running script.
pub fn of_run(error: &EvalAltResult, source: &str, items: &[Item]) -> Ended {
    let (innermost, position) = innermost(error);
    let problem = |message: String| Problem::at(SCRIPT, source, place(position), message);
    let limit = |message: &str| Ended::Error(MetricError::Limit(problem(message.to_owned())));
    match innermost {
        EvalAltResult::ErrorTerminated(stop, _) => match stop.read_lock::<Stop>().as_deref() {
            Some(Stop::Deadline) => limit(
                "stopped at its time limit; narrow the period, or let tables do what the loop does",
            ),
            Some(Stop::Printed) => limit(&format!(
                "stopped: it printed more than {} lines or {} kB",
                limits::MAX_PRINTED_LINES,
                limits::MAX_PRINTED / 1024
            )),
            _ => Ended::Error(MetricError::Cancelled),
        },
        EvalAltResult::ErrorTooManyOperations(_) => limit(&format!(
            "stopped after {} steps; let tables do what the loop does",
            limits::MAX_OPERATIONS
        )),
        EvalAltResult::ErrorStackOverflow(_) => {
            limit(&format!("stopped: calls are nested more than {} deep", limits::MAX_CALL_LEVELS))
        }
        EvalAltResult::ErrorTooManyVariables(_) => {
            limit(&format!("stopped: more than {} variables at a time", limits::MAX_VARIABLES))
        }
        EvalAltResult::ErrorTooManyModules(_) => limit("a metric cannot load other code"),
        EvalAltResult::ErrorDataTooLarge(what, _) => limit(&format!(
            "stopped: {} is past its limit; keep many values in a table or a column",
            lower(what)
        )),
        EvalAltResult::ErrorRuntime(value, _) => match value.read_lock::<Missing>() {
            Some(missing) => Ended::Missing(missing.clone()),
            None => match value.read_lock::<MetricError>().as_deref() {
                Some(MetricError::Cancelled) => Ended::Error(MetricError::Cancelled),
                Some(error) => Ended::Error(MetricError::Script(problem(error.to_string()))),
                None => Ended::Error(MetricError::Script(problem(value.to_string()))),
            },
        },
        other => Ended::Error(MetricError::Script(problem(plain(other, items)))),
    }
}

/// The error inside all calls, with the innermost place that is known.
fn innermost(error: &EvalAltResult) -> (&EvalAltResult, Position) {
    let own = error.position();
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _)
        | EvalAltResult::ErrorInModule(_, inner, _) => {
            let (inner, position) = innermost(inner);
            (inner, if position.is_none() { own } else { position })
        }
        _ => (error, own),
    }
}

fn place(position: Position) -> (usize, usize) {
    (position.line().unwrap_or(0), position.position().unwrap_or(0))
}

/// The engine's words in ours.
fn plain(error: &EvalAltResult, items: &[Item]) -> String {
    match error {
        EvalAltResult::ErrorFunctionNotFound(signature, _) => no_function(signature, items),
        EvalAltResult::ErrorVariableNotFound(name, _) => {
            let names = items.iter().map(|item| item.name);
            format!("there is nothing called `{name}`{}", hint(name, names))
        }
        EvalAltResult::ErrorPropertyNotFound(name, _) => format!("there is no `{name}` in the map"),
        EvalAltResult::ErrorDotExpr(text, _) => dot(text, items),
        EvalAltResult::ErrorMismatchDataType(wanted, found, _) if found == "expression" => format!(
            "a condition on columns is no {wanted} by itself: join conditions with `&` and `|`, \
             and choose with `when(..).then(..).otherwise(..)`"
        ),
        EvalAltResult::ErrorMismatchDataType(wanted, found, _) => {
            format!("{found} stands where {wanted} is needed")
        }
        EvalAltResult::ErrorModuleNotFound(name, _) => {
            format!("there is no module `{name}`; a metric has `stats` alone")
        }
        other => lower(&without_place(&other.to_string())),
    }
}

fn without_place(text: &str) -> String {
    text.split(" (line ").next().unwrap_or(text).to_owned()
}

fn dot(text: &str, items: &[Item]) -> String {
    // "Unknown property 'x' - a getter is not registered for type 'table'"
    let name = text.split('\'').nth(1).unwrap_or_default();
    let of = text.split('\'').nth(3).unwrap_or("value");
    let names = items.iter().map(|item| item.name);
    format!("a {of} has no `{name}`{}", hint(name, names))
}

fn hint<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, known).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
}

/// `name (type, type)` in words, with what to do about the usual mistakes.
fn no_function(signature: &str, items: &[Item]) -> String {
    let (name, types) = signature.split_once(" (").unwrap_or((signature, ""));
    let types = types.trim_end_matches(')');
    let name = name.rsplit("::").next().unwrap_or(name);
    if types.contains("expression") && matches!(name, "&&" | "||") {
        return "conditions on columns are joined with `&` and `|`".to_owned();
    }
    if types.contains("expression") && !name.starts_with(|letter: char| letter.is_alphabetic()) {
        return format!(
            "`{name}` does not go with {types}; the column goes first, as in `col(\"severity\") >= 3`"
        );
    }
    match items.iter().find(|item| item.name == name) {
        Some(item) => format!("`{name}` does not take ({types}); it is `{}`", item.signature),
        None => {
            let names = items.iter().map(|item| item.name);
            let given = if types.is_empty() { String::new() } else { format!(" for ({types})") };
            format!("there is no function `{name}`{given}{}", hint(name, names))
        }
    }
}
