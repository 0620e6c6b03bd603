//! Columns as scripts hold them: many values, and who is behind them.

use std::fmt;
use std::sync::Arc;

use rhai::{Array, Dynamic, INT};
use sheaf_analytics::{Audience, PupilCounts, Sensitivity};
use sheaf_charts::{IdSet, Scale};
use sheaf_records::RecordId;
use sheaf_stats::AtRisk;

use crate::api::smallness::of_events;
use crate::fault::fault;
use crate::limits::MAX_VALUES;
use crate::missing::Missing;
use crate::registry::Answer;

/// Many values of one kind, in order. Cheap to pass on.
#[derive(Clone)]
pub struct Column {
    /// The values.
    pub values: Values,
    /// What they measure, for the axis of a chart.
    pub about: About,
    /// The pupils and records behind its rows.
    pub behind: Option<Arc<Behind>>,
    /// What stands behind each value of a result, for the marks of a chart.
    pub marks: Option<Marks>,
    /// Why no statistic of these values may be shown, where too few pupils are behind them all.
    pub guard: Option<Missing>,
    /// The counts whose pupils these are, for what looks further into them.
    pub of_counts: Option<Arc<PupilCounts>>,
    /// The measure whose column this is: its columns have the same rows, and a script has chosen
    /// none of their values.
    pub kin: Option<Kin>,
}

/// What the columns of one measure share.
pub type Kin = Arc<()>;

/// The values of a column.
#[derive(Clone)]
pub enum Values {
    /// Numbers; NaN where nothing is defined.
    Numbers(Arc<[f64]>),
    /// Yes or no.
    Flags(Arc<[bool]>),
    /// Codes with their texts: equal texts, equal codes. An empty text is one that is missing.
    Codes(Arc<[u32]>, Arc<[String]>),
}

/// Works out what stands behind each value, when a chart asks.
pub type Marks = Arc<dyn Fn() -> Vec<Backing> + Send + Sync>;

/// Gives the records of a row.
pub type Records = Arc<dyn Fn(usize) -> Vec<RecordId> + Send + Sync>;

/// What the values of a column measure.
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    /// The title of an axis.
    pub title: String,
    /// The scale of an axis.
    pub scale: Scale,
    /// Beyond this the column is not drawn: too few are left.
    pub drawn_to: Option<f64>,
}

impl About {
    /// A title and a scale.
    pub fn new(title: impl Into<String>, scale: Scale) -> Self {
        Self { title: title.into(), scale, drawn_to: None }
    }
}

/// The pupils and records behind the rows of a column.
pub struct Behind {
    /// The code of the pupil of each row.
    pub pupils: Vec<u32>,
    /// The records of a row.
    pub records: Records,
    /// When each pupil was on the roll, in the unit of the clock.
    pub on_roll: Vec<AtRisk>,
    /// Whether the rows are a part that a listed characteristic picked.
    pub split: Sensitivity,
    /// For whom results are.
    pub audience: Audience,
}

/// What stands behind one value of a result.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Backing {
    /// How many cases.
    pub n: u32,
    /// Whether too few pupils are behind it to show it.
    pub is_hidden: bool,
    /// The records.
    pub ids: IdSet,
}

impl Backing {
    /// A single case, which is hidden.
    pub fn only() -> Self {
        Self { n: 1, is_hidden: true, ..Self::default() }
    }
}

impl Column {
    /// A column of numbers with nobody behind them.
    pub fn numbers(values: impl Into<Arc<[f64]>>) -> Self {
        Self::of(Values::Numbers(values.into()))
    }

    /// A column of these values with nobody behind them.
    pub fn of(values: Values) -> Self {
        let about = About::new("", Scale::Number);
        let (behind, marks, guard, of_counts, kin) = Default::default();
        Self { values, about, behind, marks, guard, of_counts, kin }
    }

    /// The same column, measuring this.
    #[must_use]
    pub fn about(self, about: About) -> Self {
        Self { about, ..self }
    }

    /// The same column with the pupils and records behind it.
    #[must_use]
    pub fn behind(self, behind: Arc<Behind>) -> Self {
        Self { behind: Some(behind), ..self }
    }

