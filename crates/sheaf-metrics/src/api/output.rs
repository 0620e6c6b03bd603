//! `report(..)`: what a script says, in the host's forms.

use std::sync::{Arc, Mutex, MutexGuard};

use rhai::{Array, Dynamic, Map};
use serde_json::Value;
use sheaf_charts::{ChartSpec, IdSet, layout};
use sheaf_records::RecordId;
use sheaf_stats::Adjustment;

use super::bands::Bands;
use super::chart::Chart;
use super::context::Chosen;
use super::fortnight::Fortnight;
use super::frame::{FrameValue, title};
use super::gaps::TopPupils;
use super::grid::Spots;
use super::ladder::{self, Ladder};
use super::occupancy::{self, Occupancy};
use super::people::SaidPupils;
use super::risks::{self, Risks};
use super::screen::{self, Screen};
use super::windows::{PupilKey, Summary};
use crate::column::{kind_of, number};
use crate::estimate::{Estimate, Worse};
use crate::fault::{fault, unknown};
use crate::given::Given;
use crate::limits::{MAX_CASES, MAX_OUTPUTS, MAX_ROWS};
use crate::missing::Missing;
use crate::outcome::Outcome;
use crate::registry::{Answer, Group, Item, Registry};
use crate::report::Level;
use crate::settle::floats::{checked, checked_all};

/// A report that is being put together; clones are the same report.
#[derive(Clone)]
pub struct Draft(Arc<Mutex<Parts>>);

/// What a script has said so far.
#[derive(Clone, Default)]
pub struct Parts {
    /// Its title.
    pub title: String,
    /// Its sentences.
    pub findings: Vec<DraftFinding>,
    /// Its tables.
    pub tables: Vec<DraftTable>,
    /// Its charts.
    pub charts: Vec<ChartSpec>,
    /// Its lists.
    pub lists: Vec<DraftList>,
    /// Its pupils one by one.
    pub cases: Vec<DraftCase>,
    /// What it cautions about as a whole.
    pub caveats: Vec<String>,
    /// How the family of tests is adjusted.
    pub adjustment: Option<Adjustment>,
}

/// A finding whose tests are not adjusted yet.
#[derive(Clone)]
pub struct DraftFinding {
    /// How much it asks of its reader.
    pub level: Level,
    /// The sentence.
    pub text: String,
    /// The estimate behind it.
    pub estimate: Option<Estimate>,
    /// The same by another way.
    pub check: Option<Estimate>,
    /// Why there is no answer.
    pub why: String,
    /// What to keep in mind.
    pub caveats: Vec<String>,
}

/// A table with its hidden cells marked.
#[derive(Clone)]
pub struct DraftTable {
    /// Its title.
    pub title: String,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Its cells; none where hidden.
    pub rows: Vec<Vec<Option<Value>>>,
    /// The records behind each row.
    pub ids: Vec<IdSet>,
}

/// A row of a table: its cells, none where hidden, and the records behind it.
pub type TableRow = (Vec<Option<Value>>, IdSet);

/// A list of pupils, shown to a permitted audience alone.
#[derive(Clone)]
pub struct DraftList {
    /// Its title.
    pub title: String,
    /// The pupils, with what to say of each.
    pub pupils: Listing,
}

/// Pupils of a list.
#[derive(Clone)]
pub enum Listing {
    /// Those with most events, and which of count, last day and usual gap to say.
    Top(TopPupils, Vec<String>),
    /// Those of some rows, with what is said of each.
    Said(SaidPupils),
}

/// One pupil's own view, shown to a permitted audience alone.
#[derive(Clone)]
pub struct DraftCase {
    /// The record of the pupil.
    pub pupil: RecordId,
    /// Estimates by name.
    pub estimates: Vec<(String, Estimate)>,
    /// The pupil's own course.
    pub chart: Option<ChartSpec>,
}

const WHAT_TO_SHOW: [&str; 3] = ["count", "last", "median_gap"];
/// The title of the table that `row` fills.
const ROWS: &str = "By group";
/// The columns of a table of the cells of a grid.
const SPOT_COLUMNS: [&str; 7] = [
    "Where and when",
    "Number",
    "Expected",
    "Times expected",
    "Pupils",
    "Staff who recorded",
    "Stands out",
];
/// The title of a table of estimates.
const SUMMARY: &str = "In numbers";

impl Draft {
    fn parts(&self) -> Answer<MutexGuard<'_, Parts>> {
        self.0.lock().map_err(|_| fault("the report cannot be written any more"))
    }

    /// What was said.
    pub fn into_parts(self) -> Answer<Parts> {
        Ok(self.parts()?.clone())
    }

    fn change(&self, change: impl FnOnce(&mut Parts) -> Answer<()>) -> Answer<Self> {
        change(&mut *self.parts()?)?;
        Ok(self.clone())
    }
}

