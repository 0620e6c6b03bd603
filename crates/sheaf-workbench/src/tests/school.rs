//! An invented school, small enough to know by heart.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime, date};
use sheaf_charts::{
    AxisData, ChartData, ChartSpec, IdSet, LayerData, Mark, Scale, ShapeData, layout,
};
use sheaf_records::{FieldPath, Kind, RecordId, Value};
use sheaf_school::MetricState;
use sheaf_school::desk::{
    BeforeLine, CaseLine, Choice, Compared, ConcernCounts, ContenderLine, Detail, DetailRow,
    FilterColumn, FindingLine, FormField, FormKind, Hit, ListedPupil, MetricCard, MetricResult,
    PeerLine, PeerState, PupilLine, RecordKeeping, ResultTable, Roster, SchoolCard, Sketch,
    SpaceLine, StatusLine, TimelineItem,
};

/// The day on which everything happens.
pub const TODAY: Date = date(2026, 7, 14);

const NAMES: [&str; 20] = [
    "Amira Okafor",
    "Ben Carter",
    "Chloé Dubois",
    "Daniel Lewis",
    "Elif Yılmaz",
    "Femi Adeyemi",
    "Grace Nolan",
    "Hamza Sheikh",
    "Isla MacLeod",
    "Jakub Nowak",
    "Keira Walsh",
    "Leon Martins",
    "Mia Thompson",
    "Noah Patel",
    "Olivia Brown",
    "Priya Raman",
    "Quinn Taylor",
    "Ruby Lewis",
    "Samuel Osei",
    "Zoë van der Berg",
];

const NARRATIVES: [&str; 6] = [
    "Refused to move seat when asked twice, walked out and came back after five minutes",
    "Pushed in the queue; both apologised when spoken to",
    "No homework for the third time this half-term",
    "Shouted across the room during the starter, settled after a quiet word",
    "On the phone behind the sports hall",
    "",
];

/// The id of a pupil.
pub fn pupil(number: u8) -> RecordId {
    RecordId::from_bytes([number; 16])
}

/// The id of a record.
pub fn record(number: u8) -> RecordId {
    let mut bytes = [0xee; 16];
    bytes[15] = number;
    RecordId::from_bytes(bytes)
}

fn choices(codes: &[(&str, &str)]) -> Vec<Choice> {
    let choice = |(code, title): &(&str, &str)| Choice {
        code: (*code).to_owned(),
        title: (*title).to_owned(),
    };
    codes.iter().map(choice).collect()
}

/// What typeahead offers.
pub fn roster() -> Roster {
    let line = |(number, name): (usize, &&str)| PupilLine {
        id: pupil(number as u8),
        name: (**name).to_owned(),
        year_group: format!("Year {}", 7 + number % 5),
        reg_group: format!("{}{}", 7 + number % 5, ["KB", "TM", "SA"][number % 3]),
        on_roll: number != 16,
    };
    Roster {
        pupils: NAMES.iter().enumerate().map(line).collect(),
        categories: choices(&[
            ("disruption", "Disruption"),
            ("defiance", "Defiance"),
            ("phone", "Phone out"),
            ("physical", "Physical aggression"),
            ("language", "Abusive language"),
            ("truancy", "Truancy"),
            ("bullying", "Bullying"),
        ]),
        locations: choices(&[
            ("corridor", "Corridor"),
            ("classroom", "Classroom"),
            ("canteen", "Canteen"),
            ("playground", "Playground"),
            ("gate", "Gate"),
        ]),
        roles: choices(&[
            ("involved", "Involved"),
            ("instigator", "Instigator"),
            ("target", "Target"),
            ("witness", "Witness"),
        ]),
        actions: choices(&[
            ("talk", "Conversation"),
            ("home", "Call home"),
            ("room", "Reflection room"),
        ]),
        safeguarding: true,
    }
}

