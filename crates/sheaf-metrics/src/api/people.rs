//! Pupils behind rows: how many there are, in bands of a number, and by name for a list.

use std::collections::BTreeSet;
use std::sync::Arc;

use rhai::{Array, Dynamic, INT};
use sheaf_analytics::{Audience, Cell, Sensitivity};
use sheaf_charts::{IdSet, Scale};
use sheaf_records::RecordId;

use super::columns::of_texts;
use super::frame::{FrameValue, label};
use super::smallness::{few, of_counts, of_parts};
use crate::column::{About, Backing, Column, Marks, kind_of, single};
use crate::fault::{fault, unknown};
use crate::missing::Missing;
use crate::registry::{Answer, Group, Registry};
use crate::run::raised;
use crate::settle::floats::checked;
use crate::words::plural;

/// The most lines of a list: whoever needs more asks for a table.
pub const MAX_LISTED: usize = 100;

/// The most bands: more are no picture.
const MAX_BANDS: usize = 20;

/// Pupils with what is said of each, for a list.
#[derive(Clone)]
pub struct SaidPupils {
    /// The pupils, no more than a list takes.
    pub pupils: Arc<[SaidPupil]>,
    /// How many lines there would be without that limit.
    pub lines: usize,
    /// How many distinct pupils are in all those lines.
    pub in_all: usize,
    /// For whom results are.
    pub audience: Audience,
}

/// One of them.
#[derive(Clone)]
pub struct SaidPupil {
    /// The record of the pupil.
    pub pupil: RecordId,
    /// What is said.
    pub why: String,
    /// The records behind it.
    pub ids: IdSet,
}

/// How many pupils lie in each band of a number.
#[derive(Clone)]
pub struct Bands {
    names: Vec<String>,
    counts: Vec<f64>,
    backing: Arc<[Backing]>,
}

/// Registers them.
pub fn register(registry: &mut Registry) {
    registry.name_type::<SaidPupils>("pupils");
    registry.name_type::<Bands>("bands");
    registry.property(
        Group::Frame.item(
            "pupils",
            "frame.pupils -> integer",
            "How many distinct pupils are behind the rows; hidden from 1 to 4.",
            "cx.room_referrals.collect().pupils",
            "10",
        ),
        |frame: &mut FrameValue| pupils(frame),
    );
    registry.function(
        Group::Frame.item(
            "is_empty",
            "frame.is_empty() -> true or false",
            "Whether there is no row; nobody is recognised by that.",
            "cx.room_referrals.filter(col(\"year_group\") == \"7\").collect().is_empty()",
            "true",
        ),
        |frame: &mut FrameValue| match frame.origin.is_picked {
            // That a group has a value which few pupils hide would be told by its being there.
            true => Err(fault("`is_empty` is asked of rows, not of groups that were picked")),
            false => Ok(frame.frame.is_empty()),
        },
    );
    registry.function(
        Group::Frame.item(
            "listed",
            "frame.listed(template) -> pupils",
            "The pupils of the rows in order for `report.list`, which names the first 100: in the \
             template `{name}` stands for a column of the pupil's row. The script does not read \
             what is said; names are for those who may see them.",
            "type_of(cx.room_referrals.collect().listed(\"referred on {date}: {reason}\"))",
            "pupils",
        ),
        |frame: &mut FrameValue, template: &str| listed(frame, template),
    );
    registry.function(
        Group::Frame.item(
            "counted",
            "counted(n, noun) -> text",
            "A count in words, by the noun for one: `1 pupil`, `12 pupils`, `no pupils`; `fewer \
             than 5 pupils` where it is hidden.",
            "counted(cx.room_referrals.collect().pupils, \"pupil\")",
            "10 pupils",
        ),
        counted,
    );
    registry.function(
        Group::Frame.item(
            "is_empty",
            "pupils.is_empty() -> true or false",
            "Whether nobody is listed.",
            "cx.room_referrals.group(\"pupil\").agg(#{ n: count() }).collect().listed(\"{n}\")\
             .is_empty()",
            "false",
        ),
        |said: &mut SaidPupils| said.pupils.is_empty(),
    );
    registry.fields(|pupils: &mut SaidPupils, name: &str| match name {
        "pupils" => Ok(pupils.count()),
        _ => Err(unknown("pupils for a list have no", name, ["pupils", "is_empty"])),
    });
    bands(registry);
}

impl SaidPupils {
    /// How many distinct pupils there are, those who are not listed any more included; hidden where
    /// they are few.
    fn count(&self) -> Dynamic {
        shown(self.in_all, Sensitivity::Plain, self.audience)
    }

