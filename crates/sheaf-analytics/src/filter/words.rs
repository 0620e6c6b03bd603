//! A filter as part of a sentence: `year group is Year 9 and severity is at least 3`.

use sheaf_records::CodeLists;

use super::FilterExpr;
use crate::data::column::ColumnType;
use crate::plan::expr::{Comparison, Expr};
use crate::tables::{ColumnSpec, TableSpec};

impl FilterExpr {
    /// The condition in words, with codes by their titles; as it was written where it is more than
    /// comparisons can say. Nothing where every row is kept.
    pub fn in_words(&self, table: &TableSpec, codes: &CodeLists) -> String {
        let Some(expr) = self.expr() else { return String::new() };
        let speaker = Speaker { table, codes };
        speaker.say(expr).unwrap_or_else(|| self.to_string())
    }
}

struct Speaker<'a> {
    table: &'a TableSpec,
    codes: &'a CodeLists,
}

impl Speaker<'_> {
    fn say(&self, expr: &Expr) -> Option<String> {
        match expr {
            Expr::Compare(comparison, left, right) => self.compare(*comparison, left, right),
            Expr::And(left, right) => {
                Some(format!("{} and {}", self.part(left)?, self.part(right)?))
            }
            Expr::Or(left, right) => Some(format!("{} or {}", self.say(left)?, self.say(right)?)),
            Expr::Not(one) => match &**one {
                Expr::IsNull(one) => Some(format!("{} is recorded", self.column(one)?.1)),
                other => Some(format!("not ({})", self.say(other)?)),
            },
            Expr::IsNull(one) => Some(format!("{} is not recorded", self.column(one)?.1)),
            Expr::In(one, list) => {
                let (column, name) = self.column(one)?;
                let values: Option<Vec<String>> =
                    list.iter().map(|value| self.value(column, value)).collect();
                Some(format!("{name} is {}", one_of(&values?)))
            }
            Expr::Column(_) => Some(self.column(expr)?.1),
            _ => None,
        }
    }

    /// One side of an `and`: an `or` needs brackets there.
    fn part(&self, expr: &Expr) -> Option<String> {
        let words = self.say(expr)?;
        Some(if matches!(expr, Expr::Or(..)) { format!("({words})") } else { words })
    }

    fn compare(&self, comparison: Comparison, left: &Expr, right: &Expr) -> Option<String> {
        let (column, name) = self.column(left)?;
        let value = self.value(column, right)?;
        let is_day = column.ty == ColumnType::Date;
        let joint = match comparison {
            Comparison::Equal => "is",
            Comparison::NotEqual => "is not",
            Comparison::Less if is_day => "is before",
            Comparison::LessOrEqual if is_day => "is up to",
            Comparison::Greater if is_day => "is after",
            Comparison::GreaterOrEqual if is_day => "is from",
            Comparison::Less => "is under",
            Comparison::LessOrEqual => "is at most",
            Comparison::Greater => "is over",
            Comparison::GreaterOrEqual => "is at least",
        };
        Some(format!("{name} {joint} {value}"))
    }

    fn column(&self, expr: &Expr) -> Option<(&ColumnSpec, String)> {
        let Expr::Column(name) = expr else { return None };
        Some((self.table.column(name).ok()?, name.replace('_', " ")))
    }

    fn value(&self, column: &ColumnSpec, value: &Expr) -> Option<String> {
        match value {
            Expr::Text(code) => Some(match column.codes {
                Some(list) => self.codes.title(list, code).to_owned(),
                None => code.clone(),
            }),
            Expr::Int(number) => Some(number.to_string()),
            Expr::Bool(answer) => Some(if *answer { "yes" } else { "no" }.to_owned()),
            _ => None,
        }
    }
}

/// `a`, `a or b`, `a, b or c`.
fn one_of(values: &[String]) -> String {
    match values {
        [] => "one of nothing".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
