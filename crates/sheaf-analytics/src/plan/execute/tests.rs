//! The executor held, cell by cell, to the row-by-row one on random plans over random schools; and
//! rights, limits and cancelling.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use jiff::civil::date;
use sheaf_records::{Kind, Record};

use super::naive;
use crate::test_school::{Random, calendars, incident, pupil, record};
use crate::{
    Aggregate, AnalyticsError, Arithmetic, Budget, Cell, Comparison, Dataset, Direction, Expr,
    Period, Plan, Provenance, Rights, Scope, SortKey, Step, WindowFunction, col,
};

const NAMES: [&str; 10] = [
    "incident_id",
    "pupil",
    "role",
    "date",
    "location",
    "category",
    "severity",
    "in_conflict",
    "year_group",
    "half_term",
];

fn school(random: &mut Random, incidents: u64) -> Scope {
    let mut dataset = Dataset::default();
    let pastoral = Provenance::of_space("pastoral");
    calendars().iter().for_each(|year| dataset.upsert(year, &pastoral).unwrap());
    let pupils: Vec<Record> = (0..9)
        .map(|n| pupil(n, ["7", "8", "10"][n as usize % 3], date(2024, 9, 1), None))
        .collect();
    pupils.iter().for_each(|pupil| dataset.upsert(pupil, &pastoral).unwrap());
    for number in 0..incidents {
        let day = date(2024, 9, 1).checked_add(jiff::Span::new().days(random.below(60) as i64));
        let mut who: Vec<(&Record, &str)> = Vec::new();
        for _ in 0..random.below(4) {
            let one = random.one_of(&pupils);
            if !who.iter().any(|(known, _)| known.id == one.id) {
                who.push((one, random.pick(&["aggressor", "witness"])));
            }
        }
        let what = random.pick(&["bullying", "disruption", "9", "12"]);
        let mut one = incident(number, day.unwrap(), what, &who);
        if random.below(3) > 0 {
            one.set("severity", 1 + random.below(5) as i64);
        }
        if random.below(4) > 0 {
            one.set("location", random.pick(&["canteen", "corridor"]));
        }
        let mut provenance = Provenance::of_space(random.pick(&["pastoral", "safeguarding"]));
        if random.below(5) == 0 {
            provenance.conflicts.insert("severity".to_owned());
        }
        dataset.upsert(&one, &provenance).unwrap();
    }
    Scope::new(dataset.snapshot(), date(2025, 1, 1))
}

fn condition(random: &mut Random, depth: u32) -> Expr {
    let compare = |random: &mut Random, left: Expr, right: Expr| {
        use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
        let all = [Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual];
        left.compare(random.pick(&all), right)
    };
    match random.below(if depth == 0 { 5 } else { 9 }) {
        0 => {
            let left = number(random, depth);
            let right = number(random, depth);
            compare(random, left, right)
        }
        1 => col("category").equals(random.pick(&["bullying", "9", "absent"])),
        2 => col(random.pick(&["location", "pupil", "severity", "half_term"])).is_null(),
        3 => {
            let day = Expr::Text(format!("2024-09-{:02}", 1 + random.below(30)));
            compare(random, col("date"), day)
        }
        4 => col("year_group").is_in(["7", "10"]),
        5 => condition(random, depth - 1).and(condition(random, depth - 1)),
        6 => condition(random, depth - 1).or(condition(random, depth - 1)),
        7 => !condition(random, depth - 1),
        _ => col("category").compare(Comparison::NotEqual, col("location")),
    }
}

fn number(random: &mut Random, depth: u32) -> Expr {
    match random.below(if depth == 0 { 2 } else { 5 }) {
        0 => col("severity"),
        1 => Expr::Int(random.below(7) as i64 - 1),
        2 => {
            use Arithmetic::{Add, Multiply, Remainder, Subtract};
            let operation = random.pick(&[Add, Multiply, Remainder, Subtract]);
            number(random, depth - 1).arithmetic(operation, number(random, depth - 1))
        }
        3 => Expr::Cut(Box::new(number(random, depth - 1)), vec![1, 3, 4]),
        _ => Expr::When(
            Box::new(condition(random, depth - 1)),
            Box::new(number(random, depth - 1)),
            Box::new(number(random, depth - 1)),
        ),
    }
}