    /// What the title of their list says where not all lines are in it.
    pub fn cut_words(&self) -> Option<String> {
        let lines = sheaf_charts::decimal(self.lines as f64, 0);
        (self.lines > MAX_LISTED).then(|| format!("the first {MAX_LISTED} of {lines}"))
    }
}

fn shown(count: usize, split: Sensitivity, audience: Audience) -> Dynamic {
    match of_counts(count, count, split, audience) {
        Some(missing) => Dynamic::from(missing),
        None => Dynamic::from(count as INT),
    }
}

fn bands(registry: &mut Registry) {
    registry.function(
        Group::Frame.item(
            "bands",
            "frame.bands(name, [bounds], [names]) -> bands",
            "How many pupils have a value up to each bound and above the one before, bands \
             without a pupil included: `name` and `pupils` are columns for a chart. One name more \
             than bounds is for what lies above the last bound, which otherwise is left out. A \
             pupil with several rows counts in each of their bands.",
            "cx.room_referrals.collect().bands(\"minute\", [600, 720], [\"early\", \
             \"late\"]).pupils.len",
            "2",
        ),
        |frame: &mut FrameValue, name: &str, bounds: Array, names: Array| {
            banded(frame, name, &bounds, &names)
        },
    );
    registry.fields(|bands: &mut Bands, name: &str| match name {
        "name" => Ok(Dynamic::from(of_texts(bands.names.iter().cloned()))),
        "pupils" => Ok(Dynamic::from(bands.column())),
        _ => Err(unknown("bands have no", name, ["name", "pupils"])),
    });
}

fn pupils(frame: &FrameValue) -> Dynamic {
    match frame.guard() {
        Some(missing) => Dynamic::from(missing),
        None => {
            let origin = &frame.origin;
            shown(frame.frame.pupils_in_all(), origin.split, origin.audience)
        }
    }
}

/// `12 pupils`; a hidden count has its bound alone.
fn counted(count: Dynamic, noun: &str) -> Answer<String> {
    if let Some(missing) = count.read_lock::<Missing>() {
        if !missing.is_hidden {
            return Ok(format!("a number of {} that is not known", plural(noun)));
        }
        let bounds = [Audience::Inside, Audience::Outside].map(few);
        return Ok(match bounds.iter().find(|bound| ***bound == *missing.why) {
            Some(bound) if noun == "pupil" => (*bound).to_owned(),
            _ => format!("a number of {} that is not shown", plural(noun)),
        });
    }
    let wrong = || fault(format!("`counted` needs a whole number, not {}", kind_of(&count)));
    Ok(match count.as_int().map_err(|_| wrong())? {
        0 => format!("no {}", plural(noun)),
        1 => format!("1 {noun}"),
        many => format!("{} {}", sheaf_charts::decimal(many as f64, 0), plural(noun)),
    })
}

fn listed(frame: &FrameValue, template: &str) -> Answer<SaidPupils> {
    let template = checked(template)?;
    let parts = parts(&template)?;
    for name in parts.iter().filter_map(|part| part.column) {
        let column = frame.frame.column(name).map_err(raised)?;
        if matches!(column.cell(0), Cell::Id(_)) {
            return Err(fault(format!("`{name}` is an id, which `listed` cannot say")));
        }
    }
    let said = |row: usize| -> Answer<Option<SaidPupil>> {
        let Cell::Id(pupil) = frame.frame.cell(row, "pupil").map_err(raised)? else {
            return Ok(None);
        };
        let mut why = String::new();
        for part in &parts {
            why.push_str(part.text);
            if let Some(name) = part.column {
                let cell = frame.frame.cell(row, name).map_err(raised)?;
                why.push_str(&words(frame, name, &cell));
            }
        }
        Ok(Some(SaidPupil { pupil, why, ids: crate::ids::shown(frame.frame.ids(row)) }))
    };
    let rows = (0..frame.frame.len().min(MAX_LISTED)).map(said);
    let pupils = rows.filter_map(Result::transpose).collect::<Answer<_>>()?;
    let (lines, in_all) = (frame.frame.len(), pupils_of(frame)?);
    Ok(SaidPupils { pupils, lines, in_all, audience: frame.origin.audience })
}

/// How many distinct pupils the rows name.
fn pupils_of(frame: &FrameValue) -> Answer<usize> {
    if frame.frame.is_empty() {
        return Ok(0);
    }
    let column = frame.frame.column("pupil").map_err(raised)?;
    let pupils = column.cells().filter_map(|cell| match cell {
        Cell::Id(pupil) => Some(pupil),
        _ => None,
    });
    Ok(pupils.collect::<BTreeSet<RecordId>>().len())
}

