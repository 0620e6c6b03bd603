//! A second executor for tests: row by row, with nothing in common with the first but the plan.

use std::collections::{BTreeMap, BTreeSet};

use crate::data::column::Cell;
use crate::frame::Frame;
use crate::plan::expr::{Arithmetic, Comparison, Expr};
use crate::plan::{Aggregate, Direction, SortKey, Step, WindowFunction};

/// A row with the records behind it.
#[derive(Clone, Debug)]
pub struct Row {
    pub cells: BTreeMap<String, Cell>,
    pub records: BTreeSet<String>,
}

/// The rows of a frame.
pub fn rows(frame: &Frame, names: &[&str]) -> Vec<Row> {
    let columns: Vec<_> = names.iter().map(|name| frame.column(name).unwrap()).collect();
    (0..frame.len())
        .map(|row| Row {
            cells: names
                .iter()
                .zip(&columns)
                .map(|(name, column)| ((*name).to_owned(), column.cell(row)))
                .collect(),
            records: frame.ids(row).iter().map(|id| id.to_string()).collect(),
        })
        .collect()
}

pub fn run(mut rows: Vec<Row>, steps: &[Step]) -> Vec<Row> {
    for step in steps {
        match step {
            Step::Filter(expr) => rows.retain(|row| eval(expr, row) == Cell::Bool(true)),
            Step::Within(period) => rows
                .retain(|row| matches!(row.cells["date"], Cell::Date(day) if period.contains(day))),
            Step::Derive(name, expr) => rows.iter_mut().for_each(|row| {
                let value = eval(expr, row);
                row.cells.insert(name.clone(), value);
            }),
            Step::Group { keys, aggregates } => rows = group(&rows, keys, aggregates),
            Step::Window { name, function, over, order } => {
                window(&mut rows, name, function, over, order);
            }
            Step::Order(keys) => rows.sort_by(|a, b| compare(keys, a, b)),
            Step::Limit(n) => rows.truncate(*n),
            Step::Select(names) => {
                rows.iter_mut().for_each(|row| row.cells.retain(|name, _| names.contains(name)));
            }
            Step::Join { .. } => unreachable!("joins have tests of their own"),
            Step::JoinCalendar(_) => unreachable!("calendar columns have tests of their own"),
        }
    }
    rows
}

fn int(cell: &Cell) -> Option<i64> {
    match cell {
        Cell::Int(number) => Some(*number),
        Cell::Date(date) => Some(crate::data::days::day_number(*date)),
        Cell::Bool(answer) => Some(i64::from(*answer)),
        Cell::Float(number) => Some((*number * 1024.0) as i64),
        _ => None,
    }
}

fn truth(cell: &Cell) -> Option<bool> {
    match cell {
        Cell::Bool(answer) => Some(*answer),
        _ => None,
    }
}

fn answer(value: Option<bool>) -> Cell {
    value.map_or(Cell::Null, Cell::Bool)
}

