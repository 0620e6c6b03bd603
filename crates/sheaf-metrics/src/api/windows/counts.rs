//! A row a pupil, as scripts hold it, and two groups of such rows.

use std::sync::Arc;

use rhai::{Array, Dynamic, Map};
use sheaf_analytics::{ComparisonGroups, ComparisonKind, Exposure, PupilCounts, PupilRow};
use sheaf_charts::{Scale, decimal};

use super::{PupilKey, bins, grain_or_week, number, pupils, whole};
use crate::api::exposure::of_pupil;
use crate::api::output::as_estimate;
use crate::api::table::Table;
use crate::column::{About, Behind, Column, Values};
use crate::estimate::Estimate;
use crate::fault::{fault, unknown};
use crate::given::Given;
use crate::missing::Missing;
use crate::registry::{Answer, Group, Registry};

/// Beyond this two groups are called unlike, in standard deviations.
const UNLIKE: f64 = 0.1;

/// Counts in windows as scripts hold them.
#[derive(Clone)]
pub struct CountsValue {
    /// The rows.
    pub counts: Arc<PupilCounts>,
    /// The events that were counted.
    pub table: Table,
    guard: Option<Missing>,
    behind: Arc<Behind>,
}

/// Two groups as scripts hold them.
#[derive(Clone)]
pub struct ComparisonValue {
    /// The pupils who can be compared.
    pub treated: CountsValue,
    /// The pupils with whom they are compared.
    pub control: CountsValue,
    words: Arc<str>,
}

/// Estimates with their names, for a table.
#[derive(Clone)]
pub struct Summary(pub Vec<(String, Estimate)>);

const FIELDS: [&str; 8] = ["pupil", "n0", "e0", "n1", "e1", "followed", "len", "days"];

impl CountsValue {
    /// Counts of the events of a table; `guard` says why no statistic of them may be shown.
    pub fn new(counts: PupilCounts, table: Table, guard: Option<Missing>) -> Self {
        let counts = Arc::new(counts);
        let rows = Arc::clone(&counts);
        let behind = Arc::new(Behind {
            pupils: counts.rows.iter().map(|row| row.pupil.unsigned_abs()).collect(),
            records: Arc::new(move |row| rows.ids(row).iter().collect()),
            on_roll: Vec::new(),
            split: table.origin.split,
            audience: table.origin.audience,
        });
        Self { counts, table, guard, behind }
    }

    /// A column by name; none where there is no such.
    pub fn column(&self, name: &str) -> Option<Column> {
        let of = |value: fn(&PupilRow) -> f64, title: &str, scale: Scale| {
            let values: Vec<f64> = self.counts.rows.iter().map(value).collect();
            Column::numbers(values).about(About::new(title, scale))
        };
        let exposure = |value: fn(&PupilRow) -> f64, when: &str| {
            let kind = self.counts.exposure();
            let scale = match kind {
                Exposure::EnrolledDays => Scale::SchoolDays,
                _ => Scale::Number,
            };
            of(value, &format!("{} {when}", of_pupil(kind)), scale)
        };
        let column = match name {
            "pupil" => {
                let codes = self.behind.pupils.clone();
                let column = Column::of(Values::Codes(codes.into(), Vec::new().into()));
                Column { of_counts: Some(Arc::clone(&self.counts)), ..column }
            }
            "n0" => of(|row| row.n0, "Events before", Scale::Count),
            "e0" => exposure(|row| row.e0, "before"),
            "n1" => of(|row| row.n1, "Events after", Scale::Count),
            "e1" => exposure(|row| row.e1, "after"),
            "followed" => of(|row| row.followed, "Share of the window", Scale::Share),
            _ => return None,
        };
        let guard = self.guard.clone();
        Some(Column { guard, ..column.behind(Arc::clone(&self.behind)) })
    }

    fn field(&self, name: &str) -> Answer<Dynamic> {
        match name {
            "len" => {
                let (split, audience) = (self.behind.split, self.behind.audience);
                return Ok(number(self.counts.rows.len(), split, audience));
            }
            "days" => return Ok(whole(self.counts.pairs)),
            _ => {}
        }
        self.column(name).map(Dynamic::from).ok_or_else(|| unknown("counts have no", name, FIELDS))
    }

    fn pupils_with(&self, options: &Map) -> Answer<Array> {
        let given = Given::new("pupils_with", options, &["before", "after", "grain"])?;
        let (before, after) = (bins(&given, "before")?, bins(&given, "after")?);
        let codes = self.counts.pupils_with(before, after, grain_or_week(&given)?);
        let key = |code: i32| Dynamic::from(PupilKey { code, counts: Arc::clone(&self.counts) });
        Ok(codes.into_iter().map(key).collect())
    }
}

impl ComparisonValue {
    /// Two groups found for some counts.
    pub fn new(groups: ComparisonGroups, counts: &CountsValue) -> Self {
        let words = words(&groups, counts.counts.rows.len());
        let value = |of| CountsValue::new(of, counts.table.clone(), counts.guard.clone());
        Self { treated: value(groups.treated), control: value(groups.control), words: words.into() }
    }

    /// With whom pupils are compared and how alike they were, in words.
    pub fn balance_words(&self) -> &Arc<str> {
        &self.words
    }
}

