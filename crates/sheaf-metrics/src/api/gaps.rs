//! Gaps: the time from each event to the next of the same pupil.

use std::sync::Arc;

use rhai::{Array, Dynamic, INT, Map};
use sheaf_analytics::{
    Audience, Censor, Clock, GapOptions, Gaps, MergeOptions, Sensitivity, TopPupil, Zeros,
};
use sheaf_charts::Scale;

use super::frame::{Part, label};
use super::origin::Origin;
use super::smallness::{of_counts, of_parts};
use super::table::Table;
use crate::column::{About, Behind, Column, Values, guard};
use crate::estimate::Estimate;
use crate::fault::{fault, unknown};
use crate::given::Given;
use crate::missing::Missing;
use crate::registry::{Answer, Group, Registry};
use crate::run::raised;
use crate::words::{capitalised, singular};

/// The most pupils of a list.
const MAX_LISTED: i64 = 100;

/// A table whose gaps are wanted; `collect` works them out.
#[derive(Clone)]
pub struct GapsToCome {
    pub(super) table: Table,
    options: GapOptions,
}

/// Gaps as scripts hold them.
#[derive(Clone)]
pub struct GapsValue {
    gaps: Arc<Gaps>,
    origin: Origin,
    clock: Clock,
    behind: Arc<Behind>,
    /// Why all of it is hidden, as a part of a whole or by what was left out.
    as_part: Option<Missing>,
}

/// Pupils with many events, for a list.
#[derive(Clone)]
pub struct TopPupils {
    /// The pupils.
    pub pupils: Arc<[TopPupil]>,
    /// What their events are called.
    pub noun: String,
    /// The unit of the time between events.
    pub unit: &'static str,
}

/// Registers the verbs that scan with state.
pub fn register(registry: &mut Registry) {
    registry.name_type::<GapsToCome>("gaps to collect");
    registry.name_type::<GapsValue>("gaps");
    registry.name_type::<TopPupils>("pupils");
    registry.overload("to_string", |gaps: &mut GapsValue| {
        format!("gaps of {} events", gaps.count(gaps.gaps.index_events(), |_| true))
    });
    registry.function(
        Group::Gaps.item(
            "merge_same",
            "table.merge_same(#{key, within, unit}) -> table",
            "Rows with the same key at most `within` apart are one: two slips on one day.",
            "cx.room_referrals.merge_same(#{ key: \"pupil\" }).collect().len",
            "13",
        ),
        |table: &mut Table, options: Map| merge_same(table, &options),
    );
    registry.function(
        Group::Gaps.item(
            "gaps",
            "table.gaps(#{by, unit, censor}) -> gaps, with .collect()",
            "The time from each row to the next row of the same pupil, on the clock of school \
             days.",
            "cx.room_referrals.gaps(#{ by: \"pupil\" }).collect().index_events",
            "13",
        ),
        |table: &mut Table, options: Map| gaps(table, &options),
    );
    registry.overload("collect", |wanted: &mut GapsToCome| collect(wanted));
    registry.fields(|gaps: &mut GapsValue, name: &str| gaps.field(name));
    fields(registry);
    questions(registry);
}

fn clock(given: &Given<'_>) -> Answer<Clock> {
    let name = given.choice("unit", &["school_day", "day"])?;
    Ok(Clock::from_name(name).unwrap_or_default())
}

fn merge_same(table: &Table, options: &Map) -> Answer<Table> {
    let given = Given::new("merge_same", options, &["key", "within", "unit"])?;
    let within = given.number("within", 0.0)?;
    if !(0.0..=1000.0).contains(&within) || within.fract() != 0.0 {
        return Err(fault(format!(
            "`within` of merge_same is {within}; a whole number up to 1000 is needed"
        )));
    }
    let merge = MergeOptions {
        key: given.text("key", "pupil")?,
        within: within as u32,
        clock: clock(&given)?,
    };
    let merged = table.collect()?.merge_same(&merge, &table.run.budget).map_err(raised)?;
    Ok(table.with_rows(merged))
}

