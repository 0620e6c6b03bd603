//! An estimate as scripts hold it: with numbers, hidden, or refused.

use std::fmt;
use std::sync::Arc;

use rhai::{Array, Dynamic};
use sheaf_charts::percent;
use sheaf_stats::{Estimate as Numbers, Refusal, Scale};

use crate::fault::unknown;
use crate::missing::{Missing, STATISTIC};
use crate::registry::{Answer, Group, Registry};
use crate::report::{EstimateView, Level};
use crate::settle::floats;

/// A value with its uncertainty, or the reason why there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    answer: Result<Arc<Numbers>, Missing>,
    /// With whom pupils were compared and how alike they were.
    balance: Option<Arc<str>>,
}

/// Which way a change is harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worse {
    /// More is worse: incidents, absence.
    Higher,
    /// Less is worse: what goes well.
    Lower,
}

impl Worse {
    /// The words that scripts use; the first where they say nothing.
    pub const WORDS: &'static [&'static str] = &["higher", "lower"];

    /// The way of that word.
    pub fn from_name(name: &str) -> Self {
        if name == "lower" { Self::Lower } else { Self::Higher }
    }
}

/// What stands in a text where the words of a test will stand once its family is known.
///
/// The letters are of Unicode's private use; what is left of them is dropped from every text.
pub const OPEN: char = '\u{e000}';
/// Where it ends.
pub const CLOSE: char = '\u{e001}';

/// A ratio whose interval lies wholly below this is clearly lower, wholly above the other clearly
/// higher.
const CLEARLY_LOWER: f64 = 0.8;
const CLEARLY_HIGHER: f64 = 1.25;

impl Estimate {
    /// The answer of a statistic.
    pub fn of(answer: Result<Numbers, Refusal>) -> Self {
        match answer {
            Ok(numbers) => Self { answer: Ok(Arc::new(numbers)), balance: None },
            Err(refusal) => Self::missing(Missing::of_refusal(&refusal)),
        }
    }

    /// No numbers, and why.
    pub const fn missing(missing: Missing) -> Self {
        Self { answer: Err(missing), balance: None }
    }

    /// The same estimate, of a comparison with these groups.
    #[must_use]
    pub fn balanced(self, words: Arc<str>) -> Self {
        Self { balance: Some(words), ..self }
    }

    /// How much a difference asks of its reader, by its interval: what is clearly worse asks for
    /// something, what is probably worse is watched, what is better is good to know.
    pub fn finding_level(&self, worse: Worse) -> Level {
        let Some((lower, upper)) = self.ratio_ends() else { return Level::Info };
        let (is_clear, is_probable) = match worse {
            Worse::Higher => (lower > CLEARLY_HIGHER, lower > 1.0),
            Worse::Lower => (upper < CLEARLY_LOWER, upper < 1.0),
        };
        match (is_clear, is_probable) {
            (true, _) => Level::Act,
            (_, true) => Level::Watch,
            _ => Level::Info,
        }
    }

    /// Whether a ratio is told from no difference, whichever way.
    pub fn differs(&self) -> bool {
        self.ratio_ends().is_some_and(|(lower, upper)| upper < 1.0 || lower > 1.0)
    }

    /// The ends of the interval of a ratio; an end that is not defined is as far as it can be.
    fn ratio_ends(&self) -> Option<(f64, f64)> {
        let ratio = self.numbers().filter(|one| one.scale == Scale::Ratio)?;
        let has_any = ratio.lower.is_some() || ratio.upper.is_some();
        let ends = (ratio.lower.unwrap_or(0.0), ratio.upper.unwrap_or(f64::INFINITY));
        has_any.then_some(ends)
    }

    /// The numbers, if there are any.
    pub fn numbers(&self) -> Option<&Numbers> {
        self.answer.as_deref().ok()
    }

    /// Why there are none.
    pub fn why(&self) -> Option<&Missing> {
        self.answer.as_ref().err()
    }

    /// The p-value of a test.
    pub fn p(&self) -> Option<f64> {
        self.numbers()?.p
    }

    /// The same estimate with the p-value of its family.
    #[must_use]
    pub fn adjusted(&self, p: f64) -> Self {
        match &self.answer {
            Ok(numbers) => {
                let mut numbers = Numbers::clone(numbers);
                numbers.p_adjusted = Some(p);
                Self { answer: Ok(Arc::new(numbers)), balance: self.balance.clone() }
            }
            Err(_) => self.clone(),
        }
    }

