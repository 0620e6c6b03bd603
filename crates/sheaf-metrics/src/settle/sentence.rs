//! The sentence that goes with every answer: what is counted, of whom, and when.

use sheaf_records::CodeLists;

use super::Source;
use crate::api::context::period_words;
use crate::api::frame::words;
use crate::error::MetricError;
use crate::options::{OptionKind, OptionValue};
use crate::words::capitalised;

/// `Incidents where year group is Year 9, 1 Sep 2026 to 20 Nov 2026, by sex`.
pub fn sentence(source: &Source<'_>) -> Result<String, MetricError> {
    let mut parts = vec![whom(source)];
    parts.push(when(source)?);
    parts.extend(chosen(source));
    parts.extend(split(source));
    Ok(parts.join(", "))
}

/// What is counted and of whom: by the first filter, or of all pupils.
fn whom(source: &Source<'_>) -> String {
    let manifest = &source.package.manifest;
    let filter = manifest.options.iter().find_map(|spec| match &spec.kind {
        OptionKind::Filter { table, .. } => Some((table.as_str(), &spec.name)),
        _ => None,
    });
    let first = manifest.reads.first().and_then(|read| read.split('.').next());
    // A condition on pupils says of whom, not what.
    let counted = filter.map(|(table, _)| table).filter(|table| *table != "pupils");
    let table = picked(source).or(counted).or(first).unwrap_or_default();
    let what = capitalised(&words(table));
    let condition = filter.and_then(|(table, name)| {
        let Some(OptionValue::Filter(filter)) = source.options.get(name) else { return None };
        let table = sheaf_analytics::table(table).ok()?;
        Some(filter.in_words(table, CodeLists::built_in())).filter(|words| !words.is_empty())
    });
    match condition {
        Some(which) if counted.is_none() => format!("{what} of pupils where {which}"),
        Some(which) => format!("{what} where {which}"),
        // Those of some pupils alone, who are named by what was chosen.
        None if chosen(source).next().is_some() => what,
        None => format!("{what} of all pupils"),
    }
}

/// The table that was picked by name, where a metric counts one of several.
fn picked<'a>(source: &Source<'a>) -> Option<&'a str> {
    source.package.manifest.options.iter().find_map(|spec| {
        match (&spec.kind, source.options.get(&spec.name)) {
            (OptionKind::Choice { .. }, Some(OptionValue::Text(name))) => {
                sheaf_analytics::table(name).is_ok().then_some(name.as_str())
            }
            _ => None,
        }
    })
}

/// The days of the first period, or all up to today.
fn when(source: &Source<'_>) -> Result<String, MetricError> {
    let scope = &source.context.scope;
    let period = source.options.iter().find_map(|(_, value)| match value {
        OptionValue::Period(period) => Some(*period),
        _ => None,
    });
    let Some(period) = period else {
        return Ok(format!("up to {}", scope.as_of().strftime("%-d %b %Y")));
    };
    Ok(period_words(&period.resolve(scope.calendar(), scope.as_of())?))
}

/// Values of columns that were chosen, such as the kind of intervention.
fn chosen(source: &Source<'_>) -> impl Iterator<Item = String> {
    let codes = CodeLists::built_in();
    source.package.manifest.options.iter().filter_map(move |spec| {
        let OptionKind::ValueOf { table, column, .. } = &spec.kind else { return None };
        let code = source.options.get(&spec.name)?.to_string();
        let list = sheaf_analytics::table(table).ok()?.column(column).ok()?.codes;
        let title = list.map_or_else(|| code.clone(), |list| codes.title(list, &code).to_owned());
        let whole = words(table);
        Some(format!("{} of {whole}: {}", words(column), title.to_lowercase()))
    })
}

/// By what it is split.
fn split(source: &Source<'_>) -> Option<String> {
    let names = source.options.iter().find_map(|(_, value)| match value {
        OptionValue::Dimensions(names) if !names.is_empty() => Some(names),
        _ => None,
    })?;
    let names: Vec<String> = names.iter().map(|name| words(name)).collect();
    Some(format!("by {}", names.join(" and by ")))
}
