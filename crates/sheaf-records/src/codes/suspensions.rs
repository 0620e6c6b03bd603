//! Code lists about suspensions and exclusions.

use jiff::civil::{Date, date};

use super::{Code, CodeList, ListId, code, from, until};

pub(super) static TYPE: CodeList = CodeList {
    id: ListId::SuspensionType,
    title: "Suspension or exclusion",
    source: "DfE common basic data set, exclusion category",
    codes: &[
        code("SUSP", "Suspension"),
        code("PERM", "Permanent exclusion"),
        code("LNCH", "Lunchtime suspension"),
    ],
};

pub(super) static CLOCK: CodeList = CodeList {
    id: ListId::SuspensionClock,
    title: "Clocks of suspensions",
    source: "Guidance on suspension and exclusion in England as local authorities (Southampton, \
             Norfolk, Suffolk, Birmingham, Greenwich) publish it, read in November 2026",
    codes: &[
        code("year_45", "45 school days a school year, over all schools"),
        code("term_5", "More than 5 school days in a term: governors meet if home asks"),
        code("term_15", "More than 15 school days in a term: governors have to meet"),
        code("permanent", "Permanent exclusion: governors have to meet"),
        code("home_told", "Home told without delay"),
        code("work_set", "Work set for the first five days"),
        code("sixth_day", "Full-time provision from the sixth day"),
        code("reintegration", "Meeting about the return"),
    ],
};

/// The first day of the school year for which the reasons were renewed.
const RENEWED: Date = date(2020, 9, 1);

/// The edition of the data set in which further reasons were met: no earlier day is known.
const MAY_2026: Date = date(2026, 5, 1);

pub(super) static REASON: CodeList = CodeList {
    id: ListId::SuspensionReason,
    title: "Why a pupil was suspended",
    source: "DfE common basic data set, exclusion reason: the list of 2020/21, and below it the \
             further codes of its edition of May 2026, which one source alone has",
    codes: REASONS,
};

const REASONS: &[Code] = &[
    code("PP", "Physical assault against a pupil"),
    code("PA", "Physical assault against an adult"),
    code("VP", "Verbal abuse or threatening behaviour against a pupil"),
    code("VA", "Verbal abuse or threatening behaviour against an adult"),
    from(RENEWED, "OW", "Use or threat of use of an offensive weapon or prohibited item"),
    code("BU", "Bullying"),
    code("RA", "Racist abuse"),
    from(RENEWED, "LG", "Abuse against sexual orientation and gender identity"),
    from(RENEWED, "DS", "Abuse relating to disability"),
    code("SM", "Sexual misconduct"),
    code("DA", "Drug and alcohol related"),
    code("DM", "Damage"),
    code("TH", "Theft"),
    code("DB", "Persistent or general disruptive behaviour"),
    from(RENEWED, "MT", "Inappropriate use of social media or online technology"),
    from(RENEWED, "PH", "Wilful and repeated transgression of protective measures"),
    until(date(2020, 8, 31), "OT", "Other"),
    from(MAY_2026, "BW", "Brought a weapon or prohibited item"),
    from(MAY_2026, "TB", "Cyber-bullying or threat online"),
    from(MAY_2026, "SB", "Harmful sexual behaviour"),
    from(MAY_2026, "MB", "Misogynistic behaviour"),
    from(MAY_2026, "AB", "Misandrist behaviour"),
    from(MAY_2026, "DR", "Drug related"),
    from(MAY_2026, "AR", "Alcohol related"),
    from(MAY_2026, "SR", "Smoking related"),
    from(MAY_2026, "VR", "Vaping related"),
    from(MAY_2026, "LD", "Persistent low-level disruption"),
    from(MAY_2026, "CB", "Persistent challenging behaviour"),
    from(MAY_2026, "MP", "Mobile phone"),
    from(MAY_2026, "OS", "Misbehaviour outside the school"),
];
