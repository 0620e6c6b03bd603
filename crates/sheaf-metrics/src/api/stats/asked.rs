//! One call of a statistic: its options, whether what takes long may go on, and what of its
//! arguments is hidden.
//!
//! Statistics work on hidden values too, as they must to be right. What they give for one row is
//! hidden where anything that it came of is; and beside hidden values they take nothing that a
//! script could choose, because it could be chosen so that the result is one of them.

use std::sync::Arc;

use rhai::{Array, Dynamic, EvalAltResult, Map, NativeCallContext as Call};
use sheaf_stats::{Pace, Refusal};

use crate::column::{Backing, Column, Marks, guard};
use crate::estimate::Estimate;
use crate::given::Given;
use crate::missing::Missing;
use crate::outcome::{Outcome, Shape};
use crate::registry::{Answer, Item, Registry};
use crate::run::raised;
use crate::sandbox;

/// Why nothing is told of hidden values beside others.
const CHOSEN: &str = "some of the values are hidden, and what a script chooses beside them would \
                      tell them";
/// The same of pupils.
const CHOSEN_OF_PUPILS: &str = "what a script chooses for single pupils would tell their values; \
                                take columns of their table";

/// Why a statistic has no answer.
pub enum Stop {
    /// The script is wrong.
    Fault(Box<EvalAltResult>),
    /// There is nothing to show.
    Missing(Missing),
}

/// What a statistic finds.
pub type Found<T> = Result<T, Stop>;

impl From<Missing> for Stop {
    fn from(missing: Missing) -> Self {
        Self::Missing(missing)
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Missing(Missing::of_refusal(&refusal))
    }
}

impl From<Box<EvalAltResult>> for Stop {
    fn from(error: Box<EvalAltResult>) -> Self {
        match Missing::of_error(&error) {
            Some(missing) => Self::Missing(missing),
            None => Self::Fault(error),
        }
    }
}

/// What a statistic answers with.
pub trait Answered: Clone + Send + Sync + 'static {
    /// What it has.
    type Shape: Copy + Send + Sync + 'static;

    /// The same where there is nothing to show.
    fn without(shape: Self::Shape, why: Missing) -> Self;
}

impl Answered for Estimate {
    type Shape = ();

    fn without((): (), why: Missing) -> Self {
        Self::missing(why)
    }
}

impl Answered for Outcome {
    type Shape = Shape;

    fn without(shape: Shape, why: Missing) -> Self {
        Self::missing(shape, why)
    }
}

/// What a call was given besides its values.
pub struct Asked<'a> {
    options: &'a Map,
    /// Whether what takes long may go on.
    pub pace: Pace<'a>,
    marks: Option<Arc<[Backing]>>,
    is_hidden: bool,
}

