//! Expressions over columns, by operators, with every silent trap made an error.

use rhai::{Array, Dynamic, EvalAltResult, FLOAT, INT, ImmutableString};
use sheaf_analytics::{
    Aggregate, Arithmetic, CalendarPart, Comparison, Expr, MAX_PARTS, Period, WindowFunction, col,
};

use crate::column::kind_of;
use crate::fault::fault;
use crate::registry::{Answer, Group, Item, Registry};

/// A condition with what to take where it holds; `otherwise` makes it an expression.
#[derive(Clone)]
pub struct When {
    condition: Expr,
    then: Option<Expr>,
}

/// A window function; `over` makes it a column that `add` takes.
#[derive(Clone)]
pub struct Window {
    /// What it works out.
    pub function: WindowFunction,
    /// The columns that make a partition.
    pub over: Vec<String>,
    /// The columns that order it, `-` first for the greatest first.
    pub order: Vec<String>,
}

impl When {
    /// How many parts it has.
    pub fn parts(&self) -> usize {
        let then = self.then.as_ref().map_or(0, |then| then.size().parts);
        self.condition.size().parts + then
    }
}

impl Window {
    /// How many parts it has.
    pub fn parts(&self) -> usize {
        match &self.function {
            WindowFunction::Lag(value, _)
            | WindowFunction::RunningSum(value)
            | WindowFunction::Trailing(value, _) => value.size().parts,
            _ => 1,
        }
    }
}

/// The most school days that are added to a date: fifty years.
const MAX_SCHOOL_DAYS: i32 = 10_000;

/// Registers expressions and aggregates.
pub fn register(registry: &mut Registry) {
    registry.name_type::<Expr>("expression");
    registry.name_type::<Aggregate>("aggregate");
    registry.name_type::<When>("unfinished when");
    registry.name_type::<Window>("window");
    registry.function(
        Group::Expression.item(
            "col",
            "col(name) -> expression",
            "The column of this name.",
            "type_of(col(\"severity\"))",
            "expression",
        ),
        |name: &str| col(name),
    );
    registry.overload("to_string", |_: &mut Expr| "expression".to_owned());
    registry.overload("to_debug", |_: &mut Expr| "expression".to_owned());
    comparisons(registry);
    logic(registry);
    arithmetic(registry);
    tests_of_values(registry);
    choices(registry);
    calendar(registry);
    aggregates(registry);
    windows(registry);
}

/// The expression, if it is no larger than one may be: it is copied and walked by recursion, and
/// `e + e` doubles it.
fn bounded(expression: Expr) -> Answer<Expr> {
    match expression.size().is_allowed() {
        true => Ok(expression),
        false => Err(fault(format!(
            "an expression has more than {MAX_PARTS} parts; split it into columns by `add`"
        ))),
    }
}

/// A literal of a script as an expression.
pub fn literal(what: &str, value: &Dynamic) -> Answer<Expr> {
    if let Some(expression) = value.read_lock::<Expr>() {
        return Ok(expression.clone());
    }
    if let Ok(number) = value.as_int() {
        return Ok(Expr::Int(number));
    }
    if let Ok(flag) = value.as_bool() {
        return Ok(Expr::Bool(flag));
    }
    if let Some(text) = value.read_lock::<ImmutableString>() {
        return Ok(Expr::Text(text.to_string()));
    }
    Err(not_literal(what, value))
}

fn not_literal(what: &str, value: &Dynamic) -> Box<EvalAltResult> {
    if value.is_unit() {
        return fault("a column is not compared with (); use `.is_null()`");
    }
    if value.is_float() {
        return fault(format!("`{what}` takes whole numbers: columns have no fractions"));
    }
    if value.is_array() {
        return fault(format!("`{what}` does not take an array; use `.is_in([..])`"));
    }
    fault(format!("`{what}` does not go with a column and {}", kind_of(value)))
}

fn comparisons(registry: &mut Registry) {
    for comparison in [
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
    ] {
        let sign = comparison.sign();
        let compare = move |left: &Dynamic, right: &Dynamic| -> Answer<Expr> {
            Ok(literal(sign, left)?.compare(comparison, literal(sign, right)?))
        };
        both_ways(registry, sign, compare);
    }
    registry.field(Group::Expression.item(
        "==",
        "expression == value -> condition",
        "Comparisons: `== != < <= > >=` with a text, a whole number, true or false, or another \
         column.",
        "type_of(col(\"severity\") >= 3)",
        "expression",
    ));
}