fn at(days_ago: i32, hour: i8, minute: i8) -> DateTime {
    let day = TODAY.checked_sub(i64::from(days_ago).days()).unwrap();
    day.at(hour, minute, 0, 0)
}

fn incident(number: u8, when: DateTime, pupils: &[(u8, &str)]) -> TimelineItem {
    let place = usize::from(number);
    let what = ["Defiance", "Disruption", "Physical aggression", "Phone out", "Abusive language"];
    let where_ = ["corridor", "classroom", "canteen", "playground"];
    let named = |(pupil_number, role): &(u8, &str)| {
        let name = NAMES[usize::from(*pupil_number)].to_owned();
        (pupil(*pupil_number), name, (*role).to_owned())
    };
    TimelineItem {
        record: record(number),
        kind: Kind::Incident,
        space: "pastoral".to_owned(),
        at: Some(when),
        headline: format!("{}, {}, period {}", what[place % 5], where_[place % 4], 1 + place % 5),
        text: NARRATIVES[place % 6].to_owned(),
        pupils: pupils.iter().map(named).collect(),
        severity: Some(1 + number % 5),
        by: ["Ms Hall", "Mr Adeyinka", "Dr Ford"][place % 3].to_owned(),
        conflicts: 0,
        labels: if place % 4 == 1 { vec!["Call home by Friday".to_owned()] } else { vec![] },
    }
}

fn room_stay(number: u8, when: DateTime, pupil_number: u8) -> TimelineItem {
    TimelineItem {
        kind: Kind::RoomStay,
        headline: "Reflection room, periods 3 and 4".to_owned(),
        text: "Worked steadily; ready to return".to_owned(),
        severity: None,
        labels: vec![],
        ..incident(number, when, &[(pupil_number, "")])
    }
}

/// The newest records.
pub fn recent() -> Vec<TimelineItem> {
    let mut items = vec![
        incident(1, at(0, 13, 35), &[(0, "Instigator"), (3, "Target")]),
        incident(2, at(0, 11, 20), &[(8, "Involved")]),
        room_stay(3, at(0, 10, 5), 4),
        incident(4, at(0, 9, 15), &[(12, "Involved"), (13, "Involved"), (17, "Witness")]),
        incident(5, at(1, 14, 50), &[(0, "Involved")]),
        incident(6, at(1, 12, 40), &[(5, "Target"), (9, "Instigator")]),
        room_stay(7, at(1, 9, 0), 0),
        incident(8, at(1, 8, 55), &[(19, "Involved")]),
        incident(9, at(4, 15, 5), &[(14, "Involved")]),
        incident(10, at(4, 11, 45), &[(2, "Involved"), (6, "Witness")]),
        incident(11, at(4, 10, 30), &[(11, "Involved")]),
    ];
    items[1].space = "safeguarding".to_owned();
    items
}

/// The timeline of the first pupil.
pub fn timeline() -> Vec<TimelineItem> {
    let mut items = vec![
        incident(1, at(0, 13, 35), &[(0, "Instigator"), (3, "Target")]),
        incident(5, at(1, 14, 50), &[(0, "Involved")]),
        room_stay(7, at(1, 9, 0), 0),
        incident(20, at(12, 12, 10), &[(0, "Instigator")]),
        room_stay(21, at(19, 9, 50), 0),
        incident(22, at(27, 14, 5), &[(0, "Involved"), (9, "Involved")]),
        incident(23, at(41, 11, 0), &[(0, "Target")]),
        room_stay(24, at(48, 10, 5), 0),
        incident(25, at(49, 13, 10), &[(0, "Instigator"), (13, "Target"), (17, "Witness")]),
        incident(26, at(70, 9, 40), &[(0, "Involved")]),
    ];
    items[3].conflicts = 1;
    items
}

fn row(title: &str, field: &str, value: &str) -> DetailRow {
    DetailRow {
        path: FieldPath::One(field.to_owned()),
        title: title.to_owned(),
        value: value.to_owned(),
        by: "Ms Hall".to_owned(),
        at: Some(at(12, 12, 20)),
        contenders: vec![],
    }
}

