//! A school's own rule, from its record.

use super::{Basis, MAX_YEARS, Mark, Period, RetentionRule, Setting, Standing, kept_kind};
use crate::record::Record;
use crate::schema::spec;
use crate::value::Value;

impl RetentionRule {
    /// The rule that a record of kind `retention_rule` holds; none where it does not say how long
    /// or from when.
    pub fn of_school(record: &Record) -> Option<Self> {
        let kind = kept_kind(record.text("applies_to")?).ok()?;
        let safeguarding = record.one("safeguarding").and_then(Value::as_bool) == Some(true);
        let setting = if safeguarding { Setting::Safeguarding } else { Setting::General };
        let (what, place) = (spec(kind).title, if safeguarding { ", safeguarding" } else { "" });
        Some(Self {
            id: record.id.to_string(),
            title: format!("{what}{place}: the school's own period"),
            kinds: vec![kind],
            setting,
            period: period(record)?,
            source: record.text("source").unwrap_or_default().to_owned(),
            note: String::new(),
            mark: Mark::School,
            valid_from: Some(record.one("valid_from")?.as_date()?),
            valid_to: record.one("valid_to").and_then(Value::as_date),
            standing: Standing::InForce,
            record: Some(record.id),
        })
    }
}

fn period(record: &Record) -> Option<Period> {
    match record.text("period")? {
        "years" => {
            let years = u8::try_from(record.one("years")?.as_int()?).ok()?;
            let from = Basis::of_code(record.text("runs_from")?)?;
            (1..=MAX_YEARS).contains(&years).then_some(Period::Years { years, from })
        }
        "transfer" => Some(Period::Transfer),
        "none" => Some(Period::None),
        _ => None,
    }
}