const fn item(
    name: &'static str,
    signature: &'static str,
    doc: &'static str,
    example: &'static str,
) -> Item {
    Group::Output.item(name, signature, doc, example, "report")
}

/// Registers the report.
pub fn register(registry: &mut Registry) {
    registry.name_type::<Draft>("report");
    registry.overload("to_string", |_: &mut Draft| "report".to_owned());
    registry.function(
        item(
            "report",
            "report(title) -> report",
            "A report; its last call is `done`.",
            "report(\"A title\")",
        ),
        |title: &str| {
            let parts = Parts { title: checked(title)?, ..Parts::default() };
            Answer::Ok(Draft(Arc::new(Mutex::new(parts))))
        },
    );
    registry.function(
        item(
            "options",
            "report.options(p) -> report",
            "Shows the options that it ran with.",
            "report(\"A\").options(p)",
        ),
        |draft: &mut Draft, _: Chosen| draft.clone(),
    );
    registry.function(
        item(
            "done",
            "report.done() -> report",
            "The end: what `run` gives back.",
            "report(\"A\").done()",
        ),
        |draft: &mut Draft| draft.clone(),
    );
    sentences(registry);
    tables(registry);
    tables_of_results(registry);
    pictures(registry);
    cases(registry);
}

fn sentences(registry: &mut Registry) {
    registry.function(
        item(
            "finding",
            "report.finding(#{level, worse, text, estimate, why, caveats, check}) -> report",
            "A sentence with its uncertainty. Levels: info, watch, act, refused; or \
             `estimate.level`, and the host goes by the interval of a ratio: clearly worse is \
             act, probably worse is watch, better is info. Higher is worse, unless `worse` is \
             \"lower\". A test that does not stand after adjustment is told as info.",
            "report(\"A\").finding(#{ level: \"info\", text: \"It is so\" })",
        ),
        |draft: &mut Draft, given: Map| draft.change(|parts| finding(parts, &given)),
    );
    registry.function(
        item(
            "caveat",
            "report.caveat(text) -> report",
            "What to keep in mind for the whole report.",
            "report(\"A\").caveat(\"Few pupils\")",
        ),
        |draft: &mut Draft, text: &str| {
            let text = checked(text)?;
            draft.change(|parts| room(parts.caveats.len(), "caveats", || parts.caveats.push(text)))
        },
    );
    registry.function(
        item(
            "refuse",
            "report.refuse(why) -> report",
            "Says that there is no answer, and why.",
            "report(\"A\").refuse(\"Only 3 pupils\")",
        ),
        |draft: &mut Draft, why: &str| {
            let why = checked(why)?;
            let refused = DraftFinding {
                level: Level::Refused,
                text: why.clone(),
                estimate: None,
                check: None,
                why,
                caveats: Vec::new(),
            };
            draft.change(|parts| {
                room(parts.findings.len(), "findings", || parts.findings.push(refused))
            })
        },
    );
    registry.function(
        item(
            "adjust",
            "report.adjust(\"bh\" | \"holm\") -> report",
            "Adjusts the p-values of all findings as one family.",
            "report(\"A\").adjust(\"bh\")",
        ),
        |draft: &mut Draft, method: &str| {
            let adjustment = Adjustment::from_name(method)
                .ok_or_else(|| unknown("there is no adjustment", method, ["bh", "holm"]))?;
            draft.change(|parts| {
                parts.adjustment = Some(adjustment);
                Ok(())
            })
        },
    );
}

/// Adds one more output if there is room.
fn room(found: usize, what: &str, add: impl FnOnce()) -> Answer<()> {
    room_for(MAX_OUTPUTS, found, what, add)
}

fn room_for(most: usize, found: usize, what: &str, add: impl FnOnce()) -> Answer<()> {
    if found >= most {
        return Err(fault(format!("a report has room for {most} {what}")));
    }
    add();
    Ok(())
}

/// An estimate, or a result that is one.
pub fn as_estimate(value: &Dynamic) -> Option<Estimate> {
    if let Some(estimate) = value.read_lock::<Estimate>() {
        return Some(estimate.clone());
    }
    if let Some(missing) = value.read_lock::<Missing>() {
        return Some(Estimate::missing(missing.clone()));
    }
    value.read_lock::<Outcome>()?.estimate()
}

