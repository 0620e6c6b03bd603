//! Which pupil a row means: by UPN, or else by name and date of birth. A guess is refused.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;
use sheaf_records::{PupilView, Record, UpnKind, Value, check_upn, full_name};

use crate::column::PupilField;
use crate::error::RowError;
use crate::limits::MAX_CANDIDATES;
use crate::names;
use crate::plan::KnownPupil;
use crate::row::Row;

/// The pupils who are here, by number and by name.
pub(crate) struct Matcher<'a> {
    pupils: &'a [KnownPupil],
    today: Date,
    by_upn: HashMap<&'a str, Vec<usize>>,
    by_name: HashMap<String, BTreeSet<usize>>,
}

/// Why a row means nobody for certain, and the cell to look at.
pub(crate) type Uncertain = (PupilField, RowError);

impl<'a> Matcher<'a> {
    pub(crate) fn new(pupils: &'a [KnownPupil], today: Date) -> Self {
        let mut by_upn: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut by_name: HashMap<String, BTreeSet<usize>> = HashMap::new();
        for (at, pupil) in pupils.iter().enumerate() {
            if let Some(upn) = pupil.record.text("upn") {
                by_upn.entry(upn).or_default().push(at);
            }
            let surname = pupil.record.text("surname").unwrap_or_default();
            for given in ["forename", "preferred_name"] {
                if let Some(given) = pupil.record.text(given) {
                    by_name.entry(name_key(given, surname)).or_default().insert(at);
                }
            }
        }
        Self { pupils, today, by_upn, by_name }
    }

    /// The pupil whom a row means; `None`: somebody who is not here.
    pub(crate) fn find(&self, row: &Row) -> Result<Option<usize>, Uncertain> {
        let named = self.named(row);
        let Some(upn) = row.text(PupilField::Upn) else {
            return self.without_upn(row, &named);
        };
        match self.by_upn.get(upn).map(Vec::as_slice) {
            Some([one]) => self.not_another(*one, row, &named).map(Some),
            Some(several) => Err(self.ambiguous(PupilField::Upn, several, MERGE)),
            None => self.with_new_upn(row, &named),
        }
    }

    /// A UPN that stands in the wrong row shows: nothing else is as it is here.
    fn not_another(&self, one: usize, row: &Row, named: &[usize]) -> Result<usize, Uncertain> {
        let has_name = row.text(PupilField::Surname).is_some();
        let (here, listed) = (self.born(one), row.born());
        let other_day = here.is_some() && listed.is_some() && here != listed;
        if has_name && !named.contains(&one) && other_day && !self.same_surname(one, row) {
            let who = self.words(one);
            return Err((PupilField::Upn, RowError::AnotherPupil(who)));
        }
        Ok(one)
    }

    /// The number is new here: the pupil may be here without one, or with a temporary one.
    fn with_new_upn(&self, row: &Row, named: &[usize]) -> Result<Option<usize>, Uncertain> {
        let born = row.born();
        let fits = |at: &usize| match (born, self.born(*at)) {
            (Some(listed), Some(here)) => listed == here,
            _ => true,
        };
        let fitting: Vec<usize> = named.iter().copied().filter(fits).collect();
        let open: Vec<usize> =
            fitting.iter().copied().filter(|at| !self.has_permanent_upn(*at)).collect();
        let certain = |at: &usize| born.is_some() && self.born(*at) == born;
        match open.as_slice() {
            [one] => Ok(Some(*one)),
            [] => match fitting.iter().copied().find(|at| certain(at)) {
                Some(one) => Err(self.ambiguous(PupilField::Upn, &[one], OTHER_UPN)),
                None => Ok(None),
            },
            several => Err(self.ambiguous(PupilField::Upn, several, GIVE_UPN_HERE)),
        }
    }

    fn without_upn(&self, row: &Row, named: &[usize]) -> Result<Option<usize>, Uncertain> {
        let uncertain =
            |all: &[usize], advice| Err(self.ambiguous(PupilField::Surname, all, advice));
        let nameless = |at: &usize| {
            self.born(*at).is_none() && self.pupils.get(*at).is_some_and(|one| !has_upn(one))
        };
        let same_day: Vec<usize> = match row.born() {
            Some(born) => named.iter().copied().filter(|at| self.born(*at) == Some(born)).collect(),
            None => Vec::new(),
        };
        // Whoever is here by name alone may be meant by name alone.
        let by_name: Vec<usize> = named.iter().copied().filter(nameless).collect();
        let unsure = |at: &usize| row.born().is_none() || self.born(*at).is_none();
        match (same_day.as_slice(), by_name.as_slice()) {
            ([one], _) => Ok(Some(*one)),
            ([_, _, ..], _) => uncertain(&same_day, GIVE_UPN),
            ([], [one]) if named.len() == 1 => Ok(Some(*one)),
            ([], _) if named.iter().any(unsure) => uncertain(named, GIVE_UPN_OR_DAY),
            ([], _) => Ok(None),
        }
    }

    fn named(&self, row: &Row) -> Vec<usize> {
        let surname = row.text(PupilField::Surname).unwrap_or_default();
        let given = [PupilField::Forename, PupilField::PreferredName];
        let keys = given.into_iter().filter_map(|field| row.text(field));
        let found = keys.filter_map(|given| self.by_name.get(&name_key(given, surname)));
        let found: BTreeSet<usize> = found.flatten().copied().collect();
        found.into_iter().collect()
    }

    fn ambiguous(&self, field: PupilField, all: &[usize], advice: &'static str) -> Uncertain {
        let candidates = all.iter().take(MAX_CANDIDATES).map(|at| self.words(*at)).collect();
        (field, RowError::Ambiguous { candidates, advice })
    }

    fn words(&self, at: usize) -> String {
        self.pupils.get(at).map(|pupil| told_apart(&pupil.record, self.today)).unwrap_or_default()
    }

    fn born(&self, at: usize) -> Option<Date> {
        self.pupils.get(at)?.record.one("date_of_birth").and_then(Value::as_date)
    }

    fn same_surname(&self, at: usize, row: &Row) -> bool {
        let here = self.pupils.get(at).and_then(|pupil| pupil.record.text("surname"));
        here.zip(row.text(PupilField::Surname))
            .is_some_and(|(here, listed)| names::key(here) == names::key(listed))
    }

    fn has_permanent_upn(&self, at: usize) -> bool {
        let upn = self.pupils.get(at).and_then(|pupil| pupil.record.text("upn"));
        upn.is_some_and(|upn| check_upn(upn) == Ok(UpnKind::Permanent))
    }
}

const MERGE: &str = "two pupils here have this number; correct one of them first";
const OTHER_UPN: &str = "who has another UPN here; correct the one that is wrong";
const GIVE_UPN_HERE: &str = "none of whom has a UPN here; give them theirs first";
const GIVE_UPN: &str = "born on the same day; give the row its UPN";
const GIVE_UPN_OR_DAY: &str = "give the row its UPN or its date of birth";

fn has_upn(pupil: &KnownPupil) -> bool {
    pupil.record.text("upn").is_some()
}

fn name_key(given: &str, surname: &str) -> String {
    format!("{} {}", names::key(given), names::key(surname))
}

/// A pupil told apart from others of the same name.
fn told_apart(pupil: &Record, today: Date) -> String {
    let on = PupilView::new(pupil).on(today);
    let year = on.year_group.map(|year| format!("year {year}"));
    let parts = [Some(full_name(pupil)), year, on.reg_group.map(str::to_owned)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
