//! The dated spells of a pupil: year group, reg group, SEN, disadvantage and roll.
//!
//! Each spell says what held from one day to another, both included. The virtual fields of
//! [`virtual_fields`](crate::virtual_fields) are the values on one day.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::kind::Kind;
use crate::nearest::nearest;
use crate::problem::FieldError;
use crate::record::{Edit, Field, FieldPath, Fields, Record, Rows};
use crate::schema::virtual_fields;
use crate::value::Value;

/// The field that holds the spells.
const SPELLS: &str = "spells";

/// How a pupil is on the roll unless it is said otherwise: current, single registration.
const ON_ROLL: &str = "C";

/// One spell of a pupil.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Spell<'a> {
    /// The key of its row.
    pub key: &'a str,
    /// Which fact, as one of the virtual fields.
    pub what: &'a str,
    /// What it was.
    pub value: &'a str,
    /// The first day on which it held.
    pub from: Date,
    /// The last day on which it held; `None`: it still does.
    pub to: Option<Date>,
}

impl Spell<'_> {
    /// Whether it held on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// A pupil's spells in order, read from the record. Incomplete rows are passed over.
pub struct PupilView<'a> {
    spells: Vec<Spell<'a>>,
}

impl<'a> PupilView<'a> {
    /// The view of a pupil's record.
    pub fn new(pupil: &'a Record) -> Self {
        let mut spells: Vec<_> =
            pupil.rows(SPELLS).filter_map(|(key, row)| read(key, row)).collect();
        spells.sort_by_key(|spell| (spell.what, spell.from, spell.key));
        Self { spells }
    }

    /// Every spell, by fact and then by day.
    pub fn spells(&self) -> &[Spell<'a>] {
        &self.spells
    }

    /// The spells of one fact in order of their days.
    pub fn spells_of(&self, what: &str) -> impl Iterator<Item = &Spell<'a>> {
        self.spells.iter().filter(move |spell| spell.what == what)
    }

    /// The spell of a fact that held on a day; of several, the one that began last.
    pub fn spell_on(&self, what: &str, day: Date) -> Option<&Spell<'a>> {
        self.spells_of(what).filter(|spell| spell.holds_on(day)).last()
    }

    /// Every fact as it was on a day.
    pub fn on(&self, day: Date) -> PupilOn<'a> {
        let value = |what| self.spell_on(what, day).map(|spell| spell.value);
        PupilOn {
            year_group: value("year_group"),
            reg_group: value("reg_group"),
            sen_status: value("sen_status"),
            pupil_premium: value("pupil_premium"),
            free_meals: value("free_meals"),
            roll: value("roll"),
        }
    }
}

/// What was so of a pupil on one day; `None` where no spell says.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct PupilOn<'a> {
    /// The national curriculum year, by its code.
    pub year_group: Option<&'a str>,
    /// The registration group.
    pub reg_group: Option<&'a str>,
    /// SEN provision, by its code.
    pub sen_status: Option<&'a str>,
    /// The reason for the pupil premium, by its code.
    pub pupil_premium: Option<&'a str>,
    /// The reason for free meals, by its code.
    pub free_meals: Option<&'a str>,
    /// How the pupil was on the roll, by its code.
    pub roll: Option<&'a str>,
}

impl<'a> PupilOn<'a> {
    /// A fact by the name of its virtual field.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        match name {
            "year_group" => self.year_group,
            "reg_group" => self.reg_group,
            "sen_status" => self.sen_status,
            "pupil_premium" => self.pupil_premium,
            "free_meals" => self.free_meals,
            "roll" => self.roll,
            _ => None,
        }
    }

    /// Whether the pupil was on the roll, guests and previous pupils left out.
    pub fn is_on_roll(&self) -> bool {
        self.roll.is_some_and(|status| !matches!(status, "G" | "P"))
    }
}