fn finding(parts: &mut Parts, map: &Map) -> Answer<()> {
    const KEYS: &[&str] = &["level", "worse", "text", "estimate", "why", "caveats", "check"];
    let given = Given::new("finding", map, KEYS)?;
    let estimate = |key: &str| -> Answer<Option<Estimate>> {
        let Some(value) = given.get(key).filter(|value| !value.is_unit()) else { return Ok(None) };
        let wrong =
            || fault(format!("`{key}` of finding needs an estimate, not {}", kind_of(value)));
        as_estimate(value).map(Some).ok_or_else(wrong)
    };
    let caveats = match given.get("caveats") {
        Some(list) if list.is_array() => {
            let array = list.read_lock::<Array>();
            array.map_or_else(|| Ok(Vec::new()), |items| checked_all(&items))?
        }
        Some(_) => return Err(fault("`caveats` of finding needs an array of texts")),
        None => Vec::new(),
    };
    let text = checked(&given.text("text", "")?)?;
    if text.is_empty() {
        return Err(fault("a finding needs `text`"));
    }
    let told = estimate("estimate")?;
    let finding = DraftFinding {
        level: level_of(&given, told.as_ref())?,
        text,
        estimate: told,
        check: estimate("check")?,
        why: checked(&given.text("why", "")?)?,
        caveats,
    };
    room(parts.findings.len(), "findings", || parts.findings.push(finding))
}

/// The level by name, or, where the level of an estimate's interval is given, as its words have it
/// and as the script says which way is worse.
fn level_of(given: &Given<'_>, estimate: Option<&Estimate>) -> Answer<Level> {
    let value = given.get("level");
    let is_number = value.is_some_and(|value| value.is_float() || value.is::<Missing>());
    if is_number {
        let worse = Worse::from_name(given.choice("worse", Worse::WORDS)?);
        return Ok(estimate.map_or(Level::Info, |one| one.finding_level(worse)));
    }
    if given.get("worse").is_some() {
        return Err(fault("`worse` of finding goes with `level: estimate.level`"));
    }
    let name = given.choice("level", &["info", "watch", "act", "refused"])?;
    Ok(Level::ALL.into_iter().find(|level| level.name() == name).unwrap_or(Level::Info))
}

fn tables(registry: &mut Registry) {
    registry.function(
        item(
            "table",
            "report.table(frame, #{title, columns}) -> report",
            "The rows of a frame as a table; values with few pupils behind them are hidden.",
            "report(\"A\").table(cx.room_referrals.group(\"year_group\").agg(#{ n: count() \
             }).collect(), #{ title: \"B\" })",
        ),
        |draft: &mut Draft, frame: FrameValue, options: Map| {
            draft.change(|parts| {
                let table = table(&frame, &options)?;
                room(parts.tables.len(), "tables", || parts.tables.push(table))
            })
        },
    );
    registry.overload("table", |draft: &mut Draft, frame: FrameValue| {
        draft.change(|parts| {
            let table = table(&frame, &Map::new())?;
            room(parts.tables.len(), "tables", || parts.tables.push(table))
        })
    });
    registry.overload("table", |draft: &mut Draft, summary: Summary| {
        draft.change(|parts| {
            summary.0.iter().try_for_each(|(name, one)| row(parts, SUMMARY, name, one))?;
            Ok(())
        })
    });
    registry.function(
        item(
            "row",
            "report.row(label, estimate) -> report",
            "One more row of the table of groups: the estimate with its interval.",
            "report(\"A\").row(\"Year 9\", stats::wilson(8, 20))",
        ),
        |draft: &mut Draft, label: &str, value: Dynamic| {
            let estimate = as_estimate(&value).ok_or_else(|| {
                fault(format!("`row` needs an estimate, not {}", kind_of(&value)))
            })?;
            let label = checked(label)?;
            draft.change(|parts| row(parts, ROWS, &label, &estimate))
        },
    );
}