/// A record in full; the severity is in conflict until it is settled.
pub fn detail(item: &TimelineItem) -> Detail {
    let mut rows = vec![
        row("Category", "category", item.headline.split(',').next().unwrap_or_default()),
        row("Severity", "severity", &item.severity.map(|s| s.to_string()).unwrap_or_default()),
        row("Place", "location", "Corridor"),
        row("Action taken", "action", "Call home"),
        row("Home was told", "home_told", "Yes"),
    ];
    if item.conflicts > 0 {
        let contender = |number: i64, by: &str, minute| ContenderLine {
            value: Some(Value::Int(number)),
            words: number.to_string(),
            by: by.to_owned(),
            at: Some(at(12, 12, minute)),
        };
        rows[1].contenders = vec![contender(2, "Ms Hall", 15), contender(4, "Mr Adeyinka", 22)];
    }
    let keeping = RecordKeeping { may_erase: true, ..RecordKeeping::default() };
    Detail { item: item.clone(), rows, keeping }
}

/// The school, its devices and spaces.
pub fn status() -> StatusLine {
    let peer = |person: &str, state, last_met| PeerLine {
        person: person.to_owned(),
        device: "laptop".to_owned(),
        state,
        last_met,
    };
    StatusLine {
        card: SchoolCard {
            school: "Ashgrove Academy".to_owned(),
            demo: true,
            person: "Sam Okoro".to_owned(),
            role: "Head of pastoral care".to_owned(),
            today: TODAY,
        },
        spaces: vec![
            SpaceLine { name: "pastoral".to_owned(), documents: 20_431 },
            SpaceLine { name: "safeguarding".to_owned(), documents: 212 },
        ],
        peers: vec![
            peer("Anna Reid", PeerState::Level, Some(at(0, 13, 40))),
            peer("Tom Baker", PeerState::Catching { to_come: 0 }, Some(at(0, 13, 41))),
            peer("Jo Marsh", PeerState::Away, Some(date(2026, 5, 12).at(8, 0, 0, 0))),
        ],
        conflicts: 1,
        held: vec![],
        erasures: 0,
        concerns: ConcernCounts::default(),
        acts: 12,
        told_out: None,
        notices: vec![],
    }
}

/// What a search finds.
pub fn hits(words: &str) -> Vec<Hit> {
    let found = recent()
        .into_iter()
        .filter(|item| item.text.to_lowercase().contains(&words.to_lowercase()));
    let hit = |item: TimelineItem| Hit {
        record: item.record,
        kind: item.kind,
        headline: item.headline,
        excerpt: item.text,
    };
    found.map(hit).collect()
}

/// The metrics.
pub fn metrics() -> Vec<MetricCard> {
    let field = |name: &str, title: &str, help: &str, kind, default: &str| FormField {
        name: name.to_owned(),
        title: title.to_owned(),
        help: help.to_owned(),
        unit: if name == "horizon" { "school days".to_owned() } else { String::new() },
        kind,
        default: default.to_owned(),
    };
    let periods = choices(&[
        ("this_year", "This school year"),
        ("last_year", "Last school year"),
        ("this_term", "This term"),
    ]);
    let dimensions = choices(&[
        ("year_group", "Year group"),
        ("sen", "SEN support"),
        ("free_meals", "Free school meals"),
    ]);
    let column = |name: &str, meaning: &str, values: &[(&str, &str)]| FilterColumn {
        name: name.to_owned(),
        meaning: meaning.to_owned(),
        values: choices(values),
    };
    let columns = vec![
        column("year_group", "Year group", &[("9", "Year 9"), ("10", "Year 10")]),
        column("category", "Category", &[("defiance", "Defiance"), ("phone", "Phone out")]),
        column("location", "Place", &[]),
        column("severity", "Severity", &[]),
    ];
    let card = |id: &str, name: &str, question: &str, sketch, form| MetricCard {
        reads: vec!["room referrals".to_owned(), "roll".to_owned(), "calendar".to_owned()],
        sketch,
        id: id.to_owned(),
        name: name.to_owned(),
        version: "1.0".to_owned(),
        question: question.to_owned(),
        origin: "Comes with Sheaf".to_owned(),
        state: MetricState::Bundled,
        record: None,
        may_withdraw: false,
        form,
    };
    let horizon = FormKind::Integer { min: 5, max: 60 };
    let form = vec![
        field("window", "Period", "", FormKind::Period(periods), "this_year"),
        field("horizon", "Look ahead", "How soon counts as a return", horizon, "10"),
        field("split", "Compare by", "", FormKind::Several(dimensions), "year_group"),
        field("only", "Only where", "Words of a filter", FormKind::Filter { columns }, ""),
    ];
    let asks = "How soon, how often and how concentrated are returns to the reflection room?";
    let spots = "Where and when do incidents cluster?";
    let impact = "Did the rate change after support began?";
    vec![
        card("repeat-referrals", "Repeat referrals", asks, Sketch::Step, form),
        card("hot-spots", "Hot spots", spots, Sketch::Bars, vec![]),
        card("impact", "Impact of support", impact, Sketch::Forest, vec![]),
    ]
}

