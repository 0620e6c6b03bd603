//! A school into which lists come: a few pupils who are here already, and ids that are counted.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use sheaf_exchange::{KnownPupil, NewIds};
use sheaf_records::{Kind, Record, RecordId};

/// The day of every import in these tests.
pub const TODAY: Date = date(2026, 11, 20);

/// Ids in the order in which they are asked for.
#[derive(Default)]
pub struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }
}

impl NewIds for Numbers {
    fn record(&mut self) -> RecordId {
        let mut bytes = [0xf0; 16];
        bytes[8..].copy_from_slice(&self.next().to_be_bytes());
        RecordId::from_bytes(bytes)
    }

    fn ulid(&mut self) -> String {
        format!("01ARZ3NDEKTSV4RRFFQ{:07}", self.next())
    }
}

/// A pupil of year 9 with a name, a birthday and a number.
struct Pupil(KnownPupil);

impl Pupil {
    fn new(number: u8, forename: &str, surname: &str, born: Option<Date>, upn: &str) -> Self {
        let id = RecordId::from_bytes([number; 16]);
        let mut record = Record { id, kind: Kind::Pupil, fields: Default::default() };
        record.set("forename", forename);
        record.set("surname", surname);
        if let Some(born) = born {
            record.set("date_of_birth", born);
        }
        if !upn.is_empty() {
            record.set("upn", upn);
        }
        let pupil = Self(KnownPupil { record, in_conflict: BTreeSet::new() });
        pupil.with("year_group", "9").with("reg_group", "9A").with("roll", "C")
    }

    /// The pupil with a fact that holds since September.
    fn with(mut self, what: &str, value: &str) -> Self {
        let taken: Vec<(String, bool)> = self
            .0
            .record
            .rows("spells")
            .map(|(key, row)| (key.to_owned(), row.get("what") == Some(&what.into())))
            .collect();
        let same = taken.iter().find(|(_, same)| *same).map(|(key, _)| key.clone());
        let key = same.unwrap_or_else(|| format!("01ARZ3NDEKTSV4RRFFQ69G5FA{}", taken.len()));
        self.0.record.set_row("spells", &key, "what", what);
        self.0.record.set_row("spells", &key, "value", value);
        self.0.record.set_row("spells", &key, "from", date(2026, 9, 1));
        self
    }

    fn called(mut self, name: &str) -> Self {
        self.0.record.set("preferred_name", name);
        self
    }

    fn in_conflict(mut self, field: &str) -> Self {
        self.0.in_conflict.insert(field.to_owned());
        self
    }
}

/// The pupils who are here when the sixth list comes.
pub fn known_pupils() -> Vec<KnownPupil> {
    let day = |year, month, day| Some(date(year, month, day));
    let pupils = [
        Pupil::new(1, "Maren", "Holloway", day(2013, 2, 2), "Z801432120061")
            .with("sen_status", "N")
            .with("pupil_premium", "LAP")
            .with("free_meals", "TFSM"),
        Pupil::new(2, "Silas", "Buckthorn", day(2013, 3, 3), "N801432120062")
            .with("sen_status", "N")
            .with("pupil_premium", "DPP"),
        Pupil::new(3, "Rowan", "Thistlewood", day(2013, 1, 1), "C801432120063"),
        Pupil::new(4, "Tobin", "Lark", day(2013, 5, 5), "G80120000101A"),
        Pupil::new(5, "Yusra", "Benhaddou", day(2013, 6, 6), ""),
        Pupil::new(6, "Yusra", "Benhaddou", day(2013, 6, 6), "").with("reg_group", "9C"),
        Pupil::new(7, "Finn", "Marlowe", day(2013, 7, 7), "F801432120065"),
        Pupil::new(8, "Greta", "Osterman", day(2013, 8, 8), "J801432120067").with("roll", "P"),
        Pupil::new(9, "Edda", "Lindqvist", day(2013, 10, 10), "M801432120069"),
        Pupil::new(10, "Hal", "Ravensdale", day(2012, 11, 11), "Y801432120070")
            .in_conflict("surname"),
        Pupil::new(11, "Noora", "Castellan", day(2012, 12, 12), "M801432120071")
            .called("Noor")
            .with("reg_group", "9D")
            .with("sen_status", "N"),
        Pupil::new(12, "Una", "Farthingale", day(2013, 1, 9), ""),
        Pupil::new(13, "Perrin", "Oakhanger", day(2012, 1, 9), "").with("year_group", "10"),
    ];
    pupils.into_iter().map(|pupil| pupil.0).collect()
}