    /// The estimate in words: `48 % (95 % interval 41 to 56 %)`.
    pub fn words(&self) -> String {
        let numbers = match &self.answer {
            Ok(numbers) => numbers,
            Err(missing) => return format!("{missing} ({})", missing.why),
        };
        words(numbers)
    }

    /// The words as a script puts them into a text: those of a test wait for its family.
    pub fn words_in_text(&self) -> String {
        match self.numbers() {
            Some(numbers) if numbers.scale == Scale::Test => {
                let p = numbers.p.unwrap_or(f64::NAN);
                format!("{OPEN}{p:e}{CLOSE}")
            }
            Some(numbers) if numbers.scale == Scale::Ratio => {
                Comparative::mark(&self.words(), Some(numbers))
            }
            Some(numbers) if numbers.is_told_in_counts() => {
                format!("{OPEN}c{}{CLOSE}", self.words())
            }
            Some(_) => self.words(),
            None => Comparative::mark(&self.words(), None),
        }
    }

    /// The estimate as a report shows it.
    pub fn view(&self) -> EstimateView {
        let Some(numbers) = self.numbers() else {
            return EstimateView {
                value: None,
                lower: None,
                upper: None,
                level: sheaf_stats::DEFAULT_LEVEL,
                p: None,
                p_adjusted: None,
                log_std_error: None,
                df: None,
                n: None,
                events: None,
                method: String::new(),
                assumptions: Vec::new(),
                warnings: Vec::new(),
                words: self.words(),
            };
        };
        EstimateView {
            value: Some(numbers.value),
            lower: numbers.lower,
            upper: numbers.upper,
            level: numbers.level,
            p: numbers.p,
            p_adjusted: numbers.p_adjusted,
            log_std_error: numbers.log_std_error,
            df: numbers.df,
            n: Some(numbers.n),
            events: Some(numbers.events),
            method: numbers.method.to_owned(),
            assumptions: numbers.assumptions.iter().map(|&text| text.to_owned()).collect(),
            warnings: numbers.warnings.clone(),
            words: self.words(),
        }
    }

    /// A field by name.
    fn field(&self, name: &str) -> Answer<Dynamic> {
        match name {
            "ok" => return Ok(self.answer.is_ok().into()),
            "why" => return Ok(self.why().map_or(String::new(), Missing::in_text).into()),
            "words" => return Ok(self.words_in_text().into()),
            "balance_words" => {
                let words = self.balance.as_deref().unwrap_or("There is no comparison group");
                return Ok(words.into());
            }
            _ => {}
        }
        let numbers = match &self.answer {
            Ok(numbers) => numbers,
            Err(missing) if FIELDS.contains(&name) => return Ok(Dynamic::from(missing.clone())),
            Err(_) => return Err(no_field(name)),
        };
        let optional = |value: Option<f64>| {
            let missing = || Dynamic::from(Missing::refused("no interval is defined here"));
            value.map_or_else(missing, Dynamic::from_float)
        };
        let texts = |texts: Vec<String>| texts.into_iter().map(Dynamic::from).collect::<Array>();
        Ok(match name {
            "value" => numbers.value.into(),
            "lower" => optional(numbers.lower),
            "upper" => optional(numbers.upper),
            "level" => numbers.level.into(),
            "n" => (numbers.n as i64).into(),
            "events" => (numbers.events as i64).into(),
            "p" => optional(numbers.p),
            "p_adjusted" => optional(numbers.p_adjusted),
            "log_std_error" => optional(numbers.log_std_error),
            "df" => optional(numbers.df),
            "method" => numbers.method.into(),
            "assumptions" => texts(self.view().assumptions).into(),
            "warnings" => texts(numbers.warnings.clone()).into(),
            _ => return Err(no_field(name)),
        })
    }
}

const FIELDS: [&str; 16] = [
    "ok",
    "why",
    "words",
    "value",
    "lower",
    "upper",
    "level",
    "n",
    "events",
    "p",
    "p_adjusted",
    "log_std_error",
    "df",
    "method",
    "assumptions",
    "warnings",
];

fn no_field(name: &str) -> Box<rhai::EvalAltResult> {
    unknown("an estimate has no", name, FIELDS)
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words_in_text())
    }
}

fn words(numbers: &Numbers) -> String {
    let is_share = numbers.scale == Scale::Share && !numbers.is_told_in_counts();
    match (is_share, numbers.lower, numbers.upper) {
        (true, Some(lower), Some(upper)) => format!(
            "{} ({} interval {} to {})",
            percent(numbers.value),
            percent(numbers.level),
            percent(lower).trim_end_matches(" %"),
            percent(upper),
        ),
        (true, ..) => percent(numbers.value),
        _ => numbers.words(),
    }
}