/// Turns the virtual fields given for a new pupil into spells that begin on a day, and puts the
/// pupil on the roll from that day unless something is said about the roll. `make_ulid` gives the
/// key of each new row.
pub fn expand_virtual(fields: &mut Fields, on: Date, make_ulid: &mut dyn FnMut() -> String) {
    let mut begun = Vec::new();
    for spec in virtual_fields(Kind::Pupil) {
        if let Some(Field::One(value)) = fields.remove(spec.name) {
            begun.push((spec.name, value));
        }
    }
    let rows = fields.entry(SPELLS.to_owned()).or_insert_with(|| Field::Many(Rows::new()));
    let Field::Many(rows) = rows else { return };
    let roll = Value::from("roll");
    let says_roll = begun.iter().any(|(what, _)| *what == "roll")
        || rows.values().any(|row| row.get("what") == Some(&roll));
    if !says_roll {
        begun.push(("roll", Value::from(ON_ROLL)));
    }
    for (what, value) in begun {
        let row = [("what", what.into()), ("value", value), ("from", on.into())];
        let row = row.map(|(column, value)| (column.to_owned(), value));
        rows.insert(make_ulid(), BTreeMap::from(row));
    }
}

/// The edits by which a virtual field of a pupil becomes `value` from a day on: the spell that
/// holds then ends the day before, and a new one begins, up to the next that is already known.
/// A spell that began on that very day is corrected in its place. `None` ends without a new one.
/// Nothing changes, and there are no edits, where the field has that value on that day.
///
/// # Errors
/// There is no virtual field of that name.
pub fn virtual_edit(
    pupil: &Record,
    name: &str,
    value: Option<Value>,
    from: Date,
    make_ulid: &mut dyn FnMut() -> String,
) -> Result<Vec<Edit>, FieldError> {
    if !virtual_fields(Kind::Pupil).iter().any(|spec| spec.name == name) {
        let names = virtual_fields(Kind::Pupil).iter().map(|spec| spec.name);
        return Err(FieldError::UnknownField { kind: Kind::Pupil, nearest: nearest(name, names) });
    }
    let view = PupilView::new(pupil);
    let current = view.spell_on(name, from);
    if current.map(|spell| spell.value) == value.as_ref().and_then(Value::as_text) {
        return Ok(Vec::new());
    }
    let mut edits = Vec::new();
    match (current, value) {
        (Some(spell), Some(value)) if spell.from == from => {
            edits.push(edit(spell.key, "value", Some(value)));
        }
        (Some(spell), None) if spell.from == from => edits.extend(clear(spell.key)),
        (current, value) => {
            if let (Some(spell), Ok(before)) = (current, from.yesterday()) {
                edits.push(edit(spell.key, "to", Some(before.into())));
            }
            if let Some(value) = value {
                edits.extend(begin(&view, name, value, from, &make_ulid()));
            }
        }
    }
    Ok(edits)
}

fn begin(view: &PupilView<'_>, what: &str, value: Value, from: Date, key: &str) -> Vec<Edit> {
    let next = view.spells_of(what).find(|spell| spell.from > from);
    let to = next.and_then(|spell| spell.from.yesterday().ok());
    let mut edits = vec![
        edit(key, "what", Some(what.into())),
        edit(key, "value", Some(value)),
        edit(key, "from", Some(from.into())),
    ];
    edits.extend(to.map(|to| edit(key, "to", Some(to.into()))));
    edits
}

fn clear(key: &str) -> impl Iterator<Item = Edit> {
    ["what", "value", "from", "to"].into_iter().map(move |column| edit(key, column, None))
}

fn edit(key: &str, column: &str, value: Option<Value>) -> Edit {
    let path =
        FieldPath::Row { field: SPELLS.to_owned(), key: key.to_owned(), column: column.to_owned() };
    Edit { path, value }
}

fn read<'a>(key: &'a str, row: &'a BTreeMap<String, Value>) -> Option<Spell<'a>> {
    Some(Spell {
        key,
        what: row.get("what")?.as_text()?,
        value: row.get("value")?.as_text()?,
        from: row.get("from")?.as_date()?,
        to: row.get("to").and_then(Value::as_date),
    })
}

#[cfg(test)]
mod tests;
