//! Where rows come from and by what they were picked: what decides which small groups are hidden.

use std::collections::BTreeSet;

use sheaf_analytics::{
    Aggregate, Audience, ColumnType, Expr, Sensitivity, Source, Step, WindowFunction, sensitivity,
    table, tables,
};
use sheaf_records::RecordId;

use crate::fault::fault;
use crate::registry::Answer;

/// Which table rows came from, and by what they were picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The table.
    pub table: String,
    /// How the rows were picked: a listed characteristic may stand in a group, a filter or an
    /// order.
    pub split: Sensitivity,
    /// For whom results are.
    pub audience: Audience,
    /// The columns by which they were grouped last.
    pub keys: Vec<String>,
    /// Whether rows are groups, and no longer single records.
    pub is_grouped: bool,
    /// Whether groups were picked by what was worked out for them, or as the least or greatest.
    pub is_picked: bool,
    /// Whether a window went over groups: what one of them comes to may stand in the row of
    /// another.
    pub is_carried: bool,
    /// Columns that were made from a listed characteristic.
    listed: BTreeSet<String>,
    /// Columns of the last groups that count something: 0 where there is no row.
    pub counts: Vec<String>,
    /// Columns that were worked out of groups or of rows before: as keys of groups they are values
    /// still.
    worked_out: BTreeSet<String>,
}

impl Origin {
    /// All rows of a table.
    pub fn of(table: &str, audience: Audience) -> Self {
        Self {
            table: table.to_owned(),
            split: Sensitivity::Plain,
            audience,
            keys: Vec::new(),
            is_grouped: false,
            is_picked: false,
            is_carried: false,
            listed: BTreeSet::new(),
            counts: Vec::new(),
            worked_out: BTreeSet::new(),
        }
    }

    /// Whether a column holds a listed characteristic, or was made from one.
    pub fn is_listed(&self, column: &str) -> bool {
        sensitivity(column) == Sensitivity::Listed || self.listed.contains(column)
    }

    /// Notes that rows are taken apart by a column.
    ///
    /// # Errors
    /// Each part would be a single pupil or record, and their number that of all of them.
    pub fn part_by(&mut self, column: &str) -> Answer<()> {
        if is_id(column) && self.has_pupils() {
            return Err(fault(format!(
                "`{column}` is an id: each part would be a single pupil or record; choose a \
                 column that many share"
            )));
        }
        self.split_by(column);
        Ok(())
    }

    /// Notes that rows are split by a column.
    pub fn split_by(&mut self, column: &str) {
        if self.is_listed(column) {
            self.split = Sensitivity::Listed;
        }
    }

    /// Whether rows are about pupils; days and lesson periods are not.
    pub fn has_pupils(&self) -> bool {
        table(&self.table).is_ok_and(|spec| {
            spec.columns.iter().any(|one| one.name == "pupil" && one.source == Source::Stored)
        })
    }

    /// Whether the cells of a column are keys of groups, which are shown; anything else was worked
    /// out of rows.
    pub fn is_key(&self, column: &str) -> bool {
        let is_key = self.keys.iter().any(|key| key == column);
        !self.has_pupils() || (is_key && !self.worked_out.contains(column))
    }

    /// Takes in the columns of other rows that were looked up.
    pub fn join(&mut self, other: &Self, columns: &[String]) {
        let is_listed = |column: &String| {
            // Whom a listed characteristic picked is told by any column that only they have.
            other.split == Sensitivity::Listed || other.is_listed(column)
        };
        self.listed.extend(columns.iter().filter(|column| is_listed(column)).cloned());
        let is_worked_out = |column: &&String| other.worked_out.contains(*column);
        self.worked_out.extend(columns.iter().filter(is_worked_out).cloned());
    }

    /// Takes in one more step.
    ///
    /// # Errors
    /// What is worked out for a group would tell a listed characteristic of few pupils, or the id
    /// of a record is written out.
    pub fn note(&mut self, step: &Step) -> Answer<()> {
        refuse_typed_ids(step)?;
        match step {
            Step::Filter(condition) => {
                self.is_picked |= self.is_grouped;
                condition.columns().into_iter().for_each(|column| self.split_by(column));
            }
            Step::Derive(name, value) => {
                self.refuse_key(name)?;
                self.made(name, value.columns());
            }
            Step::Window { name, function, over, order } => {
                self.refuse_key(name)?;
                self.is_carried |= self.is_grouped;
                let inside = match function {
                    WindowFunction::Lag(value, _) => value.columns(),
                    WindowFunction::RunningSum(value) | WindowFunction::Trailing(value, _) => {
                        self.refuse_to_tell(name, &Aggregate::Sum(value.clone()))?;
                        value.columns()
                    }
                    _ => Vec::new(),
                };
                // How many rows there are, or what they come to, is no key that may be shown.
                if !matches!(function, WindowFunction::Lag(..)) {
                    self.worked_out.insert(name.clone());
                }
                let order = order.iter().map(|key| key.column.as_str());
                let over = over.iter().map(String::as_str).chain(order);
                self.made(name, inside.into_iter().chain(over));
            }
            Step::Order(keys) => {
                self.is_picked |= self.is_grouped;
                keys.iter().for_each(|key| self.split_by(&key.column));
            }
            Step::Group { keys, aggregates } => {
                keys.iter().for_each(|key| self.split_by(key));
                aggregates.iter().try_for_each(|(name, one)| self.refuse_to_tell(name, one))?;
                // The least or the greatest of several groups is the value of one of them, and what
                // was carried from one to another need not be of those that are here together.
                let picks = self.is_carried || aggregates.iter().any(|one| picks(&one.1));
                self.is_picked |= self.is_grouped && picks;
                self.worked_out.extend(aggregates.iter().map(|(name, _)| name.clone()));
                self.counts = aggregates
                    .iter()
                    .filter(|one| counts(&one.1))
                    .map(|one| one.0.clone())
                    .collect();
                self.keys.clone_from(keys);
                self.is_grouped = true;
            }
            _ => {}
        }
        Ok(())
    }

