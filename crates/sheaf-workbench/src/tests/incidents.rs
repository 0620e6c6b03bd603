//! The invented school's incidents: as many as a test wants, and what the far end does with them.

use std::ops::Range;
use std::sync::Arc;

use jiff::ToSpan as _;
use sheaf_records::RecordId;
use sheaf_school::desk::{
    Choice, IncidentChoices, IncidentColumn, IncidentQuery, IncidentRow, IncidentTable, Reply,
    Sense,
};

use super::school;

/// So many incidents there are usually.
pub const USUAL: u32 = 400;

/// The id of an incident; the first are those that can be opened.
pub fn record(number: u32) -> RecordId {
    if number < 11 {
        return school::record(number as u8 + 1);
    }
    let mut bytes = [0xdd; 16];
    bytes[12..].copy_from_slice(&number.to_be_bytes());
    RecordId::from_bytes(bytes)
}

fn pick(choices: &[Choice], number: u32) -> Option<Arc<Choice>> {
    choices.get(number as usize % choices.len()).cloned().map(Arc::new)
}

fn row(number: u32, roster: &sheaf_school::desk::Roster) -> IncidentRow {
    let name = |number: u32| roster.pupils[number as usize % 20].name.as_str();
    let pupils = match number % 4 {
        1 => format!("{}, {}", name(number * 7), name(number * 3 + 1)),
        _ => name(number * 7).to_owned(),
    };
    let back = i64::from(number / 6).days().hours(i64::from(number % 6));
    IncidentRow {
        record: record(number),
        at: school::TODAY.at(15, 5, 0, 0).checked_sub(back).ok(),
        pupils,
        category: pick(&roster.categories, number % 97 * number + number / 3),
        place: pick(&roster.locations, number / 2 + number % 3).filter(|_| number % 9 != 4),
        severity: Some(1 + (number % 50 * number % 5) as u8).filter(|_| number % 7 != 3),
        action: pick(&roster.actions, number / 5).filter(|_| !number.is_multiple_of(3)),
        by: ["Ms Hall", "Mr Adeyinka", "Dr Ford"][number as usize % 3].into(),
        conflicts: u32::from(number % 41 == 6),
        guarded: number % 37 == 9,
        open_follow_ups: if number % 8 == 2 { 1 + number % 2 } else { 0 },
    }
}

/// What the far end answers: filters of which a test knows the result by heart.
pub fn reply(query: IncidentQuery, count: u32) -> Reply {
    if query.filter.contains(" = ") {
        let why = "line 1, column 10: write `==` to compare";
        return Reply::Refused(why.to_owned());
    }
    Reply::Incidents(Arc::new(table(query, count)))
}

/// The table of so many incidents.
pub fn table(query: IncidentQuery, count: u32) -> IncidentTable {
    let roster = school::roster();
    let rows: Vec<Arc<IncidentRow>> =
        (0..count).map(|number| Arc::new(row(number, &roster))).collect();
    let least = query.filter.strip_prefix("severity >= ").and_then(|level| level.parse().ok());
    let code = |choice: &Option<Arc<Choice>>| choice.as_ref().map(|one| one.code.clone());
    let keeps = |row: &IncidentRow| {
        (least.is_none() || row.severity >= least)
            && (query.category.is_none() || query.category == code(&row.category))
    };
    let mut order: Vec<u32> = (0..count).filter(|at| keeps(&rows[*at as usize])).collect();
    if query.order.column == IncidentColumn::Severity {
        order.sort_by_key(|at| rows[*at as usize].severity);
    }
    let is_usual = query.order.column == IncidentColumn::When;
    if (query.order.sense == Sense::Rising) == is_usual {
        order.reverse();
    }
    let choices = IncidentChoices {
        year_groups: (7..12)
            .map(|year| choice(&year.to_string(), &format!("Year {year}")))
            .collect(),
        categories: roster.categories,
        places: roster.locations,
        periods: vec![
            choice("this_half_term", "This half-term"),
            choice("this_term", "This term"),
            choice("this_year", "This year"),
        ],
        columns: vec![choice("severity", "From 1, slight, to 5, grave")],
    };
    let sentence = if query.shows_all() {
        "Every incident in the spaces that this device is in".to_owned()
    } else {
        format!("Defiance, where {}", query.filter)
    };
    IncidentTable {
        query,
        rows: rows.into(),
        order: order.into(),
        sentence,
        choices: Arc::new(choices),
        spaces: vec!["pastoral".to_owned(), "safeguarding".to_owned()],
    }
}

fn choice(code: &str, title: &str) -> Choice {
    Choice { code: code.to_owned(), title: title.to_owned() }
}

/// What is copied.
pub fn csv(rows: &Range<usize>) -> Reply {
    Reply::Csv { text: "When,Pupils\r\n".to_owned(), rows: rows.len() }
}

/// A query in a word or two.
pub fn name(query: &IncidentQuery) -> String {
    let order = format!("{:?} {:?}", query.order.column, query.order.sense);
    let chips = [&query.year_group, &query.category, &query.place, &query.period];
    let chips: Vec<&str> = chips.into_iter().flatten().map(String::as_str).collect();
    format!("{order} {} {}", query.filter, chips.join(" ")).trim().to_owned()
}
