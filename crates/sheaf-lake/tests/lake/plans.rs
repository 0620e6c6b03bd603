//! Random plans over the incidents of a lake.

use jiff::civil::date;
use sheaf_analytics::{
    Aggregate, Arithmetic, CalendarPart, Comparison, Direction, Expr, Period, Plan, SortKey, Step,
    WindowFunction, col,
};

/// A seeded stream of numbers (SplitMix64).
pub struct Random(pub u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}

const COLUMNS: [&str; 12] = [
    "pupil",
    "role",
    "date",
    "location",
    "category",
    "severity",
    "minute",
    "in_conflict",
    "year_group",
    "half_term",
    "school",
    "incident_id",
];

fn condition(random: &mut Random, depth: u32) -> Expr {
    match random.below(if depth == 0 { 6 } else { 10 }) {
        0 => {
            let (left, right) = (number(random, depth), number(random, depth));
            left.compare(comparison(random), right)
        }
        1 => col("category").equals(random.pick(&["disruption", "bullying", "absent"])),
        2 => col(random.pick(&["location", "pupil", "severity", "half_term"])).is_null(),
        3 => {
            let day =
                Expr::Text(format!("2026-{:02}-{:02}", 1 + random.below(12), 1 + random.below(28)));
            col("date").compare(comparison(random), day)
        }
        4 => match random.below(3) {
            0 => col("year_group").is_in(["7", "10"]),
            1 => col("location").is_in([""; 0]),
            _ => col("severity").is_in([1i64, 4]),
        },
        5 => col("year_group").compare(Comparison::NotEqual, col("half_term")),
        6 => condition(random, depth - 1).and(condition(random, depth - 1)),
        7 => condition(random, depth - 1).or(condition(random, depth - 1)),
        8 => !condition(random, depth - 1),
        _ => Expr::Calendar(CalendarPart::IsOpen, Box::new(day(random))),
    }
}

fn comparison(random: &mut Random) -> Comparison {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    random.pick(&[Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual])
}

fn day(random: &mut Random) -> Expr {
    match random.below(2) {
        0 => col("date"),
        _ => col("date").arithmetic(Arithmetic::Add, random.below(400) as i64 - 200),
    }
}

fn number(random: &mut Random, depth: u32) -> Expr {
    match random.below(if depth == 0 { 3 } else { 9 }) {
        0 => col("severity"),
        1 => Expr::Int(random.below(9) as i64 - 3),
        2 => col("minute"),
        3 => {
            let all = [
                Arithmetic::Add,
                Arithmetic::Subtract,
                Arithmetic::Multiply,
                Arithmetic::Remainder,
            ];
            let operation = random.pick(&all);
            number(random, depth - 1).arithmetic(operation, number(random, depth - 1))
        }
        4 => Expr::Cut(Box::new(number(random, depth - 1)), vec![1, 3, 4]),
        5 => {
            let parts = [CalendarPart::DayIndex, CalendarPart::Week, CalendarPart::Weekday];
            Expr::Calendar(random.pick(&parts), Box::new(day(random)))
        }
        6 => col("date").arithmetic(Arithmetic::Subtract, day(random)),
        7 => Expr::SchoolDays(Box::new(day(random)), Box::new(col("date"))),
        _ => Expr::When(
            Box::new(condition(random, depth - 1)),
            Box::new(number(random, depth - 1)),
            Box::new(number(random, depth - 1)),
        ),
    }
}

fn keys(random: &mut Random) -> Vec<String> {
    let all = [
        "pupil",
        "category",
        "severity",
        "date",
        "year_group",
        "in_conflict",
        "half_term",
        "school",
    ];
    let mut keys: Vec<String> = Vec::new();
    for _ in 0..random.below(4) {
        let key = random.pick(&all).to_owned();
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

fn sort(random: &mut Random, all: &[&str]) -> Vec<SortKey> {
    let key = |random: &mut Random| SortKey {
        column: random.pick(all).to_owned(),
        direction: random.pick(&[Direction::Ascending, Direction::Descending]),
    };
    (0..1 + random.below(2)).map(|_| key(random)).collect()
}

fn step(random: &mut Random, plan: Plan) -> Plan {
    match random.below(7) {
        0 => plan.filter(condition(random, 3)),
        1 => plan.derive(random.pick(&["severity", "extra"]), number(random, 2)),
        2 => plan.order(sort(random, &COLUMNS)),
        3 => plan.limit(random.below(900) as usize),
        4 => plan.within(Period { from: date(2026, 1, 5), to: date(2026, 10, 5) }),
        5 => plan.step(Step::JoinCalendar("date".to_owned())),
        _ => {
            let function = match random.below(4) {
                0 => WindowFunction::RowNumber,
                1 => WindowFunction::Lag(col("category"), 1 + random.below(2) as u32),
                2 => WindowFunction::RunningSum(number(random, 1)),
                _ => WindowFunction::Trailing(number(random, 1), 5),
            };
            let order = vec![SortKey { column: "date".into(), direction: Direction::Ascending }];
            let (name, over) = ("window".to_owned(), keys(random));
            plan.step(Step::Window { name, function, over, order })
        }
    }
}

/// A random plan.
pub fn plan(random: &mut Random) -> Plan {
    let mut plan = Plan::scan("incidents");
    for _ in 0..random.below(4) {
        plan = step(random, plan);
    }
    if random.below(4) == 0 {
        return plan;
    }
    let mut aggregates = vec![
        ("n", Aggregate::Count),
        ("unique", Aggregate::NUnique(col(random.pick(&["pupil", "date", "severity"])))),
        ("sum", Aggregate::Sum(number(random, 1))),
        ("min", Aggregate::Min(col(random.pick(&["severity", "date"])))),
        ("max", Aggregate::Max(number(random, 1))),
        ("share", Aggregate::Share(condition(random, 2))),
    ];
    if random.below(5) == 0 {
        aggregates.push(("median", Aggregate::Median(number(random, 1))));
    }
    let plan = plan.group(keys(random), aggregates);
    match random.below(3) {
        0 => plan.order(sort(random, &["n", "sum", "unique", "min"])).limit(4),
        1 => plan.filter(col("n").at_least(2)).group(["unique"], [("m", Aggregate::Count)]),
        _ => plan,
    }
}