    /// What is hidden is found again by the keys of its group.
    fn refuse_key(&self, name: &str) -> Answer<()> {
        if self.is_grouped && self.keys.iter().any(|key| key == name) {
            return Err(fault(format!(
                "`{name}` is a key of the groups; call the new column something else"
            )));
        }
        Ok(())
    }

    /// Whether a condition names a listed characteristic.
    pub fn is_picked_by(&self, condition: &Expr) -> bool {
        condition.columns().into_iter().any(|column| self.is_listed(column))
    }

    fn made<'c>(&mut self, name: &str, from: impl IntoIterator<Item = &'c str>) {
        let (mut is_listed, mut is_worked_out) = (false, false);
        for column in from {
            is_listed |= self.is_listed(column);
            is_worked_out |= self.worked_out.contains(column);
        }
        if is_listed {
            self.listed.insert(name.to_owned());
        }
        if is_worked_out {
            self.worked_out.insert(name.to_owned());
        }
    }

    /// A group's rows are counted for suppression, not those of them that an aggregate counts.
    fn refuse_to_tell(&self, name: &str, aggregate: &Aggregate) -> Answer<()> {
        let value = match aggregate {
            Aggregate::NUnique(value)
            | Aggregate::Sum(value)
            | Aggregate::Min(value)
            | Aggregate::Max(value)
            | Aggregate::Median(value)
            | Aggregate::Share(value) => value,
            Aggregate::Ratio(one, other) => {
                self.refuse_to_tell(name, one)?;
                return self.refuse_to_tell(name, other);
            }
            _ => return Ok(()),
        };
        match value.columns().into_iter().find(|column| self.is_listed(column)) {
            Some(column) => Err(fault(format!(
                "`{name}` would tell `{column}` of few pupils; group by `{column}` instead, so \
                 that few can be hidden"
            ))),
            None => Ok(()),
        }
    }

    /// What the rows are called: `referrals` of `room_referrals`.
    pub fn noun(&self) -> &str {
        match self.table.as_str() {
            "call_outs" => "call-outs",
            table => table.rsplit('_').next().unwrap_or(table),
        }
    }
}

/// Whether a column holds ids of pupils or of other records.
pub fn is_id(column: &str) -> bool {
    let is_id = |ty: ColumnType| matches!(ty, ColumnType::Pupil | ColumnType::Record);
    let mut columns = tables().iter().flat_map(|table| table.columns);
    columns.any(|one| one.name == column && is_id(one.ty))
}

/// A script may not single out one pupil by an id that it was told.
fn refuse_typed_ids(step: &Step) -> Answer<()> {
    let mut is_typed = false;
    step.each_expr(&mut |expression| is_typed |= holds_id(expression));
    if is_typed {
        return Err(fault("the id of a pupil or a record cannot be written in a condition"));
    }
    match step {
        Step::Derive(name, _) | Step::Window { name, .. } if name == SCHOOL => Err(fault(
            "`school` is which school of several a row is of; call the new column something else",
        )),
        _ => Ok(()),
    }
}

/// The column by which the schools of a lake are told apart; its values look like ids.
const SCHOOL: &str = "school";

fn holds_id(expression: &Expr) -> bool {
    let is_school = |side: &Expr| matches!(side, Expr::Column(name) if name == SCHOOL);
    let is_text = |side: &Expr| matches!(side, Expr::Text(_));
    match expression {
        Expr::Text(text) => return text.trim().parse::<RecordId>().is_ok(),
        Expr::Compare(_, one, other) if is_school(one) && is_text(other) => return false,
        Expr::In(one, _) if is_school(one) => return false,
        _ => {}
    }
    let mut found = false;
    expression.each_child(&mut |child| found |= holds_id(child));
    found
}

/// Whether an aggregate is the value of one of the rows.
const fn picks(aggregate: &Aggregate) -> bool {
    matches!(aggregate, Aggregate::Min(_) | Aggregate::Max(_) | Aggregate::Median(_))
}

/// Whether an aggregate is 0 where there is no row.
const fn counts(aggregate: &Aggregate) -> bool {
    matches!(aggregate, Aggregate::Count | Aggregate::NUnique(_) | Aggregate::Sum(_))
}