    /// Whether each value is one pupil's: a mark of it would tell what only that one has.
    pub const fn is_of_pupils(&self) -> bool {
        self.behind.is_some() && self.marks.is_none()
    }

    /// Why no statistic of its values may be shown, if too few pupils are behind all of them.
    pub fn hidden(&self) -> Option<Missing> {
        let few = |source: &Arc<Behind>| of_events(source, &vec![true; self.len()]);
        self.guard.clone().or_else(|| self.behind.as_ref().and_then(few))
    }

    /// How many values.
    pub fn len(&self) -> usize {
        match &self.values {
            Values::Numbers(values) => values.len(),
            Values::Flags(values) => values.len(),
            Values::Codes(values, _) => values.len(),
        }
    }

    /// The values as numbers, yes as 1.
    pub fn to_numbers(&self) -> Option<Vec<f64>> {
        match &self.values {
            Values::Numbers(values) => Some(values.to_vec()),
            Values::Flags(values) => Some(values.iter().map(|flag| f64::from(*flag)).collect()),
            Values::Codes(..) => None,
        }
    }

    /// The values as codes: equal values, equal codes.
    pub fn to_codes(&self) -> Vec<u32> {
        match &self.values {
            Values::Codes(codes, _) => codes.to_vec(),
            Values::Flags(flags) => flags.iter().map(|flag| u32::from(*flag)).collect(),
            Values::Numbers(values) => codes_of(values.iter().map(|value| value.to_bits())),
        }
    }

    /// The values as texts, by which equal values of two columns are known.
    pub fn names(&self) -> Vec<String> {
        match &self.values {
            Values::Numbers(values) => values.iter().map(f64::to_string).collect(),
            Values::Flags(values) => values.iter().map(bool::to_string).collect(),
            Values::Codes(codes, names) => {
                let name = |code: &u32| names.get(*code as usize).cloned();
                codes.iter().map(|code| name(code).unwrap_or_else(|| code.to_string())).collect()
            }
        }
    }

    /// Makes sure that no text is missing: what is missing is no group of its own. `what` names the
    /// argument.
    ///
    /// # Errors
    /// Names the first row without one.
    pub fn filled(&self, what: &str) -> Answer<()> {
        let Values::Codes(codes, names) = &self.values else { return Ok(()) };
        let missing = names.iter().position(String::is_empty);
        let row =
            missing.and_then(|missing| codes.iter().position(|code| *code as usize == missing));
        match row.map(|row| row + 1) {
            Some(row) => Err(fault(format!(
                "{what} is missing in row {row}; leave out the rows in which it is"
            ))),
            None => Ok(()),
        }
    }

    /// Of each value, whether too few pupils are behind it to show it.
    pub fn hidden_marks(&self) -> Vec<bool> {
        hidden_among(&self.marks)
    }

    /// The values as JSON; numbers that few pupils hide are none, and so is what is missing.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.values {
            Values::Numbers(values) => {
                let hidden = self.hidden_marks();
                let shown = |(row, value): (usize, &f64)| {
                    let is_hidden = hidden.get(row).copied().unwrap_or_default();
                    if is_hidden { serde_json::Value::Null } else { number(*value) }
                };
                values.iter().enumerate().map(shown).collect()
            }
            Values::Flags(values) => values.to_vec().into(),
            Values::Codes(codes, names) => {
                let text = |code: &u32| match names.get(*code as usize).map(String::as_str) {
                    Some("") => serde_json::Value::Null,
                    name => name.unwrap_or_default().into(),
                };
                codes.iter().map(text).collect()
            }
        }
    }
}

/// Of each mark, whether it is hidden; empty where nobody stands behind them.
pub fn hidden_among(marks: &Option<Marks>) -> Vec<bool> {
    let marks = marks.as_ref().map(|marks| marks()).unwrap_or_default();
    marks.iter().map(|mark| mark.is_hidden).collect()
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.hidden() {
            Some(missing) => write!(f, "column of {missing} values"),
            None => write!(f, "column of {} values", self.len()),
        }
    }
}

/// A number as JSON: whole ones without a fraction, none for NaN.
pub fn number(value: f64) -> serde_json::Value {
    if value.fract() == 0.0 && value.abs() < 9e15 {
        return (value as i64).into();
    }
    serde_json::Number::from_f64(value).map_or(serde_json::Value::Null, Into::into)
}

