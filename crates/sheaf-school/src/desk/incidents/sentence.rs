//! The filter in words, written by itself.

use jiff::civil::Date;
use sheaf_analytics::Period;

use crate::desk::incident_table::{IncidentChoices, IncidentQuery};
use crate::desk::model::Choice;

/// One line that says which incidents are shown.
pub(super) fn sentence(
    query: &IncidentQuery,
    choices: &IncidentChoices,
    period: Option<Period>,
) -> String {
    if query.shows_all() {
        return "Every incident in the spaces that this device is in".to_owned();
    }
    let mut parts = Vec::new();
    let mut add = |code: &Option<String>, known: &[Choice]| {
        parts.extend(code.as_ref().map(|code| title(known, code)));
    };
    add(&query.category, &choices.categories);
    add(&query.place, &choices.places);
    add(&query.year_group, &choices.year_groups);
    parts.extend(period.map(|period| format!("{} to {}", day(period.from), day(period.to))));
    let filter = query.filter.trim();
    if !filter.is_empty() {
        parts.push(format!("where {filter}"));
    }
    parts.join(", ")
}

fn title(known: &[Choice], code: &str) -> String {
    known.iter().find(|one| one.code == code).map_or(code, |one| &one.title).to_owned()
}

fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}