fn eval(expr: &Expr, row: &Row) -> Cell {
    let of = |expr: &Expr| eval(expr, row);
    match expr {
        Expr::Column(name) => row.cells[name].clone(),
        Expr::Text(text) => Cell::Text(text.as_str().into()),
        Expr::Int(number) => Cell::Int(*number),
        Expr::Bool(answer) => Cell::Bool(*answer),
        Expr::Compare(comparison, left, right) => answer(test(*comparison, &of(left), &of(right))),
        Expr::And(left, right) => answer(match (truth(&of(left)), truth(&of(right))) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }),
        Expr::Or(left, right) => answer(match (truth(&of(left)), truth(&of(right))) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        }),
        Expr::Not(inner) => answer(truth(&of(inner)).map(|answer| !answer)),
        Expr::IsNull(inner) => Cell::Bool(of(inner) == Cell::Null),
        Expr::In(inner, list) => match of(inner) {
            Cell::Null => Cell::Null,
            value => Cell::Bool(
                list.iter().any(|item| test(Comparison::Equal, &value, &of(item)) == Some(true)),
            ),
        },
        Expr::Arithmetic(operation, left, right) => {
            let (Some(a), Some(b)) = (int(&of(left)), int(&of(right))) else { return Cell::Null };
            match operation {
                Arithmetic::Add => Cell::Int(a + b),
                Arithmetic::Subtract => Cell::Int(a - b),
                Arithmetic::Multiply => Cell::Int(a * b),
                Arithmetic::Remainder => a.checked_rem_euclid(b).map_or(Cell::Null, Cell::Int),
            }
        }
        Expr::When(condition, then, otherwise) => match truth(&of(condition)) {
            Some(true) => of(then),
            _ => of(otherwise),
        },
        Expr::Cut(inner, bounds) => int(&of(inner)).map_or(Cell::Null, |value| {
            Cell::Int(bounds.iter().filter(|bound| value >= **bound).count() as i64)
        }),
        Expr::Calendar(..)
        | Expr::SchoolDays(..)
        | Expr::AddSchoolDays(..)
        | Expr::Overlap(..)
        | Expr::LessonPeriod(..) => unreachable!("tested with the calendar"),
    }
}

fn test(comparison: Comparison, left: &Cell, right: &Cell) -> Option<bool> {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let order = match (left, right) {
        (Cell::Null, _) | (_, Cell::Null) => return None,
        (Cell::Date(day), Cell::Text(text)) => day.to_string().as_str().cmp(text),
        (Cell::Text(a), Cell::Text(b)) => a.cmp(b),
        (a, b) => int(a)?.cmp(&int(b)?),
    };
    Some(match comparison {
        Comparison::Equal => order == Equal,
        Comparison::NotEqual => order != Equal,
        Comparison::Less => order == Less,
        Comparison::LessOrEqual => order != Greater,
        Comparison::Greater => order == Greater,
        Comparison::GreaterOrEqual => order != Less,
    })
}

/// Numbers, then texts, then nothing.
fn sort_key(cell: &Cell) -> (u8, i64, String) {
    match cell {
        Cell::Null => (2, 0, String::new()),
        Cell::Text(text) => match text.parse() {
            Ok(number) => (0, number, text.to_string()),
            Err(_) => (1, 0, text.to_string()),
        },
        Cell::Id(id) => (1, 0, id.to_string()),
        other => (0, int(other).unwrap(), String::new()),
    }
}

fn compare(keys: &[SortKey], a: &Row, b: &Row) -> std::cmp::Ordering {
    for key in keys {
        let (a, b) = (&a.cells[&key.column], &b.cells[&key.column]);
        let order = match (a == &Cell::Null, b == &Cell::Null, key.direction) {
            (false, false, Direction::Descending) => sort_key(b).cmp(&sort_key(a)),
            _ => sort_key(a).cmp(&sort_key(b)),
        };
        if order.is_ne() {
            return order;
        }
    }
    std::cmp::Ordering::Equal
}

fn group(rows: &[Row], keys: &[String], aggregates: &[(String, Aggregate)]) -> Vec<Row> {
    let mut groups: BTreeMap<Vec<(u8, i64, String)>, Vec<&Row>> = BTreeMap::new();
    if keys.is_empty() {
        groups.insert(Vec::new(), Vec::new());
    }
    for row in rows {
        let key = keys.iter().map(|key| sort_key(&row.cells[key])).collect();
        groups.entry(key).or_default().push(row);
    }
    groups
        .into_values()
        .map(|members| {
            let mut cells: BTreeMap<String, Cell> =
                keys.iter().map(|key| (key.clone(), members[0].cells[key].clone())).collect();
            for (name, one) in aggregates {
                cells.insert(name.clone(), aggregate(one, &members));
            }
            let records = members.iter().flat_map(|row| row.records.clone()).collect();
            Row { cells, records }
        })
        .collect()
}