/// Codes in the order in which values first appear.
pub fn codes_of<T: std::hash::Hash + Eq>(values: impl Iterator<Item = T>) -> Vec<u32> {
    let mut seen = std::collections::HashMap::new();
    values
        .map(|value| {
            let next = u32::try_from(seen.len()).unwrap_or(u32::MAX);
            *seen.entry(value).or_insert(next)
        })
        .collect()
}

/// Why no statistic of some values may be shown, if too few pupils are behind one of them.
pub fn guard(values: &[&Dynamic]) -> Option<Missing> {
    values.iter().find_map(|value| {
        let column = value.read_lock::<Column>().and_then(|column| column.hidden());
        column.or_else(|| value.read_lock::<Missing>().map(|missing| missing.clone()))
    })
}

/// A column, an array or a single number as numbers; `what` names the argument.
///
/// # Errors
/// They are no numbers, or values of which no statistic may be shown.
pub fn numbers(what: &str, value: &Dynamic) -> Answer<Vec<f64>> {
    if let Some(column) = value.read_lock::<Column>() {
        if let Some(missing) = column.hidden() {
            return Err(missing.into_error());
        }
        limited(what, column.len())?;
        return column
            .to_numbers()
            .ok_or_else(|| fault(format!("{what} is text; numbers are needed")));
    }
    if let Some(array) = value.read_lock::<Array>() {
        return array.iter().map(|item| single(what, item)).collect();
    }
    single(what, value).map(|number| vec![number])
}

fn limited(what: &str, values: usize) -> Answer<()> {
    if values <= MAX_VALUES {
        return Ok(());
    }
    Err(fault(format!("{what} has {values} values; at most {MAX_VALUES} can be taken")))
}

/// One number; `true` is 1.
pub fn single(what: &str, value: &Dynamic) -> Answer<f64> {
    if let Ok(number) = value.as_int() {
        return Ok(number as f64);
    }
    if let Ok(number) = value.as_float() {
        return Ok(number);
    }
    if let Ok(flag) = value.as_bool() {
        return Ok(f64::from(flag));
    }
    if let Some(missing) = value.read_lock::<Missing>() {
        return Err(missing.clone().into_error());
    }
    Err(fault(format!("{what} needs numbers, but this is {}", kind_of(value))))
}

/// A column or an array as codes of groups.
pub fn codes(what: &str, value: &Dynamic) -> Answer<Vec<u32>> {
    if let Some(column) = value.read_lock::<Column>() {
        limited(what, column.len())?;
        column.filled(what)?;
        return Ok(column.to_codes());
    }
    if let Some(array) = value.read_lock::<Array>() {
        return Ok(codes_of(array.iter().map(Dynamic::to_string)));
    }
    Err(fault(format!("{what} needs a column or an array, but this is {}", kind_of(value))))
}

/// A whole number that counts something.
pub fn count(what: &str, value: &Dynamic) -> Answer<u64> {
    let number = single(what, value)?;
    if number < 0.0 || number.fract() != 0.0 || number > 9e15 {
        return Err(fault(format!("{what} is {number}; a whole number from 0 is needed")));
    }
    Ok(number as u64)
}

/// What a value is, in words.
pub fn kind_of(value: &Dynamic) -> &'static str {
    if value.is_unit() {
        "nothing"
    } else if value.is_string() {
        "text"
    } else if value.is_bool() {
        "true or false"
    } else if value.is::<INT>() || value.is_float() {
        "a number"
    } else if value.is_array() {
        "an array"
    } else if value.is_map() {
        "a map"
    } else {
        "something else"
    }
}

impl Behind {
    /// How many distinct pupils there are among some rows.
    pub fn pupils_where(&self, keep: impl Fn(usize) -> bool) -> usize {
        let mut pupils: Vec<u32> = self
            .pupils
            .iter()
            .enumerate()
            .filter(|(row, _)| keep(*row))
            .map(|(_, pupil)| *pupil)
            .collect();
        pupils.sort_unstable();
        pupils.dedup();
        pupils.len()
    }
}
