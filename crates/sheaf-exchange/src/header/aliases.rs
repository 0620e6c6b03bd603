//! The names that management systems give to columns.
//!
//! Source: the headers that SIMS (`Forename`, `Surname`, `UPN`, `Year`, `Reg`), Arbor (`First
//! name`, `Last name`, `Year group`, `Registration form`) and Bromcom (`FirstName`, `LastName`,
//! `YearGroup`, `Form`) write, and those of class lists met in schools. Case, blanks and
//! punctuation do not count.

use crate::column::PupilField::{self, *};

/// Of several columns for one field the one of the lowest rank counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Rank {
    /// It says just that: a legal name, a code.
    Exact,
    /// The usual name.
    Usual,
    /// It will do where there is nothing better.
    Fallback,
}

use Rank::{Exact, Fallback, Usual};

/// What a header says, if it is one that is known.
pub(super) fn meaning(header: &str) -> Option<(PupilField, Rank)> {
    let name = plain(header);
    let found = ALIASES.iter().find(|(.., names)| names.contains(&name.as_str()));
    found.map(|(field, rank, _)| (*field, *rank))
}

/// Every header that is known, as it is usually written, for suggestions.
pub(super) fn usual(field: PupilField) -> impl Iterator<Item = &'static str> {
    ALIASES
        .iter()
        .filter(move |(of, ..)| *of == field)
        .flat_map(|(.., names)| names.iter().copied())
}

/// The letters and digits of a header, in lower case.
pub(crate) fn plain(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

type Alias = (PupilField, Rank, &'static [&'static str]);

const ALIASES: &[Alias] = &[
    (Forename, Exact, &["legalforename", "legalfirstname", "legalgivenname", "legalforenames"]),
    (
        Forename,
        Usual,
        &[
            "forename",
            "firstname",
            "givenname",
            "forenames",
            "firstnames",
            "pupilforename",
            "pupilfirstname",
            "studentforename",
            "studentfirstname",
        ],
    ),
    (
        PreferredName,
        Usual,
        &[
            "preferredforename",
            "preferredfirstname",
            "preferredname",
            "preferredgivenname",
            "chosenforename",
            "chosenfirstname",
            "chosenname",
            "knownas",
        ],
    ),
    (Surname, Exact, &["legalsurname", "legallastname", "legalfamilyname"]),
    (
        Surname,
        Usual,
        &[
            "surname",
            "lastname",
            "familyname",
            "pupilsurname",
            "pupillastname",
            "studentsurname",
            "studentlastname",
        ],
    ),
    (
        Surname,
        Fallback,
        &["preferredsurname", "preferredlastname", "chosensurname", "chosenlastname"],
    ),
    (Name, Exact, &["legalname", "legalfullname"]),
    (
        Name,
        Usual,
        &["name", "fullname", "pupilname", "studentname", "pupil", "student", "surnameforename"],
    ),
    (Upn, Usual, &["upn", "uniquepupilnumber", "pupilupn", "studentupn", "upnnumber"]),
    (
        DateOfBirth,
        Usual,
        &["dateofbirth", "dob", "birthdate", "birthday", "dateofbirthdob", "pupildateofbirth"],
    ),
    (Sex, Exact, &["sex", "legalsex"]),
    (Sex, Usual, &["gender", "sexgender", "gendersex"]),
    (Ethnicity, Exact, &["ethnicitycode", "ethniccode", "ethnicgroupcode"]),
    (Ethnicity, Usual, &["ethnicity", "ethnicgroup", "ethnicorigin", "ethnicitydescription"]),
    (
        YearGroup,
        Exact,
        &[
            "ncyear",
            "ncyearactual",
            "nationalcurriculumyear",
            "nationalcurriculumyeargroup",
            "curriculumyear",
        ],
    ),
    (
        YearGroup,
        Usual,
        &["year", "yeargroup", "yeargrp", "yr", "yrgroup", "yeargroupname", "currentyeargroup"],
    ),
    (YearGroup, Fallback, &["yeartaughtin"]),
    (
        RegGroup,
        Exact,
        &["reg", "reggroup", "reggrp", "regform", "registrationgroup", "registrationform"],
    ),
    (
        RegGroup,
        Usual,
        &["form", "formgroup", "tutorgroup", "tutorgrp", "tutor", "formname", "currenttutorgroup"],
    ),
    (RegGroup, Fallback, &["class", "classname", "regclass"]),
    (SenStatus, Exact, &["sencode", "senprovisioncode", "senstatuscode", "sendcode"]),
    (
        SenStatus,
        Usual,
        &["sen", "senstatus", "senprovision", "senstage", "send", "sendstatus", "sencurrentstatus"],
    ),
    (
        PupilPremium,
        Usual,
        &[
            "pupilpremium",
            "pp",
            "pupilpremiumindicator",
            "ppindicator",
            "pupilpremiumeligible",
            "pupilpremiumstatus",
            "pupilpremiumrecipient",
            "eligibleforpupilpremium",
            "ppeligible",
            "ppstatus",
        ],
    ),
    (
        FreeMeals,
        Usual,
        &[
            "fsm",
            "freeschoolmeals",
            "freeschoolmeal",
            "freemeals",
            "fsmeligible",
            "fsmeligibility",
            "fsmstatus",
            "eligibleforfreeschoolmeals",
            "eligibleforfreemeals",
            "freeschoolmealseligible",
            "freeschoolmealseligibility",
            "freeschoolmealseligibilitystatus",
        ],
    ),
    (
        Roll,
        Usual,
        &["enrolmentstatus", "enrollmentstatus", "rollstatus", "roll", "registrationstatus"],
    ),
];

/// The system that a header has the look of, for a person to see that the file was understood.
pub(super) fn system(cells: &[String]) -> Option<&'static str> {
    let has = |name: &str| cells.iter().any(|cell| plain(cell) == name);
    let joined = |name: &str| cells.iter().any(|cell| cell.eq_ignore_ascii_case(name));
    let bromcom = ["FirstName", "LastName", "YearGroup", "Form"];
    if bromcom.into_iter().filter(|name| joined(name)).count() >= 3 {
        return Some("Bromcom");
    }
    if ["firstname", "lastname"].into_iter().all(has)
        && (has("registrationform") || has("yeargroup"))
    {
        return Some("Arbor");
    }
    let sims = (has("forename") || has("legalforename")) && (has("surname") || has("legalsurname"));
    (sims && (has("reg") || has("reggroup") || has("year"))).then_some("SIMS")
}