/// Registers an operator for an expression with every type, in both orders: a pair that is left
/// out would quietly give a bool.
fn both_ways(
    registry: &mut Registry,
    sign: &'static str,
    make: impl Fn(&Dynamic, &Dynamic) -> Answer<Expr> + Clone + Send + Sync + 'static,
) {
    let make = move |left: &Dynamic, right: &Dynamic| make(left, right).and_then(bounded);
    macro_rules! pair {
        ($($other:ty),+) => {$({
            let (left, right) = (make.clone(), make.clone());
            registry.overload(sign, move |one: Expr, other: $other| {
                left(&Dynamic::from(one), &Dynamic::from(other))
            });
            registry.overload(sign, move |other: $other, one: Expr| {
                right(&Dynamic::from(other), &Dynamic::from(one))
            });
        })+};
    }
    pair!(INT, FLOAT, bool, char, (), ImmutableString, Array, rhai::Map);
    pair!(crate::column::Column, crate::missing::Missing, crate::estimate::Estimate, Aggregate);
    let same = make.clone();
    registry.overload(sign, move |left: Expr, right: Expr| {
        same(&Dynamic::from(left), &Dynamic::from(right))
    });
    let (left, right) = (make.clone(), make);
    registry.overload(sign, move |one: Expr, other: Dynamic| left(&Dynamic::from(one), &other));
    registry.overload(sign, move |other: Dynamic, one: Expr| right(&other, &Dynamic::from(one)));
}

fn logic(registry: &mut Registry) {
    both_ways(registry, "&", |left, right| Ok(literal("&", left)?.and(literal("&", right)?)));
    both_ways(registry, "|", |left, right| Ok(literal("|", left)?.or(literal("|", right)?)));
    registry.overload("!", |condition: Expr| bounded(!condition));
    registry.field(Group::Expression.item(
        "&",
        "condition & condition -> condition",
        "Both; `|` is either, `!` the opposite. `&&` and `||` do not work on columns.",
        "type_of(col(\"severity\") >= 3 & !col(\"location\").is_null())",
        "expression",
    ));
}

fn arithmetic(registry: &mut Registry) {
    for operation in
        [Arithmetic::Add, Arithmetic::Subtract, Arithmetic::Multiply, Arithmetic::Remainder]
    {
        let sign = operation.sign();
        both_ways(registry, sign, move |left, right| {
            Ok(literal(sign, left)?.arithmetic(operation, literal(sign, right)?))
        });
    }
    registry.field(Group::Expression.item(
        "+",
        "expression + expression -> expression",
        "Arithmetic of whole numbers, with `+ - * %`: a column or a whole number on either side, \
         and nothing where one of them is nothing. A share or a rate keeps its two parts, as in \
         `ratio(a, b)`: `/` and `**` do not work on columns.",
        "cx.attendance.agg(#{ there: sum(col(\"possible\") - col(\"absent\")) }).collect().rows()[0]\
         .there",
        "85",
    ));
    for sign in ["/", "**"] {
        both_ways(registry, sign, move |_, _| {
            Err(fault(format!(
                "`{sign}` does not work on columns: a share or a rate keeps its two parts"
            )))
        });
    }
    for sign in ["&&", "||"] {
        both_ways(registry, sign, |_, _| {
            Err(fault("conditions on columns are joined with `&` and `|`"))
        });
    }
}