/// A text and the column whose value follows it.
struct Part<'a> {
    text: &'a str,
    column: Option<&'a str>,
}

fn parts(template: &str) -> Answer<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((text, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else {
            return Err(fault(format!("`{{{after}` of `listed` lacks its `}}`")));
        };
        parts.push(Part { text, column: Some(name.trim()) });
        rest = after;
    }
    parts.push(Part { text: rest, column: None });
    Ok(parts)
}

fn words(frame: &FrameValue, name: &str, cell: &Cell) -> String {
    match cell {
        Cell::Null => "not recorded".to_owned(),
        Cell::Date(day) => day.strftime("%-d %b %Y").to_string(),
        Cell::Int(number) => sheaf_charts::decimal(*number as f64, 0),
        Cell::Float(number) => sheaf_charts::decimal(*number, 1),
        Cell::Bool(true) => "yes".to_owned(),
        Cell::Bool(false) => "no".to_owned(),
        other => label(&frame.origin.table, name, other),
    }
}

fn banded(frame: &FrameValue, name: &str, bounds: &Array, names: &Array) -> Answer<Bands> {
    let bounds: Vec<f64> =
        bounds.iter().map(|bound| single("`bounds` of bands", bound)).collect::<Answer<_>>()?;
    if bounds.is_empty() || bounds.len() > MAX_BANDS || !bounds.is_sorted() {
        return Err(fault(format!("`bands` needs 1 to {MAX_BANDS} bounds in order")));
    }
    let is_open = names.len() == bounds.len() + 1;
    if names.len() != bounds.len() && !is_open {
        let told = |count: usize, noun: &str| crate::words::counted(count as u64, noun);
        let (bounds, names) = (told(bounds.len(), "bounds"), told(names.len(), "names"));
        return Err(fault(format!(
            "`bands` has {bounds} but {names}; it takes a name for each bound, and one more for \
             what is above the last"
        )));
    }
    let column = frame.frame.column(name).map_err(raised)?;
    let mut rows: Vec<Vec<u32>> = vec![Vec::new(); names.len()];
    for (row, cell) in column.cells().enumerate() {
        let value = match cell {
            Cell::Int(number) => number as f64,
            Cell::Float(number) => number,
            Cell::Null => continue,
            _ => return Err(fault(format!("`bands` needs numbers; `{name}` has none"))),
        };
        let band = bounds.partition_point(|bound| *bound < value);
        if let Some(rows) = rows.get_mut(band) {
            rows.push(row as u32);
        }
    }
    let parts: Vec<(usize, IdSet)> = rows
        .iter()
        .map(|rows| frame.frame.behind_rows(rows))
        .map(|(pupils, ids)| (pupils, crate::ids::shown(ids)))
        .collect();
    let hidden = hidden(&parts, frame);
    let backing = parts.iter().zip(&hidden).map(|((pupils, ids), hide)| Backing {
        n: *pupils as u32,
        is_hidden: *hide,
        ids: ids.clone(),
    });
    let shown = parts.iter().zip(&hidden);
    Ok(Bands {
        names: names.iter().map(Dynamic::to_string).collect(),
        counts: shown
            .map(|((pupils, _), hide)| if *hide { f64::NAN } else { *pupils as f64 })
            .collect(),
        backing: backing.collect(),
    })
}

/// Which bands are hidden: those of few pupils, and what would give them away.
fn hidden(parts: &[(usize, IdSet)], frame: &FrameValue) -> Vec<bool> {
    let counts: Vec<u64> = parts.iter().map(|(pupils, _)| *pupils as u64).collect();
    let pupils: Vec<usize> = parts.iter().map(|(pupils, _)| *pupils).collect();
    if frame.guard().is_some() {
        return pupils.into_iter().map(|pupils| pupils > 0).collect();
    }
    let origin = &frame.origin;
    let parts = of_parts(&counts, &pupils, origin.split, origin.audience);
    parts.iter().map(Option::is_some).collect()
}

impl Bands {
    fn column(&self) -> Column {
        let backing = Arc::clone(&self.backing);
        let marks: Marks = Arc::new(move || backing.to_vec());
        let column = Column::numbers(self.counts.clone()).about(About::new("Pupils", Scale::Count));
        Column { marks: Some(marks), ..column }
    }
}

#[cfg(test)]
mod tests;