/// What some results have of tables of their own.
fn tables_of_results(registry: &mut Registry) {
    registry.field(item(
        "table",
        "report.table(summary | spots | occupancy | fortnight | bands | ladder | screen | risks) -> \
         report",
        "The table that such a result has of its own, with its own title.",
        "report(\"A\").table(cx.room_referrals.gaps(#{}).collect().bands([1, 5]))",
    ));
    registry.overload("table", |draft: &mut Draft, spots: Spots| {
        let title = "Busiest, and what stands out".to_owned();
        let columns = SPOT_COLUMNS.map(str::to_owned).to_vec();
        let (rows, ids) = spots.table().into_iter().unzip();
        let table = DraftTable { title, columns, rows, ids };
        draft.change(|parts| room(parts.tables.len(), "tables", || parts.tables.push(table)))
    });
    registry.overload("table", |draft: &mut Draft, occupancy: Occupancy| {
        let columns = occupancy::COLUMNS.map(str::to_owned).to_vec();
        let (rows, ids) = occupancy.table().into_iter().unzip();
        let table = DraftTable { title: "Fullest".to_owned(), columns, rows, ids };
        draft.change(|parts| room(parts.tables.len(), "tables", || parts.tables.push(table)))
    });
    registry.overload("table", |draft: &mut Draft, all: Fortnight| {
        let (columns, rows) = all.table();
        let (rows, ids) = rows.into_iter().unzip();
        let table = DraftTable { title: "In numbers".to_owned(), columns, rows, ids };
        draft.change(|parts| room(parts.tables.len(), "tables", || parts.tables.push(table)))
    });
    registry.overload("table", |draft: &mut Draft, bands: Bands| {
        let (title, columns, rows) = bands.table();
        let ids = vec![IdSet::default(); rows.len()];
        let table = DraftTable { title, columns: columns.to_vec(), rows, ids };
        draft.change(|parts| room(parts.tables.len(), "tables", || parts.tables.push(table)))
    });
    registry.overload("table", |draft: &mut Draft, ladder: Ladder| {
        let columns = ladder::COLUMNS.map(str::to_owned).to_vec();
        let (rows, ids) = ladder.table().into_iter().unzip();
        let table =
            DraftTable { title: "What each rule would have given".to_owned(), columns, rows, ids };
        draft.change(|parts| room(parts.tables.len(), "tables", || parts.tables.push(table)))
    });
    registry.overload("table", |draft: &mut Draft, screen: Screen| {
        let columns = screen::COLUMNS.map(str::to_owned).to_vec();
        let (rows, ids) = screen.table().into_iter().unzip();
        let table =
            DraftTable { title: "What each rule would have told".to_owned(), columns, rows, ids };
        draft.change(|parts| room(parts.tables.len(), "tables", || parts.tables.push(table)))
    });
    registry.overload("table", |draft: &mut Draft, risks: Risks| {
        let columns = risks::COLUMNS.map(str::to_owned).to_vec();
        let (title, rows) = risks.table();
        let ids = vec![IdSet::default(); rows.len()];
        let table = DraftTable { title, columns, rows, ids };
        draft.change(|parts| room(parts.tables.len(), "tables", || parts.tables.push(table)))
    });
}

fn row(parts: &mut Parts, title: &str, label: &str, estimate: &Estimate) -> Answer<()> {
    let columns = ["Group", "Estimate", "Lower", "Upper", "Number", "In words"];
    let is_open = parts.tables.last().is_some_and(|table| table.title == title);
    if !is_open {
        let columns = columns.iter().map(|&name| name.to_owned()).collect();
        let table =
            DraftTable { title: title.to_owned(), columns, rows: Vec::new(), ids: Vec::new() };
        room(parts.tables.len(), "tables", || parts.tables.push(table))?;
    }
    let view = estimate.view();
    let is_hidden = estimate.why().is_some_and(|why| why.is_hidden);
    let cell = |value: Option<f64>| match value {
        _ if is_hidden => None,
        Some(value) => Some(number(value)),
        None => Some(Value::Null),
    };
    let cells = vec![
        Some(label.into()),
        cell(view.value),
        cell(view.lower),
        cell(view.upper),
        cell(view.n.map(|n| n as f64)),
        Some(view.words.into()),
    ];
    match parts.tables.last_mut() {
        Some(table) if table.rows.len() < MAX_ROWS => {
            table.rows.push(cells);
            Ok(())
        }
        _ => Err(fault(format!("a table has room for {MAX_ROWS} rows"))),
    }
}

fn table(frame: &FrameValue, options: &Map) -> Answer<DraftTable> {
    let given = Given::new("table", options, &["title", "columns"])?;
    frame.allow_rows()?;
    let mut names = given.texts("columns")?;
    if names.is_empty() {
        names = frame.shown();
    }
    let rows = frame.frame.len();
    if rows > MAX_ROWS {
        return Err(fault(format!(
            "{rows} rows are more than the {MAX_ROWS} of a table; group them"
        )));
    }
    let columns = names.iter().map(|name| title(name)).collect();
    let title = checked(&given.text("title", &title(frame.origin.noun()))?)?;
    if let Some(missing) = frame.hides_its_groups() {
        let words = |name: &String| (Some(name) == names.first()).then(|| missing.words().into());
        let rows = vec![names.iter().map(words).collect()];
        return Ok(DraftTable { title, columns, rows, ids: vec![IdSet::default()] });
    }
    let rows = (0..rows).map(|row| frame.cells(row, &names)).collect::<Answer<Vec<_>>>()?;
    let ids = (0..rows.len()).map(|row| crate::ids::shown(frame.frame.ids(row))).collect();
    Ok(DraftTable { title, columns, rows, ids })
}