fn tests_of_values(registry: &mut Registry) {
    registry.function(
        Group::Expression.item(
            "is_null",
            "expression.is_null() -> condition",
            "Whether nothing was recorded.",
            "type_of(col(\"location\").is_null())",
            "expression",
        ),
        |value: &mut Expr| bounded(value.clone().is_null()),
    );
    registry.function(
        Group::Expression.item(
            "is_in",
            "expression.is_in([values]) -> condition",
            "Whether the value is one of these; `col(\"x\") in [..]` says the same.",
            "type_of(col(\"severity\").is_in([4, 5]))",
            "expression",
        ),
        |value: &mut Expr, list: Array| is_in(value, &list),
    );
    // `x in [..]` asks the array.
    registry.overload("contains", |list: &mut Array, value: Expr| is_in(&value, list));
    registry.function(
        Group::Expression.item(
            "between",
            "expression.between(low, high) -> condition",
            "Whether the value lies between two, both included.",
            "type_of(col(\"severity\").between(2, 4))",
            "expression",
        ),
        |value: &mut Expr, low: Dynamic, high: Dynamic| {
            let (low, high) = (literal("between", &low)?, literal("between", &high)?);
            bounded(value.clone().between(low, high))
        },
    );
    registry.overload("within", |value: &mut Expr, period: Period| {
        let day = |date: jiff::civil::Date| Expr::Text(date.to_string());
        bounded(value.clone().between(day(period.from), day(period.to)))
    });
    registry.field(Group::Expression.item(
        "within",
        "date.within(period) -> condition",
        "Whether a day lies in a period.",
        "cx.room_referrals.filter(col(\"date\").within(p.window)).collect().len",
        "13",
    ));
    registry.function(
        Group::Expression.item(
            "cut",
            "expression.cut([bounds]) -> expression",
            "How many of the bounds lie at or below the value: 0 below the first.",
            "type_of(col(\"severity\").cut([2, 4]))",
            "expression",
        ),
        |value: &mut Expr, bounds: Array| {
            let bound =
                |item: &Dynamic| item.as_int().map_err(|_| fault("`cut` needs whole numbers"));
            let bounds: Answer<Vec<i64>> = bounds.iter().map(bound).collect();
            bounded(Expr::Cut(Box::new(value.clone()), bounds?))
        },
    );
}

fn is_in(value: &Expr, list: &Array) -> Answer<Expr> {
    let items: Answer<Vec<Expr>> = list.iter().map(|item| literal("is_in", item)).collect();
    bounded(value.clone().is_in(items?))
}

fn choices(registry: &mut Registry) {
    registry.function(
        Group::Expression.item(
            "when",
            "when(condition).then(value).otherwise(value) -> expression",
            "One value where the condition holds and another elsewhere.",
            "type_of(when(col(\"severity\") >= 4).then(1).otherwise(0))",
            "expression",
        ),
        |condition: Expr| When { condition, then: None },
    );
    registry.function(
        Group::Expression.item(
            "then",
            "when(..).then(value)",
            "The value where the condition holds.",
            "type_of(when(col(\"severity\") >= 4).then(1))",
            "unfinished when",
        ),
        |when: &mut When, value: Dynamic| {
            let then = Some(literal("then", &value)?);
            Answer::Ok(When { then, ..when.clone() })
        },
    );
    registry.function(
        Group::Expression.item(
            "otherwise",
            "..then(..).otherwise(value) -> expression",
            "The value elsewhere.",
            "cx.room_referrals.agg(#{ n: sum(when(col(\"year_group\") == \"9\").then(1).otherwise(0)) \
             }).collect().rows()[0].n",
            "6",
        ),
        |when: &mut When, value: Dynamic| {
            let then = when.then.clone().ok_or_else(|| fault("`otherwise` comes after `then`"))?;
            let other = literal("otherwise", &value)?;
            let condition = Box::new(when.condition.clone());
            bounded(Expr::When(condition, Box::new(then), Box::new(other)))
        },
    );
}

fn calendar(registry: &mut Registry) {
    let parts: [(&'static str, &'static str, &'static str, &'static str, CalendarPart); 6] = [
        (
            "day_index",
            "date.day_index() -> expression",
            "The number of the school day.",
            "type_of(col(\"date\").day_index())",
            CalendarPart::DayIndex,
        ),
        (
            "week",
            "date.week() -> expression",
            "The number of the school week.",
            "type_of(col(\"date\").week())",
            CalendarPart::Week,
        ),
        (
            "half_term",
            "date.half_term() -> expression",
            "The half-term.",
            "type_of(col(\"date\").half_term())",
            CalendarPart::HalfTerm,
        ),
        (
            "term",
            "date.term() -> expression",
            "The term.",
            "type_of(col(\"date\").term())",
            CalendarPart::Term,
        ),
        (
            "year",
            "date.year() -> expression",
            "The school year.",
            "type_of(col(\"date\").year())",
            CalendarPart::Year,
        ),
        (
            "weekday",
            "date.weekday() -> expression",
            "1 for Monday to 7 for Sunday.",
            "type_of(col(\"date\").weekday())",
            CalendarPart::Weekday,
        ),
    ];
    for (name, signature, doc, example, part) in parts {
        registry.function(
            Group::Expression.item(name, signature, doc, example, "expression"),
            move |date: &mut Expr| bounded(Expr::Calendar(part, Box::new(date.clone()))),
        );
    }
    registry.function(
        Group::Expression.item(
            "school_days",
            "school_days(from, to) -> expression",
            "School days from one date to another, 0 for the same day.",
            "type_of(school_days(col(\"date\"), col(\"date\")))",
            "expression",
        ),
        |from: Expr, to: Expr| bounded(Expr::SchoolDays(Box::new(from), Box::new(to))),
    );
    school_days(registry);
}

