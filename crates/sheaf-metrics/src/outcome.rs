//! The result of a statistic that is more than one estimate: fields by name, as documented.

use std::sync::Arc;

use rhai::Dynamic;
use sheaf_stats::{Concentration, KaplanMeier, RateChart};

use crate::column::Column;
use crate::estimate::Estimate;
use crate::fault::unknown;
use crate::missing::Missing;
use crate::registry::Answer;

/// The result of a statistic.
#[derive(Clone)]
pub struct Outcome(Arc<Inner>);

struct Inner {
    what: &'static str,
    fields: Vec<(&'static str, Field)>,
    missing: Option<Missing>,
    model: Model,
}

/// What a result has, where there is nothing to show: columns without values, and no numbers.
#[derive(Clone, Copy)]
pub struct Shape {
    what: &'static str,
    columns: &'static [&'static str],
    numbers: &'static [&'static str],
    estimates: &'static [&'static str],
}

impl Shape {
    /// The result of a statistic with these numbers.
    pub const fn new(what: &'static str, numbers: &'static [&'static str]) -> Self {
        Self { what, columns: &[], numbers, estimates: &[] }
    }

    /// The same with columns.
    #[must_use]
    pub const fn columns(self, columns: &'static [&'static str]) -> Self {
        Self { columns, ..self }
    }

    /// The same with estimates.
    #[must_use]
    pub const fn estimates(self, estimates: &'static [&'static str]) -> Self {
        Self { estimates, ..self }
    }
}

/// One field of a result.
#[derive(Clone)]
pub enum Field {
    /// Many values.
    Column(Column),
    /// One value.
    One(Dynamic),
    /// The result itself as an estimate.
    Estimate(Estimate),
}

/// What a result can be asked besides its fields.
pub enum Model {
    /// Nothing.
    None,
    /// A curve of time to an event.
    Curve(Box<KaplanMeier>),
    /// A control chart of rates or shares.
    Chart(Box<RateChart>),
    /// Counts per pupil.
    Concentration(Box<Concentration>),
}

impl Outcome {
    /// A result with these fields.
    pub fn new(what: &'static str, fields: Vec<(&'static str, Field)>, model: Model) -> Self {
        Self(Arc::new(Inner { what, fields, missing: None, model }))
    }

    /// A result that is hidden or refused: columns are empty, numbers and estimates are missing.
    pub fn missing(shape: Shape, missing: Missing) -> Self {
        let empty = Column { guard: Some(missing.clone()), ..Column::numbers([]) };
        let column = |name: &&'static str| (*name, Field::Column(empty.clone()));
        let number = |name: &&'static str| (*name, Field::One(Dynamic::from(missing.clone())));
        let estimate =
            |name: &&'static str| (*name, Field::Estimate(Estimate::missing(missing.clone())));
        let fields = (shape.columns.iter().map(column))
            .chain(shape.numbers.iter().map(number))
            .chain(shape.estimates.iter().map(estimate))
            .collect();
        let (what, model) = (shape.what, Model::None);
        Self(Arc::new(Inner { what, fields, missing: Some(missing), model }))
    }

    /// What it can be asked besides.
    pub fn model(&self) -> &Model {
        &self.0.model
    }

    /// Why there is no result.
    pub fn why(&self) -> Option<&Missing> {
        self.0.missing.as_ref()
    }

    /// The result as an estimate, where it is one.
    pub fn estimate(&self) -> Option<Estimate> {
        if let Some(missing) = self.why() {
            return Some(Estimate::missing(missing.clone()));
        }
        self.0.fields.iter().find_map(|(_, field)| match field {
            Field::Estimate(estimate) => Some(estimate.clone()),
            _ => None,
        })
    }

    /// A field by name.
    pub fn field(&self, name: &str) -> Answer<Dynamic> {
        let ok = self.why().is_none();
        match name {
            "ok" => return Ok(ok.into()),
            "why" => return Ok(self.why().map_or(String::new(), Missing::in_text).into()),
            "words" => {
                if let Some(estimate) = self.estimate() {
                    return Ok(estimate.words_in_text().into());
                }
            }
            _ => {}
        }
        match self.0.fields.iter().find(|(known, _)| *known == name) {
            Some((_, Field::Column(column))) => Ok(Dynamic::from(column.clone())),
            Some((_, Field::One(value))) => Ok(value.clone()),
            Some((_, Field::Estimate(estimate))) => Ok(Dynamic::from(estimate.clone())),
            None => {
                let known = ["ok", "why"];
                let known: Vec<&str> =
                    known.into_iter().chain(self.0.fields.iter().map(|(name, _)| *name)).collect();
                Err(unknown(&format!("the result of `{}` has no", self.0.what), name, known))
            }
        }
    }

    /// All fields as JSON.
    pub fn to_json(&self) -> serde_json::Value {
        let mut object = serde_json::Map::new();
        object.insert("ok".to_owned(), self.why().is_none().into());
        if let Some(missing) = self.why() {
            object.insert("why".to_owned(), missing.for_author().into());
        }
        for (name, field) in &self.0.fields {
            let value = match field {
                Field::Column(column) => column.to_json(),
                Field::One(value) => crate::json::of(value),
                Field::Estimate(estimate) => crate::json::of_estimate(estimate),
            };
            object.insert((*name).to_owned(), value);
        }
        object.into()
    }
}