/// A staircase with a band: time to the next referral.
pub fn chart() -> ChartSpec {
    let share = |day: f64| 0.62 * (1.0 - (-day / 14.0).exp());
    let mark = |day: u8| {
        let (x, y) = (f64::from(day), share(f64::from(day)));
        let ids: IdSet = (1..=12).map(record).collect();
        let spread = 0.012 + 0.09 * y;
        Mark::with_interval(x, y, (y - spread).max(0.0), y + spread).behind(312, ids)
    };
    let marks: Vec<Mark> = (0..=40).step_by(2).map(mark).collect();
    let y = AxisData::new("Share with another referral", Scale::Share);
    let x = AxisData::new("School days since the referral", Scale::SchoolDays);
    let mut data = ChartData::new("Time to the next referral", x, y, TODAY)
        .layer(LayerData::new("All pupils", ShapeData::StepBand, marks.clone()))
        .layer(LayerData::new("All pupils", ShapeData::Step, marks))
        .layer(LayerData::new(
            "",
            ShapeData::RuleX,
            vec![Mark::labelled(10.0, 0.0, "10 school days")],
        ));
    data.subtitle = "Referrals of this school year, all year groups".to_owned();
    layout(&data).unwrap()
}

/// Bars, one of which is hidden.
pub fn bars() -> ChartSpec {
    let names = ["Year 7", "Year 8", "Year 9", "Year 10", "Year 11"].map(str::to_owned).to_vec();
    let counts = [31.0, 44.0, 72.0, 58.0];
    let mut marks: Vec<Mark> = counts
        .iter()
        .enumerate()
        .map(|(place, count)| {
            let ids: IdSet = (1..=9).map(record).collect();
            Mark::shown(place as f64, *count).behind(*count as u32, ids)
        })
        .collect();
    marks.push(Mark::suppressed(4.0));
    let x = AxisData::new("Year group", Scale::Category { names });
    let y = AxisData::new("Referrals", Scale::Count);
    let data = ChartData::new("Referrals by year group", x, y, TODAY).layer(LayerData::new(
        "Referrals",
        ShapeData::Bars,
        marks,
    ));
    layout(&data).unwrap()
}