fn school_days(registry: &mut Registry) {
    registry.overload("add_school_days", |date: &mut Expr, days: INT| {
        let days = i32::try_from(days).ok().filter(|days| days.abs() <= MAX_SCHOOL_DAYS);
        let days = days.ok_or_else(|| {
            fault(format!("`add_school_days` takes a whole number up to {MAX_SCHOOL_DAYS}"))
        })?;
        bounded(Expr::AddSchoolDays(Box::new(date.clone()), days))
    });
    registry.field(Group::Expression.item(
        "add_school_days",
        "date.add_school_days(n) -> expression",
        "The n-th school day after a date, or before it where n is negative; nothing beyond the \
         school calendar.",
        "cx.room_referrals.filter(col(\"date\").add_school_days(-1) < \"2026-01-15\").collect().len",
        "7",
    ));
    registry.function(
        Group::Expression.item(
            "overlap",
            "from.overlap(to, period) -> expression",
            "How many school days of a spell lie in a period, its first and its last day included. \
             Where there is no last day the spell goes on to the end of the period.",
            "cx.roll.agg(#{ days: sum(col(\"from\").overlap(col(\"to\"), p.window)) }).collect()\
             .rows()[0].days",
            "1100",
        ),
        |from: &mut Expr, to: Dynamic, period: Period| {
            let to = literal("overlap", &to)?;
            bounded(Expr::Overlap(Box::new(from.clone()), Box::new(to), period))
        },
    );
    registry.function(
        Group::Expression.item(
            "lesson_period",
            "period.lesson_period() -> expression",
            "Which lesson of the day a period is, by its code: 1 for the first, nothing for breaks \
             and registration.",
            "type_of(col(\"period\").lesson_period())",
            "expression",
        ),
        |period: &mut Expr| bounded(Expr::LessonPeriod(Box::new(period.clone()))),
    );
}

fn aggregates(registry: &mut Registry) {
    let item = |name, signature, doc, example| Item {
        group: Group::Aggregate,
        name,
        signature,
        doc,
        example,
        gives: "aggregate",
        is_added: false,
    };
    registry.function(
        item(
            "count",
            "count() -> aggregate",
            "Distinct records: an incident with three pupils counts once.",
            "type_of(count())",
        ),
        || Aggregate::Count,
    );
    type Make = fn(Expr) -> Aggregate;
    let of: [(&'static str, &'static str, &'static str, &'static str, Make); 6] = [
        (
            "n_unique",
            "n_unique(e) -> aggregate",
            "Distinct values.",
            "type_of(n_unique(col(\"pupil\")))",
            Aggregate::NUnique,
        ),
        (
            "sum",
            "sum(e) -> aggregate",
            "The sum of whole numbers.",
            "type_of(sum(col(\"severity\")))",
            Aggregate::Sum,
        ),
        (
            "min",
            "min(e) -> aggregate",
            "The least value.",
            "type_of(min(col(\"severity\")))",
            Aggregate::Min,
        ),
        (
            "max",
            "max(e) -> aggregate",
            "The greatest value.",
            "type_of(max(col(\"severity\")))",
            Aggregate::Max,
        ),
        (
            "median",
            "median(e) -> aggregate",
            "The middle value.",
            "type_of(median(col(\"severity\")))",
            Aggregate::Median,
        ),
        (
            "share",
            "share(condition) -> aggregate",
            "The share of rows where a condition holds.",
            "type_of(share(col(\"severity\") >= 4))",
            Aggregate::Share,
        ),
    ];
    for (name, signature, doc, example, make) in of {
        registry.function(item(name, signature, doc, example), move |value: Expr| make(value));
    }
    ratio(registry);
}

