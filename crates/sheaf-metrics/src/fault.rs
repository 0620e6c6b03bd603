//! Errors of a script, from raising them to telling them with their place.

use rhai::{Dynamic, EvalAltResult, ParseError, Position};
use sheaf_analytics::AnalyticsError;
use sheaf_records::nearest;

use crate::error::{MetricError, Problem};
use crate::estimate::settle_for_author;
use crate::limits;
use crate::missing::Missing;
use crate::package::SCRIPT;
use crate::registry::Api;
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
    if let Some(name) = text.strip_prefix("Undefined variable: ") {
        return format!("there is nothing called `{name}` here");
    }
    if let Some(name) = text.strip_prefix("Undefined module: ") {
        return format!("there is no module `{name}`; a metric has `stats` alone");
    }
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
pub fn of_run(error: &EvalAltResult, source: &str, api: &Api) -> Ended {
    let (innermost, position) = innermost(error);
    // Some limits are hit between two statements: then the function is the place.
    let place = if position.is_none() { start_of_run(source) } else { place(position) };
    let place = misspelt(innermost).and_then(|name| place_of_text(source, &name)).unwrap_or(place);
    let problem = |message: String| Problem::at(SCRIPT, source, place, message);
    let limit = |message: &str| Ended::Error(MetricError::Limit(problem(message.to_owned())));
    match innermost {
        EvalAltResult::ErrorTerminated(value, _) | EvalAltResult::ErrorRuntime(value, _) => {
            of_value(value, &problem)
        }
        EvalAltResult::ErrorTooManyOperations(_) => limit(&stopped(Stop::Steps)),
        EvalAltResult::ErrorStackOverflow(_) => {
            limit(&format!("stopped: calls are nested more than {} deep", limits::MAX_CALL_LEVELS))
        }
        EvalAltResult::ErrorTooManyVariables(_) => {
            limit(&format!("stopped: more than {} variables at a time", limits::MAX_VARIABLES))
        }
        EvalAltResult::ErrorTooManyModules(_) => limit("a metric cannot load other code"),
        EvalAltResult::ErrorDataTooLarge(what, _) => limit(&format!(
            "stopped: the {} is past its limit of {}; keep many values in a table or a column",
            lower(what),
            size_limit(what)
        )),
        other => Ended::Error(MetricError::Script(problem(plain(other, api)))),
    }
}

/// The column that was asked for and is not there: plans run late, far from where it was named.
fn misspelt(error: &EvalAltResult) -> Option<String> {
    let EvalAltResult::ErrorRuntime(value, _) = error else { return None };
    match value.read_lock::<MetricError>().as_deref() {
        Some(MetricError::Analytics(AnalyticsError::UnknownColumn { name, .. })) => {
            Some(name.clone())
        }
        _ => None,
    }
}

/// Where a text stands in the script in quotes, if it stands there once.
fn place_of_text(source: &str, text: &str) -> Option<(usize, usize)> {
    let quoted = format!("\"{text}\"");
    let mut found = (1..).zip(source.lines()).flat_map(|(number, line)| {
        line.match_indices(&quoted)
            .map(move |(at, _)| {
                (number, line.get(..at).map_or(0, |before| before.chars().count()) + 1)
            })
            .collect::<Vec<_>>()
    });
    let first = found.next();
    if found.next().is_some() { None } else { first }
}

/// What a script, the host or a native function raised.
fn of_value(value: &Dynamic, problem: &impl Fn(String) -> Problem) -> Ended {
    if let Some(missing) = value.read_lock::<Missing>() {
        return Ended::Missing(missing.clone());
    }
    if let Some(stop) = value.read_lock::<Stop>() {
        return Ended::Error(match *stop {
            Stop::Cancelled => MetricError::Cancelled,
            stop => MetricError::Limit(problem(stopped(stop))),
        });
    }
    Ended::Error(match value.read_lock::<MetricError>().as_deref() {
        Some(MetricError::Cancelled) => MetricError::Cancelled,
        Some(error) => MetricError::Script(problem(error.to_string())),
        None => MetricError::Script(problem(settle_for_author(&value.to_string()))),
    })
}