/// What the first metric says.
pub fn result(metric: &str, options: &[(String, String)]) -> MetricResult {
    let finding = |level: &str, text: &str, estimate: &str, caveats: &[&str]| FindingLine {
        level: level.to_owned(),
        text: text.to_owned(),
        estimate: estimate.to_owned(),
        before: None,
        caveats: caveats.iter().map(|caveat| (*caveat).to_owned()).collect(),
    };
    let listed = |number: u8, why: &str| ListedPupil {
        id: pupil(number),
        name: NAMES[usize::from(number)].to_owned(),
        why: why.to_owned(),
        behind: vec![record(1), record(5)],
    };
    let cells = |texts: [&str; 4]| texts.map(str::to_owned).to_vec();
    MetricResult {
        metric: metric.to_owned(),
        title: "Repeat referrals".to_owned(),
        subtitle: "Referrals of this school year, two slips on one day counted once".to_owned(),
        as_of: TODAY,
        options: options.iter().cloned().collect::<BTreeMap<_, _>>(),
        findings: vec![
            finding(
                "info",
                "31 % of referrals are followed by another within 10 school days",
                "31 % (95 % interval 27 to 36 %), of 312 referrals",
                &["24 are too recent, or the pupil has left, to know yet"],
            ),
            finding("watch", "9 pupils account for half of all referrals", "Top 5 %: 47 %", &[]),
            finding("refused", "Too few pupils in Year 11 to compare", "", &[]),
        ],
        charts: vec![Arc::new(chart()), Arc::new(bars())],
        tables: vec![ResultTable {
            title: "By year group".to_owned(),
            columns: cells(["Year group", "Referrals", "Pupils", "Within 10 days"]),
            rows: vec![
                cells(["Year 7", "31", "19", "22 %"]),
                cells(["Year 8", "44", "23", "28 %"]),
                cells(["Year 9", "72", "31", "39 %"]),
                cells(["Year 10", "58", "27", "33 %"]),
                cells(["Year 11", "*", "*", "*"]),
            ],
        }],
        lists: vec![(
            "Pupils to talk about".to_owned(),
            vec![
                listed(0, "7 referrals, last yesterday, median gap 6 school days"),
                listed(9, "5 referrals, last 3 July, median gap 9 school days"),
                listed(4, "4 referrals, last today, median gap 12 school days"),
            ],
        )],
        cases: cases(metric),
        caveats: vec!["Association, not proof".to_owned()],
        ran_at: at(0, 14, 5),
        compared: None,
        seconds: 0.18,
        rows_read: 20_643,
    }
}

/// Pupils one by one, where the metric is about help.
fn cases(metric: &str) -> Vec<CaseLine> {
    let case = |number: u8| CaseLine {
        id: pupil(number),
        name: NAMES[usize::from(number)].to_owned(),
        estimates: vec![("NAP".to_owned(), "0.81 (95 % interval 0.62 to 0.93)".to_owned())],
        chart: Some(Arc::new(ChartSpec {
            title: NAMES[usize::from(number)].to_owned(),
            ..chart()
        })),
    };
    if metric == "impact" { (0..14).map(case).collect() } else { Vec::new() }
}

/// The same beside the year before: the curve laid over the earlier one, the bars of it beneath.
pub fn compared(mut result: MetricResult) -> MetricResult {
    let mut earlier = chart();
    for mark in earlier.layers.iter_mut().flat_map(|layer| &mut layer.marks) {
        mark.y = mark.y.map(|y| y * 0.8);
        mark.interval = mark.interval.map(|(lower, upper)| (lower * 0.8, upper * 0.8));
    }
    let (now, before) = sheaf_charts::on_one_scale(&bars(), &bars()).unwrap();
    result.charts =
        vec![Arc::new(sheaf_charts::overlaid(&chart(), &earlier).unwrap()), Arc::new(now)];
    result.findings[0].before = Some(BeforeLine {
        estimate: "25 % (95 % interval 20 to 31 %)".to_owned(),
        verdict: "The two intervals overlap, so a difference cannot be told".to_owned(),
    });
    result.compared = Some(Compared {
        words: "1 Sep 2025 to 14 Jul 2026 (187 school days) compared with \
                1 Sep 2024 to 15 Jul 2025 (187 school days)"
            .to_owned(),
        refused: String::new(),
        beneath: vec![None, Some(Arc::new(before))],
        only_before: vec!["Year 11: 14 % of referrals were followed by another".to_owned()],
    });
    result
}