fn ratio(registry: &mut Registry) {
    registry.function(
        Group::Aggregate
            .item(
                "ratio",
                "ratio(a, b) -> aggregate",
                "One count or sum over another, which are `count()`, `n_unique(e)` or `sum(e)`; \
                 nothing over 0. Its parts stand beside it: `x: ratio(a, b)` gives the columns x, \
                 x_n and x_of.",
                "cx.attendance.agg(#{ r: ratio(sum(col(\"absent\")), sum(col(\"possible\"))) })\
                 .collect().rows().map(|row| `${row.r_n} of ${row.r_of}: ${row.r}`)[0]",
                "15 of 100: 0.15",
            )
            .added(),
        |one: Aggregate, other: Aggregate| {
            let ratio = Aggregate::Ratio(Box::new(one), Box::new(other));
            match ratio.parts() <= MAX_PARTS {
                true => Ok(ratio),
                false => Err(fault("the parts of a ratio are counts and sums")),
            }
        },
    );
    for other in ["/", "%"] {
        registry.overload(other, |_: Aggregate, _: Aggregate| -> Answer<Aggregate> {
            Err(fault("one aggregate over another is `ratio(a, b)`, which keeps its parts"))
        });
    }
}

fn windows(registry: &mut Registry) {
    let start = |function| Window { function, over: Vec::new(), order: Vec::new() };
    registry.function(
        Group::Expression.item(
            "row_number",
            "expression.row_number() -> window",
            "1 for the first row of the partition.",
            "type_of(col(\"date\").row_number())",
            "window",
        ),
        move |_: &mut Expr| start(WindowFunction::RowNumber),
    );
    registry.function(
        Group::Expression.item(
            "lag",
            "expression.lag(k) -> window",
            "The value `k` rows before.",
            "type_of(col(\"severity\").lag(1))",
            "window",
        ),
        move |value: &mut Expr, rows: INT| {
            Answer::Ok(start(WindowFunction::Lag(value.clone(), steps("lag", rows)?)))
        },
    );
    registry.function(
        Group::Expression.item(
            "running_sum",
            "expression.running_sum() -> window",
            "The sum so far.",
            "type_of(col(\"severity\").running_sum())",
            "window",
        ),
        move |value: &mut Expr| start(WindowFunction::RunningSum(value.clone())),
    );
    registry.function(
        Group::Expression.item(
            "trailing",
            "expression.trailing(n) -> window",
            "The sum over the last `n` units of the order column.",
            "type_of(col(\"severity\").trailing(20))",
            "window",
        ),
        move |value: &mut Expr, units: INT| {
            Answer::Ok(start(WindowFunction::Trailing(value.clone(), steps("trailing", units)?)))
        },
    );
    registry.function(
        Group::Expression.item(
            "over",
            "window.over(keys, order) -> window",
            "Within rows that share the keys, in this order.",
            "type_of(col(\"severity\").lag(1).over([\"pupil\"], \"date\"))",
            "window",
        ),
        |window: &mut Window, keys: Dynamic, order: Dynamic| {
            let (over, order) = (names("over", &keys)?, names("over", &order)?);
            Answer::Ok(Window { over, order, ..window.clone() })
        },
    );
}

fn steps(what: &str, number: INT) -> Answer<u32> {
    u32::try_from(number).ok().filter(|number| (1..=10_000).contains(number)).ok_or_else(|| {
        fault(format!("`{what}` takes a whole number from 1 to 10000, not {number}"))
    })
}

/// One name or several.
pub fn names(what: &str, value: &Dynamic) -> Answer<Vec<String>> {
    let wrong = || fault(format!("`{what}` takes the name of a column, or an array of names"));
    if let Some(name) = value.read_lock::<ImmutableString>() {
        return Ok(vec![name.to_string()]);
    }
    let items = value.read_lock::<Array>().ok_or_else(wrong)?;
    items.iter().map(|item| item.clone().into_string().map_err(|_| wrong())).collect()
}
