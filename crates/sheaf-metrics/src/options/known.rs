//! Values of columns that are given as options: those that the school knows.

use sheaf_analytics::{Aggregate, Audience, Budget, Cell, Plan};
use sheaf_records::{ListId, nearest};

use super::{OptionKind, OptionSpec, OptionValue, Options, refused};
use crate::error::MetricError;
use crate::manifest::Manifest;
use crate::run::RunContext;

/// The most values that an error names one by one.
const MAX_NAMED: usize = 12;

impl Options {
    /// Makes sure that each value of a column is the default, a code of the column's list or a
    /// value that stands in the data.
    ///
    /// # Errors
    /// Refuses any other, with the nearest that there is. The data cannot be read.
    pub(crate) fn check_known(
        &self,
        manifest: &Manifest,
        context: &RunContext,
        budget: &Budget,
    ) -> Result<(), MetricError> {
        manifest.options.iter().try_for_each(|spec| self.check_one(spec, context, budget))
    }

    fn check_one(
        &self,
        spec: &OptionSpec,
        context: &RunContext,
        budget: &Budget,
    ) -> Result<(), MetricError> {
        let OptionKind::ValueOf { table, column, default } = &spec.kind else { return Ok(()) };
        let Some(OptionValue::Text(text)) = self.get(&spec.name) else { return Ok(()) };
        if default.as_deref().map(str::trim) == Some(text.as_str()) {
            return Ok(());
        }
        let list = sheaf_analytics::table(table)?.column(column)?.codes;
        let codes = list.map(|list| context.codes().codes(list)).unwrap_or_default();
        let mut known: Vec<&str> = codes.iter().map(|entry| entry.code.as_str()).collect();
        if known.contains(&text.as_str()) {
            return Ok(());
        }
        let met = values_met(table, column, context, budget)?;
        if met.contains(text) {
            return Ok(());
        }
        // What few pupils have is not told outside the school.
        if context.scope.audience() == Audience::Inside {
            known.extend(met.iter().map(String::as_str));
        }
        let why = match text.as_str() {
            "" => format!("{} is needed, and nothing was given", spec.kind.help()),
            text => refused(text, &spec.kind),
        };
        let why = format!("{why}{}", hint(text, &known, list));
        Err(MetricError::OptionValue { name: spec.name.clone(), why })
    }
}

/// The values that a column has.
fn values_met(
    table: &str,
    column: &str,
    context: &RunContext,
    budget: &Budget,
) -> Result<Vec<String>, MetricError> {
    let plan = Plan::scan(table).group([column], [("rows", Aggregate::Count)]);
    let values = plan.run(&context.scope, budget)?.column(column)?;
    Ok(values.cells().filter(|cell| *cell != Cell::Null).map(|cell| cell.to_string()).collect())
}

/// What to write instead.
fn hint(text: &str, known: &[&str], list: Option<ListId>) -> String {
    if let Some(near) = nearest(text, known.iter().copied()) {
        return format!("; did you mean `{near}`?");
    }
    match list {
        Some(list) => format!("; `sheaf codes {}` lists them", list.name()),
        None if known.is_empty() => String::new(),
        None if known.len() > MAX_NAMED => format!("; there are {}", known.len()),
        None => format!("; there is {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use sheaf_analytics::{Dataset, Provenance, Scope};
    use sheaf_records::{CodeLists, Fields, Kind, Record, RecordId};

    use super::*;
    use crate::fixture::{TEST_MANIFEST, bundled};

    /// A school that has this type of help alone.
    fn school(ty: &str) -> RunContext {
        let id = |byte: u8| RecordId::from_bytes([byte; 16]);
        let mut help = Record { id: id(9), kind: Kind::Intervention, fields: Fields::new() };
        help.set("type", ty);
        help.set_row("enrolments", &id(1).to_string(), "start", date(2026, 1, 5));
        let mut dataset = Dataset::default();
        dataset.upsert(&help, &Provenance::of_space("pastoral")).unwrap();
        RunContext::new(Scope::new(dataset.snapshot(), date(2026, 2, 27)), Budget::default())
    }

    /// What becomes of an option that is a value of a column.
    fn said(manifest: &Manifest, name: &str, value: &str, context: &RunContext) -> String {
        let given = [(name.to_owned(), value.to_owned())];
        let options = Options::resolve(manifest, &given).unwrap();
        match options.check_known(manifest, context, &Budget::default()) {
            Ok(()) => "taken".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_value_is_the_default_a_code_or_one_that_was_met() {
        let manifest = bundled("intervention-impact").manifest;
        let kind = |value: &str, context: &RunContext| said(&manifest, "kind", value, context);
        let plain = school("gardening");
        for value in ["mentoring", "check_in", "gardening", " gardening "] {
            assert_eq!(kind(value, &plain), "taken", "{value}");
        }
        let wrong = "option `kind`: `Mentoring` is not a value of `type` of `interventions`; did \
                     you mean `mentoring`?";
        assert_eq!(kind("Mentoring", &plain), wrong);
        let none = "option `kind`: a value of `type` of `interventions` is needed, and nothing \
                    was given; `sheaf codes intervention_type` lists them";
        assert_eq!(kind("", &plain), none);
        assert!(kind("gardning", &plain).ends_with("; did you mean `gardening`?"));
        let outside = plain.scope.clone().for_audience(Audience::Outside);
        let outside = RunContext::new(outside, Budget::default());
        assert!(kind("gardning", &outside).ends_with("`sheaf codes intervention_type` lists them"));
    }

    #[test]
    fn a_code_that_the_school_added_is_taken_before_it_is_used() {
        let manifest = bundled("intervention-impact").manifest;
        let id = RecordId::from_bytes([7; 16]);
        let mut own = Record { id, kind: Kind::CodeList, fields: Fields::new() };
        own.set("list", "intervention_type");
        own.set_row("codes", "gardening", "title", "Gardening");
        let other = school("mentoring");
        assert_ne!(said(&manifest, "kind", "gardening", &other), "taken");
        let other = other.with_codes(CodeLists::new([&own]));
        assert_eq!(said(&manifest, "kind", "gardening", &other), "taken");
    }

    /// What has no list is held to the data, and what is in it is named.
    #[test]
    fn a_value_of_a_column_without_a_list_is_one_that_was_met() {
        let own = "day = { type = \"value_of\", table = \"interventions\", column = \"start\" }";
        let manifest = Manifest::parse(&format!("{TEST_MANIFEST}{own}\n")).unwrap();
        let school = school("mentoring");
        assert_eq!(said(&manifest, "day", "2026-01-05", &school), "taken");
        let wrong = "option `day`: `Monday` is not a value of `start` of `interventions`; there is \
                     2026-01-05";
        assert_eq!(said(&manifest, "day", "Monday", &school), wrong);
    }
}
