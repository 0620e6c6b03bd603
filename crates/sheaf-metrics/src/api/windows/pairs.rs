//! Scores before and after, as scripts hold them.

use std::sync::Arc;

use rhai::{Dynamic, Map};
use sheaf_analytics::{PairOptions, Pairs, ScorePair};
use sheaf_charts::Scale;
use sheaf_records::{instrument, score_range};

use super::{WindowsValue, number, some_pupils};
use crate::api::smallness::few_left_out;
use crate::api::table::Table;
use crate::column::{About, Behind, Column, Values};
use crate::fault::{fault, unknown};
use crate::given::Given;
use crate::missing::Missing;
use crate::registry::{Answer, Group, Registry};
use crate::run::raised;

/// How many school days a score may lie from the ends of the windows, unless it is told otherwise.
const WITHIN: f64 = 40.0;
/// The furthest: a school year.
const MAX_WITHIN: f64 = 200.0;
/// The fewest scores of which a standard deviation is told.
const MIN_SPREAD: usize = 10;

/// A row a pupil: the score before and the one after.
#[derive(Clone)]
pub struct PairsValue {
    pairs: Arc<Pairs>,
    /// Both, on the even scale of the measure where it has one.
    scores: Arc<[(f64, f64)]>,
    behind: Arc<Behind>,
    guard: Option<Missing>,
}

const FIELDS: [&str; 6] = ["pupil", "pre", "post", "sd", "len", "unpaired"];

/// Registers them.
pub fn register(registry: &mut Registry) {
    registry.name_type::<PairsValue>("scores before and after");
    registry.overload("to_string", |of: &mut PairsValue| {
        format!("scores of {} pupils before and after", of.count(of.scores.len()))
    });
    registry.function(
        Group::Windows
            .item(
                "pre_post",
                "table.pre_post(windows, #{value, within, unit}) -> scores, with .collect()",
                "The score of each pupil nearest to the start, at most a school week after it, and \
                 the one nearest to the end of the window after, of those by the same informant; \
                 neither further than `within` school days (40), and `value` is their column \
                 (`score`). They are of one scale of one measure, and on its even scale where \
                 `cx.instrument` has a `metric`.",
                "cx.scores.filter(col(\"scale\") == \"total\").pre_post(cx.windows(\
                 cx.interventions, #{ anchor: \"start\" }), #{ within: 30 }).collect().len",
                "10",
            )
            .added(),
        |table: &mut Table, windows: WindowsValue, options: Map| {
            pre_post(table, &windows, &options)
        },
    );
    registry.overload("pre_post", |table: &mut Table, windows: WindowsValue| {
        pre_post(table, &windows, &Map::new())
    });
    registry.overload("collect", |of: &mut PairsValue| of.clone());
    registry.fields(|of: &mut PairsValue, name: &str| of.field(name));
    fields(registry);
}

/// What is asked of the scores before and after mentoring.
macro_rules! of_pairs {
    ($before:literal, $after:literal) => {
        concat!(
            "{ ",
            $before,
            "cx.scores.filter(col(\"scale\") == \"total\").pre_post(cx.windows(cx.interventions, #{ \
             anchor: \"start\" }))",
            $after,
            " }"
        )
    };
}

fn fields(registry: &mut Registry) {
    for (name, signature, doc, example, gives) in [
        (
            "pre",
            "scores.pre -> column",
            "The score of each pupil before.",
            of_pairs!("", ".pre.len"),
            "10",
        ),
        (
            "post",
            "scores.post -> column",
            "The score of each pupil after.",
            of_pairs!(
                "let q = ",
                "; stats::reliable_change(q.pre, q.post, #{ sd: q.sd, reliability: 0.62, \
                 direction: \"decrease\" }).counts.improved"
            ),
            "4",
        ),
        (
            "sd",
            "scores.sd -> number",
            "The standard deviation of the scores before, of ten pupils or more.",
            of_pairs!("", ".sd > 3"),
            "true",
        ),
        (
            "unpaired",
            "scores.unpaired -> integer",
            "How many pupils have a score near an end of their windows, but no two by the same \
             informant; they are in no column.",
            of_pairs!("", ".unpaired"),
            "0",
        ),
    ] {
        registry.field(Group::Windows.item(name, signature, doc, example, gives).added());
    }
}

