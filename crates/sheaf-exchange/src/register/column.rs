//! What a column of a register can say beside whose mark it is.

use std::collections::BTreeMap;
use std::str::FromStr;

use sheaf_records::nearest;

use crate::column::{ColumnMap, PupilField};
use crate::error::ExchangeError;
use crate::header::{find_column, listed, plain};

/// What a column of a register says of each mark.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum RegisterField {
    Date,
    Session,
    Code,
    Late,
}

impl RegisterField {
    const ALL: [Self; 4] = [Self::Date, Self::Session, Self::Code, Self::Late];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Session => "session",
            Self::Code => "code",
            Self::Late => "late_minutes",
        }
    }

    /// The headers by which it is known, as their letters and digits.
    const fn headers(self) -> &'static [&'static str] {
        match self {
            Self::Date => &["date", "day", "attendancedate", "markdate", "sessiondate"],
            Self::Session => &["session", "ampm", "sessionname", "sessiontype"],
            Self::Code => &["code", "mark", "attendancecode", "attendancemark", "registermark"],
            Self::Late => &["lateminutes", "minuteslate", "minslate", "late"],
        }
    }

    const fn is_needed(self) -> bool {
        !matches!(self, Self::Late)
    }
}

/// `FIELD=COLUMN`: a person says which column says a field of a register or of its pupils.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegisterMap(Says);

#[derive(Clone, PartialEq, Eq, Debug)]
enum Says {
    Pupil(ColumnMap),
    Mark(RegisterField, String),
}

impl RegisterMap {
    pub(super) fn of_pupil(&self) -> Option<ColumnMap> {
        match &self.0 {
            Says::Pupil(map) => Some(map.clone()),
            Says::Mark(..) => None,
        }
    }
}

impl FromStr for RegisterMap {
    type Err = ExchangeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (field, column) =
            text.split_once('=').ok_or_else(|| ExchangeError::MalformedMap(text.to_owned()))?;
        let (field, column) = (field.trim(), column.trim());
        if let Some(field) = RegisterField::ALL.into_iter().find(|one| one.name() == field) {
            return Ok(Self(Says::Mark(field, column.to_owned())));
        }
        let known = PupilField::ALL.map(PupilField::name);
        let known = RegisterField::ALL.map(RegisterField::name).into_iter().chain(known);
        match text.parse() {
            Ok(map) => Ok(Self(Says::Pupil(map))),
            Err(_) => Err(ExchangeError::UnknownField {
                field: field.to_owned(),
                nearest: nearest(field, known.clone()).map(str::to_owned),
                known: known.collect::<Vec<_>>().join(", "),
            }),
        }
    }
}

/// Which column says which field of a mark.
pub(super) fn find(
    columns: &[String],
    maps: &[RegisterMap],
) -> Result<BTreeMap<RegisterField, usize>, ExchangeError> {
    let mut found = BTreeMap::new();
    for map in maps {
        if let RegisterMap(Says::Mark(field, column)) = map
            && found.insert(*field, find_column(columns, column)?).is_some()
        {
            return Err(ExchangeError::MappedTwice(field.name()));
        }
    }
    for field in RegisterField::ALL {
        let known = |name: &String| field.headers().contains(&plain(name).as_str());
        if let Some(at) = columns.iter().position(known) {
            found.entry(field).or_insert(at);
        }
        if field.is_needed() && !found.contains_key(&field) {
            let names = || columns.iter().map(String::as_str);
            let near = field
                .headers()
                .iter()
                .find_map(|wanted| names().find(|name| nearest(&plain(name), [*wanted]).is_some()));
            return Err(ExchangeError::MissingColumn {
                field: field.name(),
                nearest: near.map(str::to_owned),
                columns: listed(columns),
            });
        }
    }
    Ok(found)
}