/// What something is compared with, where a text goes on with `than`; and the rest of the text.
fn target(rest: &str) -> Option<(&str, &str)> {
    let target = rest.strip_prefix(" than ")?;
    let end = target.find([',', ';', '.', ':', '(']).unwrap_or(target.len());
    Some((target.get(..end)?.trim_end(), target.get(end..)?))
}

/// Counts and the rest of the text, which may go on with `of`: what is `40 % of pupils` among many
/// is `7 of 12 pupils` among few.
fn counts_of<'a>(counts: &str, rest: &'a str) -> (String, &'a str) {
    let (Some(whole), Some((part, of))) = (rest.strip_prefix(" of "), counts.split_once(" of "))
    else {
        return (counts.to_owned(), rest);
    };
    match whole.strip_prefix("the ") {
        Some(whole) => (format!("{part} of the {of} "), whole),
        None => (format!("{counts} "), whole),
    }
}

/// A ratio on its way into a text, where what follows decides the grammar.
struct Comparative {
    words: String,
    interval: Option<(f64, f64, f64)>,
}

impl Comparative {
    /// The mark of a ratio, or of one that is not there.
    fn mark(words: &str, numbers: Option<&Numbers>) -> String {
        let ends = numbers.and_then(|one| Some((one.value, one.lower?, one.upper?)));
        let ends = ends.map(|(value, lower, upper)| format!("{value:e};{lower:e};{upper:e}"));
        format!("{OPEN}r{}|{words}{CLOSE}", ends.unwrap_or_default())
    }

    fn read(mark: &str) -> Option<Self> {
        let (ends, words) = mark.strip_prefix('r')?.split_once('|')?;
        let mut numbers = ends.split(';').map(str::parse::<f64>);
        let mut next = || numbers.next()?.ok();
        let interval = next().zip(next()).zip(next()).map(|((a, b), c)| (a, b, c));
        Some(Self { words: words.to_owned(), interval })
    }

    /// `clearly lower than expected (0.58 times, 95 % interval 0.42 to 0.71)`
    fn than(&self, target: &str) -> String {
        let Some((value, lower, upper)) = self.interval else { return self.words.clone() };
        let range = format!("{value:.2} times, 95 % interval {lower:.2} to {upper:.2}");
        let told = if upper < CLEARLY_LOWER {
            "clearly lower than"
        } else if lower > CLEARLY_HIGHER {
            "clearly higher than"
        } else if upper < 1.0 {
            "probably lower than"
        } else if lower > 1.0 {
            "probably higher than"
        } else if lower >= CLEARLY_LOWER && upper <= CLEARLY_HIGHER {
            "about the same as"
        } else {
            return format!(
                "cannot tell yet whether it is lower or higher than {target} ({range})"
            );
        };
        format!("{told} {target} ({range})")
    }
}

/// For whom a text is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// Whoever reads a report.
    Report,
    /// Whoever writes a script.
    Author,
}

/// The text with the words of its tests, now that each family is known, and without what would
/// not print.
pub fn settle(text: &str, tests: &[Estimate]) -> String {
    settled(text, tests, Reader::Report)
}

/// The same for the author of a script, with the names of statistics that gave a reason.
pub fn settle_for_author(text: &str) -> String {
    settled(text, &[], Reader::Author)
}

fn settled(text: &str, tests: &[Estimate], reader: Reader) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        out.push_str(before);
        let (mark, after) = after.split_once(CLOSE).unwrap_or(("", after));
        rest = after;
        if let Ok(p) = mark.parse::<f64>() {
            let test = tests.iter().find(|test| test.p() == Some(p));
            out.push_str(&test.map_or_else(|| format!("p {p:.3}"), Estimate::words));
        } else if let Some(odd) = floats::no_number(mark) {
            out.push_str(odd);
        } else if let Some(name) = mark.strip_prefix(STATISTIC) {
            if reader == Reader::Author {
                out.push_str(name);
            }
        } else if let Some(counts) = mark.strip_prefix('c') {
            let (counts, after) = counts_of(counts, after);
            out.push_str(&counts);
            rest = after;
        } else if let Some((target, after)) = target(rest) {
            out.push_str(&Comparative::read(mark).map_or_else(String::new, |of| of.than(target)));
            rest = after;
        } else if let Some(of) = Comparative::read(mark) {
            out.push_str(&of.words);
        }
    }
    out.push_str(rest);
    out.retain(|letter| letter != CLOSE && (letter == '\n' || !letter.is_control()));
    out
}