fn gaps(table: &Table, options: &Map) -> Answer<GapsToCome> {
    let given = Given::new("gaps", options, &["by", "unit", "censor"])?;
    let censor = given.texts("censor")?;
    let named = |name: &String| {
        Censor::from_name(name).ok_or_else(|| {
            unknown("`censor` of gaps cannot be", name, ["left_school", "window_end"])
        })
    };
    let censor: Vec<Censor> = censor.iter().map(named).collect::<Answer<_>>()?;
    let usual = GapOptions::default();
    let options = GapOptions {
        by: given.text("by", &usual.by)?,
        clock: clock(&given)?,
        censor: if censor.is_empty() { usual.censor } else { censor },
    };
    Ok(GapsToCome { table: table.clone(), options })
}

fn collect(wanted: &GapsToCome) -> Answer<GapsValue> {
    let table = &wanted.table;
    let frame = table.collect()?;
    table.run.note_conflicts(frame.rows_in_conflict());
    let gaps = frame.gaps(&wanted.options, &table.run.budget).map_err(raised)?;
    let gaps = GapsValue::new(gaps, table.origin.clone(), wanted.options.clock);
    let is_few = gaps.few(|_| true).is_some();
    let as_part = if is_few { None } else { table.few_left_out()? };
    Ok(GapsValue { as_part, ..gaps })
}

impl GapsValue {
    fn new(gaps: Gaps, origin: Origin, clock: Clock) -> Self {
        let gaps = Arc::new(gaps);
        let rows = Arc::clone(&gaps);
        let behind = Arc::new(Behind {
            pupils: gaps.pupil(),
            records: Arc::new(move |row| rows.ids(row).iter().collect()),
            on_roll: gaps.exposure(),
            split: origin.split,
            audience: origin.audience,
        });
        Self { gaps, origin, clock, behind, as_part: None }
    }

    /// What its events are called.
    pub fn noun(&self) -> &str {
        self.origin.noun()
    }

    /// Whether a listed characteristic picked its rows.
    pub const fn split(&self) -> Sensitivity {
        self.origin.split
    }

    /// For whom results are.
    pub const fn audience(&self) -> Audience {
        self.origin.audience
    }

    /// Why nothing of it may be shown, as a part of a whole.
    pub const fn as_part(&self) -> Option<&Missing> {
        self.as_part.as_ref()
    }

    /// The pupil of each event, by code.
    pub fn pupil_codes(&self) -> Vec<u32> {
        self.gaps.pupil()
    }

    /// The pupils who were on the roll, by code; one with several stays more than once.
    pub fn on_roll(&self) -> Vec<u32> {
        self.behind.on_roll.iter().map(|spell| spell.id).collect()
    }

