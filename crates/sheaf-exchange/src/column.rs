//! What a column of a pupil list can say, and what a person says about the columns of one.

use std::fmt;
use std::str::FromStr;

use sheaf_records::nearest;

use crate::error::ExchangeError;

/// What a column says of each pupil.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum PupilField {
    /// The legal forename.
    Forename,
    /// The legal surname.
    Surname,
    /// What the pupil is called in school.
    PreferredName,
    /// Both names in one cell, as `Smith, Jane`.
    Name,
    /// The unique pupil number.
    Upn,
    /// The day of birth.
    DateOfBirth,
    /// Sex, as in the school census.
    Sex,
    /// Ethnicity.
    Ethnicity,
    /// The national curriculum year.
    YearGroup,
    /// The registration group.
    RegGroup,
    /// SEN provision.
    SenStatus,
    /// The pupil premium.
    PupilPremium,
    /// Free school meals.
    FreeMeals,
    /// How the pupil is on the roll.
    Roll,
}

impl PupilField {
    /// Every field, in the order of the record.
    pub const ALL: [Self; 14] = [
        Self::Forename,
        Self::Surname,
        Self::PreferredName,
        Self::Name,
        Self::Upn,
        Self::DateOfBirth,
        Self::Sex,
        Self::Ethnicity,
        Self::YearGroup,
        Self::RegGroup,
        Self::SenStatus,
        Self::PupilPremium,
        Self::FreeMeals,
        Self::Roll,
    ];

    /// The name of the field in a pupil's record; `name` stands for forename and surname.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Forename => "forename",
            Self::Surname => "surname",
            Self::PreferredName => "preferred_name",
            Self::Name => "name",
            Self::Upn => "upn",
            Self::DateOfBirth => "date_of_birth",
            Self::Sex => "sex",
            Self::Ethnicity => "ethnicity",
            Self::YearGroup => "year_group",
            Self::RegGroup => "reg_group",
            Self::SenStatus => "sen_status",
            Self::PupilPremium => "pupil_premium",
            Self::FreeMeals => "free_meals",
            Self::Roll => "roll",
        }
    }

    /// Whether it is kept as dated spells.
    pub(crate) const fn is_dated(self) -> bool {
        matches!(
            self,
            Self::YearGroup
                | Self::RegGroup
                | Self::SenStatus
                | Self::PupilPremium
                | Self::FreeMeals
                | Self::Roll
        )
    }
}

impl fmt::Display for PupilField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for PupilField {
    type Err = ExchangeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|field| field.name() == text);
        found.ok_or_else(|| ExchangeError::UnknownField {
            field: text.to_owned(),
            nearest: nearest(text, Self::ALL.map(Self::name)).map(str::to_owned),
            known: Self::ALL.map(Self::name).join(", "),
        })
    }
}

/// `FIELD=COLUMN`: a person says which column says a field. Without a column, none does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ColumnMap {
    /// The field.
    pub field: PupilField,
    /// The column by its header, or by its number from 1; empty: none.
    pub column: String,
}

impl FromStr for ColumnMap {
    type Err = ExchangeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (field, column) =
            text.split_once('=').ok_or_else(|| ExchangeError::MalformedMap(text.to_owned()))?;
        Ok(Self { field: field.trim().parse()?, column: column.trim().to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn a_map_names_a_field_and_a_column() {
        let map: ColumnMap = "sen_status = Stage=x".parse().unwrap();
        assert_eq!((map.field, map.column.as_str()), (PupilField::SenStatus, "Stage=x"));
        let told = |text: &str| text.parse::<ColumnMap>().unwrap_err().to_string();
        expect!["`surname`: write --map FIELD=COLUMN, such as --map surname=\"Family name\""]
            .assert_eq(&told("surname"));
        expect![[r#"--map: pupils have no field `surnme` (did you mean `surname`?); there are forename, surname, preferred_name, name, upn, date_of_birth, sex, ethnicity, year_group, reg_group, sen_status, pupil_premium, free_meals, roll"#]]
            .assert_eq(&told("surnme=x"));
    }
}