fn pre_post(table: &Table, windows: &WindowsValue, options: &Map) -> Answer<PairsValue> {
    let given = Given::new("pre_post", options, &["value", "within", "unit"])?;
    given.choice("unit", &["school_day"])?;
    let within = match given.number("within", WITHIN)? {
        days if (1.0..=MAX_WITHIN).contains(&days) && days.fract() == 0.0 => days as u32,
        days => {
            return Err(fault(format!(
                "`within` of pre_post is {days}; a whole number from 1 to {MAX_WITHIN} is needed"
            )));
        }
    };
    let options = PairOptions { value: given.text("value", "score")?, within };
    let run = &table.run;
    let pairs = windows.windows.pre_post(&table.collect()?, &options, &run.budget);
    let pairs = Arc::new(pairs.map_err(raised)?);
    if pairs.unpaired > 0 {
        run.note(format!(
            "{} left out: no score before and after by the same informant, within {within} school \
             days of the start and of the end",
            some_pupils(pairs.unpaired, &table.origin)
        ));
    }
    let scores = pairs.list.iter().map(|pair| (pair.before, pair.after));
    let even = even_scale(&pairs);
    let score = |raw: i64| even.as_ref().map_or(raw as f64, |even| even.of(raw));
    let scores = scores.map(|(before, after)| (score(before), score(after))).collect();
    let rows = Arc::clone(&pairs);
    let behind = Arc::new(Behind {
        pupils: pairs.list.iter().map(|pair: &ScorePair| pair.pupil.unsigned_abs()).collect(),
        records: Arc::new(move |row| rows.ids(row).iter().collect()),
        on_roll: Vec::new(),
        split: windows.split_with(&table.origin),
        audience: table.origin.audience,
    });
    let guard = match (&windows.guard, table.left_out()) {
        (None, Some(rest)) => {
            let rest = windows.windows.pre_post(&rest.collect()?, &options, &run.budget);
            let (left, audience) = (rest.map_err(raised)?.list.len(), table.origin.audience);
            few_left_out(left, audience)
        }
        (guard, _) => guard.clone(),
    };
    Ok(PairsValue { pairs, scores, behind, guard })
}

/// The even scale of a measure whose sums are not evenly spaced.
struct EvenScale {
    least: i64,
    scores: &'static [f64],
}

impl EvenScale {
    /// What a sum comes to; a sum outside the measure's range has none.
    fn of(&self, raw: i64) -> f64 {
        let place = usize::try_from(raw - self.least).ok();
        place.and_then(|place| self.scores.get(place)).copied().unwrap_or(f64::NAN)
    }
}

fn even_scale(pairs: &Pairs) -> Option<EvenScale> {
    let (measure, scale) = (pairs.common("measure")?, pairs.common("scale")?);
    let known = instrument(&measure)?.scales.iter().find(|one| one.scale == scale)?;
    let least = score_range(&measure, &scale).ok().flatten()?.min;
    Some(EvenScale { least, scores: known.metric? })
}

impl PairsValue {
    fn field(&self, name: &str) -> Answer<Dynamic> {
        let scores = |of: fn(&(f64, f64)) -> f64, title: &str| {
            let values: Vec<f64> = self.scores.iter().map(of).collect();
            self.column(Column::numbers(values).about(About::new(title, Scale::Number)))
        };
        Ok(match name {
            "pupil" => {
                let codes = self.behind.pupils.clone().into();
                self.column(Column::of(Values::Codes(codes, Vec::new().into())))
            }
            "pre" => scores(|pair| pair.0, "Score before"),
            "post" => scores(|pair| pair.1, "Score after"),
            "sd" => self.spread(),
            "len" => self.count(self.scores.len()),
            "unpaired" => self.count(self.pairs.unpaired),
            _ => return Err(unknown("scores before and after have no", name, FIELDS)),
        })
    }

    fn count(&self, pupils: usize) -> Dynamic {
        number(pupils, self.behind.split, self.behind.audience)
    }

    fn column(&self, column: Column) -> Dynamic {
        let guard = self.guard.clone();
        Dynamic::from(Column { guard, ..column.behind(Arc::clone(&self.behind)) })
    }

    /// The standard deviation of the scores before.
    fn spread(&self) -> Dynamic {
        let n = self.scores.len();
        if let Some(missing) = self.guard.clone() {
            return Dynamic::from(missing);
        }
        if n < MIN_SPREAD {
            return Dynamic::from(Missing::refused(&format!(
                "the standard deviation of scores wants {MIN_SPREAD} pupils; there {} {}",
                if n == 1 { "is" } else { "are" },
                n
            )));
        }
        let mean = self.scores.iter().map(|pair| pair.0).sum::<f64>() / n as f64;
        let squares: f64 = self.scores.iter().map(|pair| (pair.0 - mean).powi(2)).sum();
        Dynamic::from((squares / (n - 1) as f64).sqrt())
    }
}

#[cfg(test)]
mod tests;