    const fn unit(&self) -> &'static str {
        match self.clock {
            Clock::SchoolDay => "school days",
            _ => "days",
        }
    }

    fn time(&self, title: &str) -> About {
        let scale = match self.clock {
            Clock::SchoolDay => Scale::SchoolDays,
            _ => Scale::Count,
        };
        About::new(title, scale)
    }

    fn column(&self, values: Values, about: About) -> Dynamic {
        let column = Column::of(values).about(about).behind(Arc::clone(&self.behind));
        Dynamic::from(Column { guard: self.as_part.clone(), ..column })
    }

    /// A count, hidden where few pupils are behind it.
    fn count(&self, value: usize, counts: impl Fn(usize) -> bool) -> Dynamic {
        match self.as_part.clone().or_else(|| self.few(counts)) {
            Some(missing) => Dynamic::from(missing),
            None => Dynamic::from(value as INT),
        }
    }

    /// Why a count of these rows is hidden, if few pupils are behind it.
    fn few(&self, counts: impl Fn(usize) -> bool) -> Option<Missing> {
        let all = self.behind.pupils_where(|_| true);
        let with = self.behind.pupils_where(counts);
        of_counts(all, with, self.origin.split, self.origin.audience)
    }

    fn field(&self, name: &str) -> Answer<Dynamic> {
        let gaps = &self.gaps;
        let noun = self.origin.noun();
        let unit = capitalised(self.unit());
        let plain = || About::new("", Scale::Number);
        Ok(match name {
            "gap" => {
                let about = self.time(&format!("{unit} since a {}", singular(noun)));
                self.column(Values::Numbers(gaps.gap().into()), about)
            }
            "repeated" => self.column(Values::Flags(gaps.repeated().into()), plain()),
            "pupil" => self.column(Values::Codes(gaps.pupil().into(), Vec::new().into()), plain()),
            "day" => {
                let about = self.time(&format!("{unit} since the period began"));
                self.column(Values::Numbers(gaps.day().into()), about)
            }
            "event" => self.column(Values::Numbers(gaps.event().into()), plain()),
            "index_events" => self.count(gaps.index_events(), |_| true),
            "censored" => {
                let repeated = gaps.repeated();
                self.count(gaps.censored(), move |row| repeated.get(row) == Some(&false))
            }
            "pupils" => self.count(self.behind.pupils_where(|_| true), |_| true),
            _ => return Err(unknown("gaps have no", name, FIELDS)),
        })
    }

    /// A count of events that were followed by another within a horizon.
    fn repeats(&self, horizon: u32, count: fn(&Gaps, u32) -> usize) -> Dynamic {
        let (gap, repeated) = (self.gaps.gap(), self.gaps.repeated());
        let is_within = move |row: usize| {
            repeated.get(row) == Some(&true)
                && gap.get(row).is_some_and(|gap| *gap <= f64::from(horizon))
        };
        self.count(count(&self.gaps, horizon), is_within)
    }

    fn share_of_followed(&self, horizon: u32) -> Answer<Estimate> {
        let repeats = self.repeats(horizon, Gaps::repeats_of_followed);
        if let Some(missing) = guard(&[&repeats]) {
            return Ok(Estimate::missing(missing));
        }
        let (followed, repeated) = self.gaps.of_followed(horizon);
        let pupil = self.gaps.pupil();
        let level = sheaf_stats::DEFAULT_LEVEL;
        Ok(Estimate::of(sheaf_stats::clustered_share(&repeated, &followed, &pupil, level)))
    }

    fn count_per_pupil(&self, options: &Map) -> Answer<Column> {
        let given = Given::new("count_per_pupil", options, &["include_zero"])?;
        let zeros = if given.flag("include_zero")? { Zeros::Include } else { Zeros::Exclude };
        let counts = self.gaps.count_per_pupil(zeros);
        // One row a pupil: the codes say no more than that they are distinct.
        let behind = Behind {
            pupils: (0..counts.len() as u32).collect(),
            records: Arc::new(|_| Vec::new()),
            on_roll: Vec::new(),
            split: self.origin.split,
            audience: self.origin.audience,
        };
        let title = format!("{} a pupil", capitalised(self.origin.noun()));
        let column = Column::numbers(counts).about(About::new(title, Scale::Count));
        Ok(column.behind(Arc::new(behind)))
    }

    fn parts(&self, column: &str) -> Answer<Array> {
        let mut origin = self.origin.clone();
        origin.part_by(column)?;
        let groups = self.gaps.by(column).map_err(raised)?;
        let (mut keys, mut parts) = (Vec::new(), Vec::new());
        for group in groups {
            keys.push((label(&self.origin.table, column, &group.key), group.label));
            parts.push(Self::new(group.gaps, origin.clone(), self.clock));
        }
        let counts: Vec<u64> = parts.iter().map(|one| one.gaps.index_events() as u64).collect();
        let pupils: Vec<usize> =
            parts.iter().map(|one| one.behind.pupils_where(|_| true)).collect();
        let hidden = of_parts(&counts, &pupils, origin.split, origin.audience);
        let part = |(((label, key), gaps), as_part): (_, Option<Missing>)| {
            let as_part = self.as_part.clone().or(as_part);
            let frame = Dynamic::from(Self { as_part, ..gaps });
            Dynamic::from(Part { label, key, frame })
        };
        Ok(keys.into_iter().zip(parts).zip(hidden).map(part).collect())
    }

    fn named_column(&self, name: &str) -> Answer<Column> {
        let column = self.gaps.column(name).map_err(raised)?;
        let labels = column.cells().map(|cell| label(&self.origin.table, name, &cell));
        Ok(super::columns::of_texts(labels).behind(Arc::clone(&self.behind)))
    }
}