/// The fields of an estimate.
pub fn register(registry: &mut Registry) {
    registry.name_type::<Estimate>("estimate");
    registry.fields(|estimate: &mut Estimate, name: &str| estimate.field(name));
    registry.overload("to_string", |estimate: &mut Estimate| estimate.to_string());
    registry.overload("to_debug", |estimate: &mut Estimate| estimate.to_string());
    let shown = |name, signature, doc, example, gives| {
        Group::Estimate.item(name, signature, doc, example, gives)
    };
    registry.field(shown(
        "ok",
        "estimate.ok -> true or false",
        "Whether there is an answer.",
        "stats::wilson(8, 20).ok",
        "true",
    ));
    registry.field(shown(
        "why",
        "estimate.why -> text",
        "Why there is no answer; empty if there is one.",
        "stats::wilson(0, 0).why",
        "there are no observations",
    ));
    registry.field(shown(
        "words",
        "estimate.words -> text",
        "The estimate in words, for a finding. The words of a test are chosen when its family is \
         known.",
        "stats::wilson(48, 100).words",
        "48 % (95 % interval 38 to 58 %)",
    ));
    registry.field(shown(
        "value",
        "estimate.value -> number",
        "The estimate itself.",
        "stats::wilson(8, 20).value",
        "0.4",
    ));
    registry.field(shown(
        "level",
        "estimate.level -> number",
        "The level of the interval.",
        "stats::wilson(8, 20, #{ level: 0.9 }).level",
        "0.9",
    ));
    numbers(registry);
    texts(registry);
}

fn numbers(registry: &mut Registry) {
    for (name, signature, doc, example, gives) in [
        (
            "lower",
            "estimate.lower -> number",
            "The lower end of the interval.",
            "stats::rate(4, 2).lower",
            "0.5449",
        ),
        (
            "upper",
            "estimate.upper -> number",
            "The upper end of the interval.",
            "stats::rate(4, 2).upper",
            "5.121",
        ),
        (
            "n",
            "estimate.n -> integer",
            "How many observations it rests on.",
            "stats::wilson(8, 20).n",
            "20",
        ),
        (
            "events",
            "estimate.events -> integer",
            "How many events it rests on.",
            "stats::wilson(8, 20).events",
            "8",
        ),
        (
            "p",
            "estimate.p -> number",
            "The p-value, before adjustment.",
            "stats::rate_ratio(5, 10, 5, 10).p",
            "1.0",
        ),
        (
            "p_adjusted",
            "estimate.p_adjusted -> number",
            "The p-value adjusted for its family, once the report is done: a missing number before.",
            "stats::rate_ratio(5, 10, 5, 10).p_adjusted",
            "not known",
        ),
        (
            "log_std_error",
            "estimate.log_std_error -> number",
            "The standard error of the log of a ratio, where it is reckoned on that scale.",
            "stats::clustered_rate_ratio([2, 2, 3, 0, 3], [9, 9, 9, 9, 9], [4, 2, 6, 3, 5], \
             [9, 9, 9, 9, 9]).log_std_error",
            "0.2092",
        ),
        (
            "df",
            "estimate.df -> number",
            "The degrees of freedom of a t interval.",
            "stats::clustered_rate_ratio([2, 2, 3, 0, 3], [9, 9, 9, 9, 9], [4, 2, 6, 3, 5], \
             [9, 9, 9, 9, 9]).df",
            "4.0",
        ),
    ] {
        registry.field(Group::Estimate.item(name, signature, doc, example, gives));
    }
}

fn texts(registry: &mut Registry) {
    for (name, signature, doc, example, gives) in [
        (
            "method",
            "estimate.method -> text",
            "The method by its usual name.",
            "stats::wilson(8, 20).method",
            "Wilson score",
        ),
        (
            "assumptions",
            "estimate.assumptions -> array of texts",
            "What must hold for it to mean what it says.",
            "stats::wilson(8, 20).assumptions[0]",
            "observations are independent of each other",
        ),
        (
            "warnings",
            "estimate.warnings -> array of texts",
            "What the reader should know about this instance.",
            "stats::wilson(8, 20).warnings.len()",
            "0",
        ),
    ] {
        registry.field(Group::Estimate.item(name, signature, doc, example, gives));
    }
}