fn keys(random: &mut Random) -> Vec<String> {
    let all =
        ["pupil", "category", "severity", "date", "year_group", "in_conflict", "half_term", "wide"];
    let mut keys: Vec<String> = Vec::new();
    for _ in 0..random.below(4) {
        let key = (random.pick(&all)).to_owned();
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

fn sort(random: &mut Random, all: &[&str]) -> Vec<SortKey> {
    (0..1 + random.below(2))
        .map(|_| SortKey {
            column: (random.pick(all)).to_owned(),
            direction: random.pick(&[Direction::Ascending, Direction::Descending]),
        })
        .collect()
}

fn plan(random: &mut Random) -> Plan {
    // Numbers too far apart to be counted by place.
    let steps = col("severity").arithmetic(Arithmetic::Remainder, Expr::Int(7));
    let wide = steps.arithmetic(Arithmetic::Multiply, Expr::Int(40_000));
    let mut plan = Plan::scan("incidents").derive("wide", wide);
    for _ in 0..random.below(4) {
        plan = match random.below(6) {
            0 => plan.filter(condition(random, 3)),
            1 => plan.derive("severity", number(random, 2)),
            2 => {
                let by_width = random.below(4) == 0;
                plan.order(sort(random, if by_width { &["wide", "pupil"] } else { &NAMES }))
            }
            3 => plan.limit(random.below(60) as usize),
            4 => plan.within(Period { from: date(2024, 9, 5), to: date(2024, 10, 5) }),
            _ => {
                let function = match random.below(4) {
                    0 => WindowFunction::RowNumber,
                    1 => WindowFunction::Lag(col("category"), 1 + random.below(2) as u32),
                    2 => WindowFunction::RunningSum(number(random, 1)),
                    _ => WindowFunction::Trailing(number(random, 1), 5),
                };
                let order = SortKey { column: "date".into(), direction: Direction::Ascending };
                let (name, over) = ("window".to_owned(), keys(random));
                plan.step(Step::Window { name, function, over, order: vec![order] })
            }
        };
    }
    if random.below(4) == 0 {
        return plan.step(Step::Select(NAMES.map(str::to_owned).to_vec()));
    }
    let sum = Aggregate::Sum(number(random, 1));
    let aggregates = [
        ("n", Aggregate::Count),
        ("unique", Aggregate::NUnique(col(random.pick(&["pupil", "date", "severity"])))),
        ("sum", Aggregate::Sum(number(random, 1))),
        ("min", Aggregate::Min(col(random.pick(&["severity", "date"])))),
        ("max", Aggregate::Max(number(random, 1))),
        ("median", Aggregate::Median(number(random, 1))),
        ("share", Aggregate::Share(condition(random, 2))),
        ("ratio", Aggregate::Ratio(Box::new(Aggregate::Count), Box::new(sum))),
    ];
    let plan = plan.group(keys(random), aggregates);
    match random.below(3) {
        0 => plan.order(sort(random, &["n", "sum", "unique", "min", "median"])).limit(4),
        1 => plan.filter(col("n").at_least(2)).group(["unique"], [("m", Aggregate::Count)]),
        _ => plan,
    }
}

#[track_caller]
fn same(scope: &Scope, plan: &Plan, context: &str) {
    let all = Plan::scan("incidents").run(scope, &Budget::default()).unwrap();
    let expected = naive::run(naive::rows(&all, &NAMES), plan.steps());
    let found = plan.run(scope, &Budget::default()).unwrap();
    assert_eq!(found.len(), expected.len(), "{context}");
    let columns: Vec<(String, _)> = plan
        .check()
        .unwrap()
        .into_iter()
        .filter(|(name, _)| expected.first().is_none_or(|row| row.cells.contains_key(name)))
        .map(|(name, _)| (name.clone(), found.column(&name).unwrap()))
        .collect();
    for (at, row) in expected.iter().enumerate() {
        for (name, column) in &columns {
            let cell = &row.cells[name];
            assert_eq!(column.cell(at), *cell, "{context}: row {at} column {name}");
        }
        let ids = found.ids(at).iter().map(|id| id.to_string()).collect();
        assert_eq!(row.records, ids, "{context}: records behind row {at}");
    }
}

#[test]
fn random_plans_give_what_the_row_by_row_executor_gives() {
    for seed in 0..12 {
        let mut random = Random(seed);
        let scope = school(&mut random, if seed == 0 { 0 } else { 80 });
        for round in 0..25 {
            let plan = plan(&mut random);
            same(&scope, &plan, &format!("seed {seed}, round {round}: {plan:?}"));
        }
    }
}

#[test]
fn an_incident_with_several_pupils_counts_once_also_after_a_shuffle() {
    let scope = school(&mut Random(3), 60);
    let run = |plan: Plan| plan.run(&scope, &Budget::default()).unwrap();
    let all = run(Plan::scan("incidents").group([""; 0], [("n", Aggregate::Count)]));
    assert_eq!(all.cell(0, "n").unwrap(), Cell::Int(60));
    let shuffled = Plan::scan("incidents").order([SortKey::parse("-pupil")]);
    let shuffled = run(shuffled.group([""; 0], [("n", Aggregate::Count)]));
    assert_eq!(shuffled.cell(0, "n").unwrap(), Cell::Int(60));
    assert_eq!(shuffled.all_ids().len(), 60);
}

#[test]
fn rights_come_before_everything() {
    let scope = school(&mut Random(5), 60);
    let count = |rights: Rights| {
        let plan = Plan::scan("incidents").with_rights(rights);
        let plan = plan.group([""; 0], [("n", Aggregate::Count)]);
        plan.run(&scope, &Budget::default()).unwrap().cell(0, "n").unwrap().to_string()
    };
    let spaces = |names: &[&str]| Rights::Spaces(names.iter().map(|name| (*name).into()).collect());
    let part = |names| count(spaces(names)).parse::<i64>().unwrap();
    assert_eq!(count(spaces(&[])), "0");
    assert_eq!(count(Rights::Held), "60");
    assert!(part(&["pastoral"]) > 0 && part(&["safeguarding"]) > 0);
    assert_eq!(part(&["pastoral"]) + part(&["safeguarding"]), 60);
    let digest = |rights| Plan::scan("incidents").with_rights(rights).digest();
    assert_ne!(digest(Rights::Held), digest(spaces(&["pastoral"])));
}

#[test]
fn limits_are_named_when_they_are_hit() {
    let scope = school(&mut Random(5), 60);
    let plan = Plan::scan("incidents").group(["category"], [("n", Aggregate::Count)]);
    let error = |budget: Budget| plan.run(&scope, &budget).unwrap_err();
    assert!(matches!(
        error(Budget::default().rows(10)),
        AnalyticsError::TooManyRows { limit: 10, .. }
    ));
    assert!(matches!(error(Budget::default().bytes(64)), AnalyticsError::TooMuchMemory { .. }));
    let switch = Arc::new(AtomicBool::new(false));
    let budget = Budget::cancelled_by(Arc::clone(&switch));
    plan.run(&scope, &budget).unwrap();
    budget.cancel();
    assert_eq!(error(budget), AnalyticsError::Cancelled);
    assert_eq!(error(Budget::default().until(std::time::Instant::now())), AnalyticsError::Deadline);
}

#[test]
fn numbers_too_large_are_refused() {
    let scope = school(&mut Random(5), 60);
    let huge = col("severity").arithmetic(Arithmetic::Multiply, i64::MAX);
    let plan = Plan::scan("incidents").derive("x", huge);
    let error = plan.run(&scope, &Budget::default()).unwrap_err();
    assert_eq!(error, AnalyticsError::Overflow("an expression"));
    let sum = Aggregate::Sum(Expr::Int(i64::MAX));
    let plan = Plan::scan("incidents").group([""; 0], [("x", sum)]);
    assert_eq!(plan.run(&scope, &Budget::default()).unwrap_err(), AnalyticsError::Overflow("sum"));
}

#[test]
fn a_frame_knows_its_groups_and_takes_more_steps() {
    let scope = school(&mut Random(8), 60);
    let frame = Plan::scan("incidents").run(&scope, &Budget::default()).unwrap();
    let groups = frame.by("year_group").unwrap();
    let labels: Vec<&str> = groups.iter().map(|group| group.label.as_str()).collect();
    assert_eq!(labels, ["7", "8", "10", ""]);
    assert_eq!(groups.iter().map(|group| group.frame.len()).sum::<usize>(), frame.len());
    assert_eq!(groups[0].frame.pupils_in_all(), 3);
    let step = Step::Filter(col("category").equals("9"));
    let fewer = frame.apply(&[step], &Budget::default()).unwrap();
    assert!(fewer.len() < frame.len() && !fewer.is_empty());
    assert!(frame.rows_in_conflict() > 0);
    assert!(frame.column("sevirity").unwrap_err().to_string().contains("`severity`"));
}

#[test]
fn the_calendar_and_the_periods_are_tables() {
    let scope = school(&mut Random(8), 1);
    let open = Plan::scan("calendar")
        .filter(col("is_open").and(col("year").equals("2024/25")))
        .group(["half_term"], [("days", Aggregate::NUnique(col("date")))]);
    let frame = open.run(&scope, &Budget::default()).unwrap();
    assert_eq!(
        frame.column("days").unwrap().numbers().unwrap(),
        [39.0, 34.0, 28.0, 30.0, 23.0, 35.0]
    );
    let periods = Plan::scan("periods").run(&scope, &Budget::default()).unwrap();
    assert_eq!(periods.cell(0, "minutes").unwrap(), Cell::Int(60));
    assert_eq!((periods.len(), periods.ids(0).len()), (1, 0));
    let staff = record(Kind::Staff, 1);
    let mut dataset = Dataset::default();
    dataset.upsert(&staff, &Provenance::default()).unwrap();
    assert_eq!(dataset.snapshot().rows("staff", date(2025, 1, 10)), Ok(1));
}

/// Every row with what the other side says of its keys, looked for row by row.
#[test]
fn a_join_gives_what_a_search_for_each_row_gives() {
    for (seed, keys) in [
        (1, vec!["pupil"]),
        (2, vec!["category"]),
        (3, vec!["date", "pupil"]),
        (4, vec!["severity"]),
        (5, vec!["in_conflict", "location", "half_term"]),
    ] {
        let scope = school(&mut Random(seed), 60);
        let run = |plan: &Plan| plan.run(&scope, &Budget::default()).unwrap();
        let some = Plan::scan("incidents").filter(col("severity").at_least(2));
        let other = some.group(keys.clone(), [("times", Aggregate::Count)]);
        let joined = run(&Plan::scan("incidents").join(other.clone(), keys.clone()));
        let (all, other) = (run(&Plan::scan("incidents")), run(&other));
        assert_eq!(joined.len(), all.len());
        let key = |frame: &crate::Frame, row: usize| -> Vec<Cell> {
            keys.iter().map(|key| frame.cell(row, key).unwrap()).collect()
        };
        let mut found = 0;
        for row in 0..all.len() {
            let own = key(&all, row);
            let same = |at: &usize| !own.contains(&Cell::Null) && key(&other, *at) == own;
            let at = (0..other.len()).find(same);
            let expected = at.map_or(Cell::Null, |at| other.cell(at, "times").unwrap());
            found += usize::from(at.is_some());
            assert_eq!(joined.cell(row, "times").unwrap(), expected, "{keys:?}, row {row}");
            assert_eq!(joined.ids(row), all.ids(row));
        }
        assert!(found > 10, "{keys:?}");
    }
}

/// An incident's row has its pupil's year group as well: looked up, it comes to the same, as often
/// as somebody asks, with and without rows that have no pupil.
#[test]
fn what_is_looked_up_is_counted_as_if_it_stood_there() {
    for seed in 1..8 {
        let scope = school(&mut Random(seed), 90);
        let run = |plan: &Plan| plan.run(&scope, &Budget::default()).unwrap();
        for known in ["date", "pupil"] {
            let some = Plan::scan("incidents").filter(col(known).is_null().equals(false));
            let own = some.clone().select(["incident_id", "pupil", "category"]);
            let of_pupil = Plan::scan("pupils").select(["pupil", "year_group"]);
            let looked_up = own.clone().join(of_pupil, ["pupil"]);
            let group = [Step::Group {
                keys: vec!["year_group".to_owned(), "category".to_owned()],
                aggregates: vec![("n".to_owned(), Aggregate::Count)],
            }];
            let frames = (run(&some), run(&own));
            for _ in 0..3 {
                let budget = Budget::default();
                let here = frames.0.apply(&group, &budget).unwrap();
                let join = &looked_up.steps()[own.steps().len()..];
                let there = frames.1.apply(join, &budget).unwrap();
                let there = there.apply(&group, &budget).unwrap();
                assert!(here.len() > 4, "{}", here.len());
                for name in ["year_group", "category", "n"] {
                    let values = |frame: &crate::Frame| -> Vec<Cell> {
                        frame.column(name).unwrap().cells().collect()
                    };
                    assert_eq!(values(&here), values(&there), "seed {seed}, {name}");
                }
                (0..here.len()).for_each(|row| assert_eq!(here.ids(row), there.ids(row)));
            }
            let (here, there) = (run(&some), run(&looked_up));
            for row in 0..=here.len() {
                let (own, found) = (here.cell(row, "year_group"), there.cell(row, "year_group"));
                assert_eq!(own.unwrap(), found.unwrap(), "seed {seed}, row {row}");
            }
        }
    }
}

#[test]
fn a_join_that_would_double_rows_or_hide_a_column_is_refused() {
    let scope = school(&mut Random(1), 20);
    let refused = |with: Plan, on: &[&str]| {
        let plan = Plan::scan("incidents").join(with, on.iter().copied());
        plan.run(&scope, &Budget::default()).unwrap_err().to_string()
    };
    let of = |columns: &[&str]| Plan::scan("incidents").select(columns.iter().copied());
    assert_eq!(
        refused(of(&["location"]), &["location"]),
        "`join` needs one row for each `location` on the other side; group it first"
    );
    assert_eq!(
        refused(of(&["pupil", "severity"]), &["pupil"]),
        "step 1 of the plan: both sides of `join` have a column `severity`; choose those of the \
         other side with `.columns([..])`"
    );
    assert!(refused(of(&["pupil"]), &["date"]).contains("no column `date`"));
    assert!(refused(of(&["pupil"]), &[]).contains("needs a column that both sides have"));
    let counted = |key: &str| Plan::scan("incidents").group([key], [("n", Aggregate::Count)]);
    let nested = (0..6).fold(counted("pupil"), |inner, at| {
        let outer = Plan::scan("incidents").join(inner, ["pupil"]);
        outer.group(["pupil"], [(format!("n{at}"), Aggregate::Count)])
    });
    assert!(refused(nested, &["pupil"]).contains("at most 4 deep"));
}

#[test]
fn the_rights_of_a_plan_hold_for_what_it_joins() {
    let scope = school(&mut Random(2), 60);
    let spaces = ["pastoral".to_owned()].into();
    let other = Plan::scan("incidents").group(["category"], [("times", Aggregate::Count)]);
    let plan = Plan::scan("incidents").join(other.clone(), ["category"]);
    let run = |plan: Plan| plan.run(&scope, &Budget::default()).unwrap();
    let allowed = run(plan.with_rights(Rights::Spaces(spaces)));
    let spaces = ["pastoral".to_owned()].into();
    let alone = run(other.with_rights(Rights::Spaces(spaces)));
    let seen = allowed.column("times").unwrap().cells().max_by_key(|cell| cell.to_string());
    let most = alone.column("times").unwrap().cells().max_by_key(|cell| cell.to_string());
    assert_eq!(seen, most);
}