const FIELDS: [&str; 17] = [
    "gap",
    "repeated",
    "pupil",
    "day",
    "event",
    "index_events",
    "censored",
    "pupils",
    "repeats_within",
    "followed_for",
    "repeats_of_followed",
    "followed_whole",
    "share_of_followed",
    "count_per_pupil",
    "by",
    "column",
    "top_pupils",
];

fn fields(registry: &mut Registry) {
    let listed: [(&'static str, &'static str, &'static str, &'static str, &'static str); 8] = [
        (
            "gap",
            "gaps.gap -> column",
            "The time from each event to the next, or for which none came.",
            "cx.room_referrals.gaps(#{}).collect().gap.len",
            "13",
        ),
        (
            "repeated",
            "gaps.repeated -> column",
            "Whether a next event came.",
            "cx.room_referrals.gaps(#{}).collect().repeated.len",
            "13",
        ),
        (
            "pupil",
            "gaps.pupil -> column",
            "Which pupil each event belongs to, for `cluster`; it cannot be read.",
            "cx.room_referrals.gaps(#{}).collect().pupil.len",
            "13",
        ),
        (
            "day",
            "gaps.day -> column",
            "The day of each event, from 1 at the start of the window.",
            "cx.room_referrals.gaps(#{}).collect().day.len",
            "13",
        ),
        (
            "event",
            "gaps.event -> column",
            "1 for each event.",
            "cx.room_referrals.gaps(#{}).collect().event.len",
            "13",
        ),
        (
            "index_events",
            "gaps.index_events -> integer",
            "How many events.",
            "cx.room_referrals.gaps(#{}).collect().index_events",
            "13",
        ),
        (
            "censored",
            "gaps.censored -> integer",
            "How many events were not followed by another while it could be seen.",
            "cx.room_referrals.gaps(#{}).collect().censored",
            "10",
        ),
        (
            "pupils",
            "gaps.pupils -> integer",
            "How many pupils have an event.",
            "cx.room_referrals.gaps(#{}).collect().pupils",
            "10",
        ),
    ];
    for (name, signature, doc, example, gives) in listed {
        registry.field(Group::Gaps.item(name, signature, doc, example, gives));
    }
}

fn horizon(value: INT) -> Answer<u32> {
    u32::try_from(value)
        .map_err(|_| fault(format!("a horizon is a whole number from 0, not {value}")))
}

fn questions(registry: &mut Registry) {
    registry.function(
        Group::Gaps.item(
            "repeats_within",
            "gaps.repeats_within(h) -> integer",
            "How many events were followed by another within `h`.",
            "cx.room_referrals.gaps(#{}).collect().repeats_within(20)",
            "2",
        ),
        |gaps: &mut GapsValue, days: INT| {
            Answer::Ok(gaps.repeats(horizon(days)?, Gaps::repeats_within))
        },
    );
    registry.function(
        Group::Gaps.item(
            "followed_for",
            "gaps.followed_for(h) -> integer",
            "How many events have a known answer at `h`: the denominator of `repeats_within`.",
            "cx.room_referrals.gaps(#{}).collect().followed_for(20)",
            "10",
        ),
        |gaps: &mut GapsValue, days: INT| {
            let followed = gaps.gaps.followed_for(horizon(days)?);
            Answer::Ok(gaps.count(followed, |_| true))
        },
    );
    registry.function(
        Group::Gaps.item(
            "repeats_of_followed",
            "gaps.repeats_of_followed(h) -> integer",
            "The same of those events that could be followed for all of `h`.",
            "cx.room_referrals.gaps(#{}).collect().repeats_of_followed(20)",
            "1",
        ),
        |gaps: &mut GapsValue, days: INT| {
            Answer::Ok(gaps.repeats(horizon(days)?, Gaps::repeats_of_followed))
        },
    );
    registry.function(
        Group::Gaps.item(
            "followed_whole",
            "gaps.followed_whole(h) -> integer",
            "How many events could be followed for all of `h`: the denominator of \
             `repeats_of_followed`. The two give a fair share however recent events are.",
            "cx.room_referrals.gaps(#{}).collect().followed_whole(20)",
            "9",
        ),
        |gaps: &mut GapsValue, days: INT| {
            let followed = gaps.gaps.followed_whole(horizon(days)?);
            Answer::Ok(gaps.count(followed, |_| true))
        },
    );
    registry.function(
        Group::Gaps.item(
            "share_of_followed",
            "gaps.share_of_followed(h) -> estimate",
            "The share of `repeats_of_followed` in `followed_whole`, with an interval that minds \
             that one pupil gives many gaps.",
            "cx.room_referrals.gaps(#{}).collect().share_of_followed(20).value > 0.11",
            "true",
        ),
        |gaps: &mut GapsValue, days: INT| gaps.share_of_followed(horizon(days)?),
    );
    pupils(registry);
}

fn pupils(registry: &mut Registry) {
    registry.function(
        Group::Gaps.item(
            "count_per_pupil",
            "gaps.count_per_pupil(#{include_zero}) -> column",
            "How many events each pupil has; with `include_zero` everybody on the roll.",
            "cx.room_referrals.gaps(#{}).collect().count_per_pupil(#{ include_zero: false }).len",
            "10",
        ),
        |gaps: &mut GapsValue, options: Map| gaps.count_per_pupil(&options),
    );
    registry.function(
        Group::Gaps.item(
            "by",
            "gaps.by(name) -> array of parts",
            "The same for each value of a column of the events, each with `key`, `label` and \
             `frame`.",
            "cx.room_referrals.gaps(#{}).collect().by(\"year_group\").map(|one| \
             one.frame.index_events)[0]",
            "6",
        ),
        |gaps: &mut GapsValue, name: &str| gaps.parts(name),
    );
    registry.function(
        Group::Gaps.item(
            "column",
            "gaps.column(name) -> column",
            "A column of the events, a value for each gap: groups for `stats::logrank`.",
            "cx.room_referrals.gaps(#{}).collect().column(\"year_group\").len",
            "13",
        ),
        |gaps: &mut GapsValue, name: &str| gaps.named_column(name),
    );
    registry.function(
        Group::Gaps.item(
            "top_pupils",
            "gaps.top_pupils(k) -> pupils",
            "The pupils with most events, for `report.list`; names are for those who may see them.",
            "type_of(cx.room_referrals.gaps(#{}).collect().top_pupils(3))",
            "pupils",
        ),
        |gaps: &mut GapsValue, most: INT| {
            if !(1..=MAX_LISTED).contains(&most) {
                return Err(fault(format!("`top_pupils` takes 1 to {MAX_LISTED}, not {most}")));
            }
            Answer::Ok(TopPupils {
                pupils: gaps.gaps.top_pupils(most as usize).into(),
                noun: gaps.origin.noun().to_owned(),
                unit: gaps.unit(),
            })
        },
    );
}