fn aggregate(wanted: &Aggregate, rows: &[&Row]) -> Cell {
    let values = |expr: &Expr| -> Vec<Cell> {
        rows.iter().map(|row| eval(expr, row)).filter(|cell| *cell != Cell::Null).collect()
    };
    let ints = |expr: &Expr| -> Vec<i64> { values(expr).iter().filter_map(int).collect() };
    let typed = |expr: &Expr, value: Option<i64>| match (value, values(expr).first()) {
        (Some(day), Some(Cell::Date(_))) => Cell::Date(crate::data::days::date_of(day).unwrap()),
        (value, _) => value.map_or(Cell::Null, Cell::Int),
    };
    match wanted {
        Aggregate::Count => {
            let records: BTreeSet<_> = rows.iter().flat_map(|row| &row.records).collect();
            Cell::Int(records.len() as i64)
        }
        Aggregate::NUnique(expr) => {
            let distinct: BTreeSet<String> = values(expr).iter().map(Cell::to_string).collect();
            Cell::Int(distinct.len() as i64)
        }
        Aggregate::Sum(expr) => Cell::Int(ints(expr).iter().sum()),
        Aggregate::Min(expr) => typed(expr, ints(expr).into_iter().min()),
        Aggregate::Max(expr) => typed(expr, ints(expr).into_iter().max()),
        Aggregate::Median(expr) => {
            let mut sorted = ints(expr);
            sorted.sort_unstable();
            match sorted.len() {
                0 => Cell::Null,
                n if n % 2 == 1 => Cell::Float(sorted[n / 2] as f64),
                n => Cell::Float((sorted[n / 2 - 1] + sorted[n / 2]) as f64 / 2.0),
            }
        }
        Aggregate::Share(expr) => {
            let answers = values(expr);
            let yes = answers.iter().filter(|cell| **cell == Cell::Bool(true)).count();
            match answers.len() {
                0 => Cell::Null,
                n => Cell::Float(yes as f64 / n as f64),
            }
        }
        Aggregate::Ratio(one, other) => match (aggregate(one, rows), aggregate(other, rows)) {
            (_, Cell::Int(0)) => Cell::Null,
            (Cell::Int(one), Cell::Int(other)) => Cell::Float(one as f64 / other as f64),
            _ => Cell::Null,
        },
    }
}

fn window(
    rows: &mut [Row],
    name: &str,
    function: &WindowFunction,
    over: &[String],
    order: &[SortKey],
) {
    let mut places: Vec<usize> = (0..rows.len()).collect();
    places.sort_by(|a, b| compare(order, &rows[*a], &rows[*b]));
    let key =
        |row: &Row| -> Vec<String> { over.iter().map(|k| format!("{:?}", row.cells[k])).collect() };
    let values: Vec<Cell> = (0..rows.len())
        .map(|at| {
            let partition: Vec<usize> =
                places.iter().copied().filter(|i| key(&rows[*i]) == key(&rows[at])).collect();
            let place = partition.iter().position(|i| *i == at).unwrap();
            let sum = |expr: &Expr, keep: &dyn Fn(usize) -> bool| {
                let kept = partition[..=place].iter().filter(|i| keep(**i));
                Cell::Int(kept.filter_map(|i| int(&eval(expr, &rows[*i]))).sum())
            };
            match function {
                WindowFunction::RowNumber => Cell::Int(place as i64 + 1),
                WindowFunction::Lag(expr, by) => match place.checked_sub(*by as usize) {
                    Some(before) => eval(expr, &rows[partition[before]]),
                    None => Cell::Null,
                },
                WindowFunction::RunningSum(expr) => sum(expr, &|_| true),
                WindowFunction::Trailing(expr, units) => {
                    let at_day = |i: usize| int(&rows[i].cells[&order[0].column]);
                    sum(expr, &|i| match (at_day(i), at_day(at)) {
                        (Some(first), Some(row)) => first.abs_diff(row) < u64::from(*units),
                        _ => i == at,
                    })
                }
            }
        })
        .collect();
    for (row, value) in rows.iter_mut().zip(values) {
        row.cells.insert(name.to_owned(), value);
    }
}