/// Which limit was hit, and how to write it better.
fn stopped(stop: Stop) -> String {
    match stop {
        Stop::Cancelled => "cancelled".to_owned(),
        Stop::Deadline => {
            "stopped at its time limit; narrow the period, or let tables do what the \
                           loop does"
                .to_owned()
        }
        Stop::Steps => format!(
            "stopped after {} steps; let tables do what the loop does",
            limits::MAX_OPERATIONS
        ),
        Stop::Printed => format!(
            "stopped: it printed more than {} lines or {} kB",
            limits::MAX_PRINTED_LINES,
            limits::MAX_PRINTED / 1024
        ),
        Stop::Held => format!(
            "stopped: its variables hold more than {} items or {} MB of text; keep many values in \
             a table or a column",
            limits::MAX_HELD,
            limits::MAX_HELD_TEXT / 1024 / 1024
        ),
        Stop::Nested => format!(
            "stopped: its values are nested more than {} deep; keep many values in a table or a \
             column",
            limits::MAX_NESTING
        ),
    }
}

fn size_limit(what: &str) -> String {
    match what {
        text if text.contains("string") => format!("{} bytes", limits::MAX_STRING),
        map if map.contains("map") => format!("{} entries", limits::MAX_MAP),
        _ => format!("{} items", limits::MAX_ARRAY),
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

/// Where the function that the host calls begins.
fn start_of_run(source: &str) -> (usize, usize) {
    let mut lines = (1..).zip(source.lines());
    let found = lines.find_map(|(line, text)| Some((line, text.find("fn run")? + 1)));
    found.unwrap_or_default()
}

fn place(position: Position) -> (usize, usize) {
    (position.line().unwrap_or(0), position.position().unwrap_or(0))
}

/// The engine's words in ours.
fn plain(error: &EvalAltResult, api: &Api) -> String {
    match error {
        EvalAltResult::ErrorFunctionNotFound(signature, _) => no_function(signature, api),
        EvalAltResult::ErrorVariableNotFound(name, _) => {
            let names = api.items.iter().map(|item| item.name);
            format!("there is nothing called `{name}`{}", hint(name, names))
        }
        EvalAltResult::ErrorPropertyNotFound(name, _) => format!("there is no `{name}` in the map"),
        EvalAltResult::ErrorDotExpr(text, _) => dot(text, api),
        EvalAltResult::ErrorMismatchDataType(wanted, found, _) => {
            let (wanted, found) = (type_words(wanted, api), type_words(found, api));
            if found == "expression" {
                return format!(
                    "a condition on columns is not {wanted} by itself: join conditions with `&` \
                     and `|`, and choose with `when(..).then(..).otherwise(..)`"
                );
            }
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

fn dot(text: &str, api: &Api) -> String {
    // "Unknown property 'x' - a getter is not registered for type 'table'"
    let mut quoted = text.split('\'').skip(1).step_by(2);
    let name = quoted.next().unwrap_or_default();
    let of = type_words(quoted.next().unwrap_or("value"), api);
    let is_ours = api.types.iter().any(|(_, shown)| *shown == of);
    let names = api.items.iter().map(|item| item.name);
    let hint = if is_ours { hint(name, names) } else { String::new() };
    format!("this {of} has no `{name}`{hint}")
}

/// Names with fewer letters are near to everything.
const MIN_NAME: usize = 3;

fn hint<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, known.into_iter().filter(|known| known.len() >= MIN_NAME))
        .map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default()
}

/// `name (type, type)` in words, with what to do about the usual mistakes.
fn no_function(signature: &str, api: &Api) -> String {
    let (name, types) = signature.split_once(" (").unwrap_or((signature, ""));
    let types = type_words(types.trim_end_matches(')'), api);
    let name = name.rsplit("::").next().unwrap_or(name);
    if types.contains("expression") && matches!(name, "&&" | "||") {
        return "conditions on columns are joined with `&` and `|`".to_owned();
    }
    if types.contains("expression") && !name.starts_with(|letter: char| letter.is_alphabetic()) {
        return format!(
            "`{name}` does not go with {types}; the column goes first, as in `col(\"severity\") \
             >= 3`"
        );
    }
    match api.items.iter().find(|item| item.name == name) {
        Some(item) => format!("`{name}` does not take ({types}); it is `{}`", item.signature),
        None => {
            let names = api.items.iter().map(|item| item.name);
            let given = if types.is_empty() { String::new() } else { format!(" for ({types})") };
            format!("there is no function `{name}`{given}{}", hint(name, names))
        }
    }
}

/// The engine's names of types in ours.
fn type_words(types: &str, api: &Api) -> String {
    let types = types.replace("&str | ImmutableString | String", "text").replace("string", "text");
    let words = |name: &str| match name {
        "i64" => "integer".to_owned(),
        "f64" => "number".to_owned(),
        "bool" => "true or false".to_owned(),
        "()" => "nothing".to_owned(),
        other => {
            let ours = api.types.iter().find(|(name, _)| *name == other);
            ours.map_or(other, |(_, shown)| shown).to_owned()
        }
    };
    types.split(", ").map(words).collect::<Vec<_>>().join(", ")
}