fn words(groups: &ComparisonGroups, all: usize) -> String {
    let (treated, control) = (groups.treated.rows.len(), groups.control.rows.len());
    let who = match groups.kind {
        ComparisonKind::WaitingList => {
            format!("Compared with {} on the waiting list", pupils(control))
        }
        _ => format!(
            "{treated} of {} matched with {control} others who had no help yet{}",
            pupils(all),
            let_go(groups)
        ),
    };
    let furthest = groups
        .balance
        .iter()
        .filter(|one| one.difference.is_finite())
        .max_by(|a, b| a.difference.abs().total_cmp(&b.difference.abs()));
    match furthest {
        _ if control == 0 || treated == 0 => who,
        Some(one) if one.difference.abs() > UNLIKE => format!(
            "{who}; before, the groups differ by {} standard deviations in {}",
            decimal(one.difference.abs(), 2),
            one.name
        ),
        _ => format!("{who}; before, the groups were alike"),
    }
}

/// What was let go so that others were found: `, but not by free meals`. The band of events before
/// is no loss: the caliper holds them close.
fn let_go(groups: &ComparisonGroups) -> String {
    let names: Vec<&str> = groups
        .matching
        .iter()
        .flat_map(|matching| &matching.let_go)
        .filter(|name| *name != "n0_band")
        .map(|name| if name == "sen" { "special educational needs" } else { name })
        .collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => format!(", but not by {}", one.replace('_', " ")),
        [all @ .., last] => format!(", but not by {} or {last}", all.join(", ")).replace('_', " "),
    }
}

/// Registers counts and comparisons.
pub fn register(registry: &mut Registry) {
    registry.name_type::<CountsValue>("counts");
    registry.name_type::<ComparisonValue>("comparison");
    registry.name_type::<Summary>("summary");
    registry.overload("to_string", |of: &mut CountsValue| {
        format!("counts of {}", pupils(of.counts.rows.len()))
    });
    registry.overload("to_string", |of: &mut ComparisonValue| of.words.to_string());
    registry.fields(|of: &mut CountsValue, name: &str| of.field(name));
    registry.fields(|of: &mut ComparisonValue, name: &str| match name {
        "balance_words" => Ok(Dynamic::from(of.words.to_string())),
        other => of.control.field(other),
    });
    fields(registry);
    registry.function(
        Group::Windows.item(
            "pupils_with",
            "counts.pupils_with(#{before, after, grain}) -> array of pupils",
            "The pupils with at least so many school weeks before and after: enough for a view of \
             their own.",
            "cx.room_referrals.count_in(cx.windows(cx.interventions, #{ anchor: \"start\", before: \
             10, after: 10 })).exposure(pupil_days(\"enrolled\")).collect().pupils_with(#{ before: \
             2, after: 2 }).len()",
            "10",
        ),
        |of: &mut CountsValue, options: Map| of.pupils_with(&options),
    );
    registry.function(
        Group::Windows.item(
            "summary",
            "counts.summary([[name, estimate], ..]) -> summary",
            "Estimates one below the other, for `report.table`.",
            "type_of(cx.room_referrals.count_in(cx.windows(cx.interventions, #{ anchor: \"start\" \
             })).exposure(pupil_days(\"enrolled\")).collect().summary([[\"raw\", stats::wilson(1, \
             2)]]))",
            "summary",
        ),
        |_: &mut CountsValue, lines: Array| summary(&lines),
    );
}

/// What is asked of the referrals before and after mentoring began.
macro_rules! of_counts {
    ($before:literal, $after:literal) => {
        concat!(
            "{ ",
            $before,
            "cx.room_referrals.count_in(cx.windows(cx.interventions, #{ anchor: \"start\", before: 10, \
             after: 10 })).exposure(pupil_days(\"enrolled\")).collect()",
            $after,
            " }"
        )
    };
}
fn fields(registry: &mut Registry) {
    for (name, signature, doc, example, gives) in [
        (
            "n0",
            "counts.n0 -> column",
            "Events of each pupil before.",
            of_counts!("let t = ", "; stats::clustered_rate_ratio(t.n1, t.e1, t.n0, t.e0).n"),
            "10",
        ),
        (
            "e0",
            "counts.e0 -> column",
            "What each pupil was counted over before: school days on the roll, or another exposure.",
            of_counts!("", ".e0.len"),
            "10",
        ),
        (
            "n1",
            "counts.n1 -> column",
            "Events of each pupil after.",
            of_counts!("let t = ", "; stats::rate(t.n1, t.e1, #{ cluster: t.pupil }).words"),
            "0.0900 (0.0573 to 0.141)",
        ),
        ("e1", "counts.e1 -> column", "The same as `e0` after.", of_counts!("", ".e1.len"), "10"),
        (
            "days",
            "counts.days -> integer",
            "How many pairs of school days were compared, where the same days of two years were.",
            "measure(\"a\").events(cx.room_referrals).exposure(pupil_days(\"enrolled\")).ratio_to(\
             cx.calendar.same_bins_last_year(p.window)).collect().days",
            "0",
        ),
        (
            "followed",
            "counts.followed -> column",
            "The share of the window after that was seen.",
            of_counts!("", ".followed.len"),
            "10",
        ),
        (
            "balance_words",
            "comparison.balance_words -> text",
            "How alike the groups were before.",
            of_counts!("cx.comparison(\"matched\", ", ", #{ on: [\"year_group\"] }).balance_words"),
            "0 of 10 pupils matched with 0 others who had no help yet",
        ),
    ] {
        registry.field(Group::Windows.item(name, signature, doc, example, gives));
    }
}

fn summary(lines: &Array) -> Answer<Summary> {
    let wrong = || fault("`summary` takes an array of [name, estimate]");
    let line = |line: &Dynamic| {
        let pair = line.read_lock::<Array>().ok_or_else(wrong)?;
        let [name, value] = pair.as_slice() else { return Err(wrong()) };
        Ok((name.to_string(), as_estimate(value).ok_or_else(wrong)?))
    };
    lines.iter().map(line).collect::<Answer<_>>().map(Summary)
}
