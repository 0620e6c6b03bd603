//! `cx` and `p`: the data and the options.

use std::collections::BTreeMap;
use std::sync::Arc;

use rhai::{Array, Dynamic};
use sheaf_analytics::{Expr, Period};

use super::table;
use crate::fault::unknown;
use crate::options::{OptionValue, Options};
use crate::registry::{Answer, Group, Registry};
use crate::run::{Run, raised};

/// The data, as scripts see it.
#[derive(Clone)]
pub struct Context {
    run: Arc<Run>,
    period: Period,
}

/// The options, as scripts see them.
#[derive(Clone)]
pub struct Chosen {
    values: Arc<BTreeMap<String, Dynamic>>,
}

impl Context {
    /// The data of a run, and the period that it is about.
    pub const fn new(run: Arc<Run>, period: Period) -> Self {
        Self { run, period }
    }

    fn field(&self, name: &str) -> Answer<Dynamic> {
        match name {
            "as_of" => Ok(self.run.scope.as_of().to_string().into()),
            "period" => Ok(Dynamic::from(self.period)),
            _ => table::by_name(&self.run, name).map(Dynamic::from),
        }
    }
}

impl Chosen {
    /// The options with periods laid on the calendar of the run.
    pub fn new(options: &Options, run: &Run) -> Answer<Self> {
        let mut values = BTreeMap::new();
        for (name, value) in options.iter() {
            values.insert(name.to_owned(), as_dynamic(value, run)?);
        }
        Ok(Self { values: Arc::new(values) })
    }

    fn field(&self, name: &str) -> Answer<Dynamic> {
        self.values.get(name).cloned().ok_or_else(|| {
            let known: Vec<&str> = self.values.keys().map(String::as_str).collect();
            unknown("there is no option", name, known)
        })
    }
}

fn as_dynamic(value: &OptionValue, run: &Run) -> Answer<Dynamic> {
    Ok(match value {
        OptionValue::Period(period) => {
            let scope = &run.scope;
            Dynamic::from(period.resolve(scope.calendar(), scope.as_of()).map_err(raised)?)
        }
        OptionValue::Integer(number) => (*number).into(),
        OptionValue::Number(number) => (*number).into(),
        OptionValue::Integers(numbers) => {
            numbers.iter().map(|number| Dynamic::from(*number)).collect::<Array>().into()
        }
        OptionValue::Text(text) => text.clone().into(),
        OptionValue::Boolean(flag) => (*flag).into(),
        OptionValue::Filter(filter) => {
            Dynamic::from(filter.expr().cloned().unwrap_or(Expr::Bool(true)))
        }
        OptionValue::Dimensions(names) => {
            names.iter().cloned().map(Dynamic::from).collect::<Array>().into()
        }
    })
}

/// Registers the data and the options.
pub fn register(registry: &mut Registry) {
    registry.name_type::<Context>("context");
    registry.name_type::<Chosen>("options");
    registry.name_type::<Period>("period");
    registry.fields(|context: &mut Context, name: &str| context.field(name));
    registry.fields(|chosen: &mut Chosen, name: &str| chosen.field(name));
    registry.overload("to_string", |period: &mut Period| period_words(period));
    registry.overload("to_debug", |period: &mut Period| period_words(period));
    registry.field(Group::Context.item(
        "cx",
        "cx.<table> -> table",
        "A table that `reads` of plugin.toml lists.",
        "cx.room_referrals.to_string()",
        "table room_referrals",
    ));
    registry.field(Group::Context.item(
        "as_of",
        "cx.as_of -> text",
        "The day taken as today.",
        "cx.as_of",
        "2026-02-27",
    ));
    registry.field(Group::Context.item(
        "period",
        "cx.period -> period",
        "The first period among the options, or this school year.",
        "cx.period.to_string()",
        "1 Sep 2025 to 27 Feb 2026",
    ));
    registry.field(Group::Context.item(
        "p",
        "p.<option> -> value",
        "An option of plugin.toml.",
        "p.horizon",
        "20",
    ));
}

/// A period as people write it.
pub fn period_words(period: &Period) -> String {
    let day = |date: jiff::civil::Date| date.strftime("%-d %b %Y").to_string();
    format!("{} to {}", day(period.from), day(period.to))
}