impl<'a> Asked<'a> {
    /// The options, which may have these keys and no others.
    pub fn given(&self, what: &'static str, known: &'static [&'static str]) -> Answer<Given<'a>> {
        Given::new(what, self.options, known)
    }

    /// Refuses numbers among the options by which a hidden value could be sounded.
    pub fn refuse_chosen(&self, options: &[&str]) -> Found<()> {
        let is_chosen = options.iter().any(|option| self.options.contains_key(*option));
        if self.is_hidden && is_chosen { Err(Missing::hidden(CHOSEN).into()) } else { Ok(()) }
    }

    /// What stands behind each row of the arguments, for a result with one value for each of them:
    /// hidden where the value of one of them is.
    pub fn marks(&self) -> Option<Marks> {
        let marks = Arc::clone(self.marks.as_ref()?);
        Some(Arc::new(move || marks.to_vec()))
    }

    /// The same where each value holds those before it: from the first hidden one on, the
    /// difference of two would tell it.
    pub fn running_marks(&self) -> Option<Marks> {
        let mut marks = self.marks.as_ref()?.to_vec();
        let first = self.first_hidden().unwrap_or(marks.len());
        marks.iter_mut().skip(first).for_each(|mark| mark.is_hidden = true);
        Some(Arc::new(move || marks.clone()))
    }

    /// Of each row, whether it is hidden.
    pub fn hidden_rows(&self) -> Vec<bool> {
        self.marks.iter().flat_map(|marks| marks.iter()).map(|mark| mark.is_hidden).collect()
    }

    /// The place of the first row that is hidden.
    pub fn first_hidden(&self) -> Option<usize> {
        self.hidden_rows().iter().position(|is_hidden| *is_hidden)
    }
}

/// What a statistic answers that may look at the limits of the run while it works.
pub fn asked<T: Answered>(
    call: &Call<'_>,
    shape: T::Shape,
    values: &[&Dynamic],
    options: &Map,
    give: impl FnOnce(&Asked<'_>) -> Found<T>,
) -> Answer<T> {
    let budget = sandbox::budget(call);
    let goes_on = || budget.check().is_ok();
    let mut beside = Beside::default();
    values.iter().copied().chain(options.values()).for_each(|value| beside.take(value));
    let there = guard(values).map_or(Ok(()), |missing| Err(missing.into()));
    let found = there.and_then(|()| beside.refuse()).and_then(|()| {
        let (marks, is_hidden) = (beside.marks(), beside.has_hidden());
        give(&Asked { options, pace: Pace::asking(&goes_on), marks, is_hidden })
    });
    let answer = match found {
        Ok(answer) => Ok(answer),
        Err(Stop::Missing(why)) => Ok(T::without(shape, why)),
        Err(Stop::Fault(error)) => Err(error),
    };
    at(call, answer)
}

/// The answer with the place of the call in its error: the engine adds none to functions of a
/// module. A run whose time is up has no answer: what a statistic then gives is that it was
/// stopped.
pub fn at<T>(call: &Call<'_>, answer: Answer<T>) -> Answer<T> {
    let in_time = sandbox::budget(call).check().map_err(raised);
    in_time.and(answer).map_err(|mut error| {
        if error.position().is_none() {
            error.set_position(call.call_position());
        }
        error
    })
}

/// What stands behind each value of one column.
pub fn marks_of(column: &Dynamic) -> Option<Marks> {
    let mut beside = Beside::default();
    beside.take(column);
    let marks = beside.marks()?;
    Some(Arc::new(move || marks.to_vec()))
}

/// The many values of a call, beside each other.
#[derive(Default)]
struct Beside {
    columns: Vec<Column>,
    /// How many values each array has that a script wrote itself.
    arrays: Vec<usize>,
}

impl Beside {
    fn take(&mut self, value: &Dynamic) {
        if let Some(column) = value.read_lock::<Column>() {
            self.columns.push(column.clone());
        } else if let Some(array) = value.read_lock::<Array>() {
            self.arrays.push(array.len());
            array.iter().filter(|one| !one.is_string()).for_each(|one| self.take(one));
        } else if let Some(map) = value.read_lock::<Map>() {
            map.values().for_each(|one| self.take(one));
        }
    }

    fn has_hidden(&self) -> bool {
        self.columns.iter().any(|column| column.hidden_marks().contains(&true))
    }

    /// What was chosen beside hidden values, or beside those of single pupils.
    fn refuse(&self) -> Found<()> {
        let is_plain = |column: &&Column| column.marks.is_none() && column.behind.is_none();
        let plain = self.columns.iter().filter(is_plain).map(Column::len);
        let chosen: Vec<usize> = plain.chain(self.arrays.iter().copied()).collect();
        let is_beside = |column: &Column| column.is_of_pupils() && chosen.contains(&column.len());
        if self.columns.iter().any(is_beside) {
            return Err(Missing::hidden(CHOSEN_OF_PUPILS).into());
        }
        let kin = self.columns.first().and_then(|column| column.kin.as_ref());
        let is_kin = |column: &Column| {
            column.kin.as_ref().zip(kin).is_some_and(|(one, other)| Arc::ptr_eq(one, other))
        };
        let is_alone = self.columns.len() == 1 || self.columns.iter().all(is_kin);
        if (!self.arrays.is_empty() || !is_alone) && self.has_hidden() {
            return Err(Missing::hidden(CHOSEN).into());
        }
        Ok(())
    }

    /// What stands behind each row: what does behind the first column that has any, hidden where a
    /// value of any of them is. What comes of a single pupil's value tells it as well.
    fn marks(&self) -> Option<Arc<[Backing]>> {
        let one = |column: &Column| match &column.marks {
            _ if column.is_of_pupils() => Some(vec![Backing::only(); column.len()]),
            marks => marks.as_ref().map(|marks| marks()),
        };
        let mut all = self.columns.iter().filter_map(one);
        let mut first = all.next()?;
        for other in all {
            let rows = first.iter_mut().zip(other);
            rows.for_each(|(mark, other)| mark.is_hidden |= other.is_hidden);
        }
        Some(first.into())
    }
}

/// A statistic of one argument, with options and without.
pub fn one<T: Answered>(
    registry: &mut Registry,
    item: Item,
    shape: T::Shape,
    give: fn(&Dynamic, &Asked<'_>) -> Found<T>,
) {
    registry.statistic(item, move |call: Call, a: Dynamic, options: Map| {
        asked(&call, shape, &[&a], &options, |asked| give(&a, asked))
    });
    registry.statistic_overload(item.name, move |call: Call, a: Dynamic| {
        asked(&call, shape, &[&a], &Map::new(), |asked| give(&a, asked))
    });
}

/// The same of two.
pub fn two<T: Answered>(
    registry: &mut Registry,
    item: Item,
    shape: T::Shape,
    give: fn(&Dynamic, &Dynamic, &Asked<'_>) -> Found<T>,
) {
    registry.statistic(item, move |call: Call, a: Dynamic, b: Dynamic, options: Map| {
        asked(&call, shape, &[&a, &b], &options, |asked| give(&a, &b, asked))
    });
    registry.statistic_overload(item.name, move |call: Call, a: Dynamic, b: Dynamic| {
        asked(&call, shape, &[&a, &b], &Map::new(), |asked| give(&a, &b, asked))
    });
}

/// The same of three.
pub fn three<T: Answered>(
    registry: &mut Registry,
    item: Item,
    shape: T::Shape,
    give: fn(&Dynamic, &Dynamic, &Dynamic, &Asked<'_>) -> Found<T>,
) {
    registry.statistic(
        item,
        move |call: Call, a: Dynamic, b: Dynamic, c: Dynamic, options: Map| {
            asked(&call, shape, &[&a, &b, &c], &options, |asked| give(&a, &b, &c, asked))
        },
    );
    registry.statistic_overload(
        item.name,
        move |call: Call, a: Dynamic, b: Dynamic, c: Dynamic| {
            asked(&call, shape, &[&a, &b, &c], &Map::new(), |asked| give(&a, &b, &c, asked))
        },
    );
}

/// The same of four.
pub fn four<T: Answered>(
    registry: &mut Registry,
    item: Item,
    shape: T::Shape,
    give: fn([&Dynamic; 4], &Asked<'_>) -> Found<T>,
) {
    registry.statistic(
        item,
        move |call: Call, a: Dynamic, b: Dynamic, c: Dynamic, d: Dynamic, options: Map| {
            let values = [&a, &b, &c, &d];
            asked(&call, shape, &values, &options, |asked| give(values, asked))
        },
    );
    registry.statistic_overload(
        item.name,
        move |call: Call, a: Dynamic, b: Dynamic, c: Dynamic, d: Dynamic| {
            let values = [&a, &b, &c, &d];
            asked(&call, shape, &values, &Map::new(), |asked| give(values, asked))
        },
    );
}