fn pictures(registry: &mut Registry) {
    registry.function(
        item(
            "chart",
            "report.chart(chart) -> report",
            "A chart.",
            "report(\"A\").chart(chart(\"line\").x([1, 2]).y([3, 4]))",
        ),
        |draft: &mut Draft, chart: Chart| {
            // The host puts in today and the source at the end.
            let spec = layout(&chart.to_data(jiff::civil::Date::ZERO)?)
                .map_err(|error| fault(error.to_string()))?;
            draft.change(|parts| room(parts.charts.len(), "charts", || parts.charts.push(spec)))
        },
    );
    registry.function(
        item(
            "list",
            "report.list(title, pupils, #{show, audience}) -> report",
            "Pupils by name, for those who may see names: `show` has \"count\", \"last\", \
             \"median_gap\"; pupils from `frame.listed` say their template.",
            "report(\"A\").list(\"B\", cx.room_referrals.gaps(#{}).collect().top_pupils(3), #{ \
             audience: \"pastoral\" })",
        ),
        |draft: &mut Draft, title: &str, pupils: TopPupils, options: Map| {
            let given = Given::new("list", &options, &["show", "audience"])?;
            given.choice("audience", &["pastoral"])?;
            let mut show = given.texts("show")?;
            if let Some(odd) = show.iter().find(|name| !WHAT_TO_SHOW.contains(&name.as_str())) {
                return Err(unknown("`show` of list cannot have", odd, WHAT_TO_SHOW));
            }
            if show.is_empty() {
                show = WHAT_TO_SHOW.map(str::to_owned).to_vec();
            }
            add_list(draft, title, Listing::Top(pupils, show))
        },
    );
    registry.field(item(
        "list",
        "report.list(title, said, #{audience}) -> report",
        "Pupils with a sentence each, as `frame.listed(template)` gives them.",
        "report(\"A\").list(\"B\", cx.room_referrals.group(\"pupil\").agg(#{ n: count() }).collect()\
         .listed(\"{n}\"), #{ audience: \"pastoral\" })",
    ));
    registry.overload(
        "list",
        |draft: &mut Draft, title: &str, pupils: SaidPupils, options: Map| {
            Given::new("list", &options, &["audience"])?.choice("audience", &["pastoral"])?;
            add_list(draft, title, Listing::Said(pupils))
        },
    );
}

fn add_list(draft: &Draft, title: &str, pupils: Listing) -> Answer<Draft> {
    let list = DraftList { title: checked(title)?, pupils };
    draft.change(|parts| room(parts.lists.len(), "lists", || parts.lists.push(list)))
}

fn cases(registry: &mut Registry) {
    registry.function(
        item(
            "case_row",
            "report.case_row(pupil, #{name: estimate, chart}) -> report",
            "One pupil's own view, for those who may see names: estimates by name and a chart.",
            "report(\"A\").case_row(cx.room_referrals.count_in(cx.windows(cx.interventions, #{ \
             anchor: \"start\", before: 10, after: 10 })).exposure(pupil_days(\"enrolled\"\
             )).collect().pupils_with(#{ before: 2, after: 2 })[0], #{})",
        ),
        |draft: &mut Draft, pupil: PupilKey, values: Map| {
            let case = case(&pupil, &values)?;
            draft.change(|parts| {
                room_for(MAX_CASES, parts.cases.len(), "cases", || parts.cases.push(case))
            })
        },
    );
}

fn case(pupil: &PupilKey, values: &Map) -> Answer<DraftCase> {
    let pupil = pupil.id().ok_or_else(|| fault("this pupil has no record"))?;
    let mut case = DraftCase { pupil, estimates: Vec::new(), chart: None };
    for (name, value) in values {
        if let Some(chart) = value.read_lock::<Chart>() {
            let spec = layout(&chart.to_data(jiff::civil::Date::ZERO)?)
                .map_err(|error| fault(error.to_string()))?;
            case.chart = Some(spec);
        } else if let Some(estimate) = as_estimate(value) {
            case.estimates.push((name.to_string(), estimate));
        } else {
            let kind = kind_of(value);
            return Err(fault(format!(
                "`{name}` of case_row needs an estimate or a chart, not {kind}"
            )));
        }
    }
    Ok(case)
}
