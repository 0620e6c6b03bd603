//! The options map of a call, read strictly.

use rhai::{Dynamic, Map};

use crate::column;
use crate::fault::{fault, unknown};
use crate::registry::Answer;

/// The options that a call was given.
pub struct Given<'a> {
    what: &'static str,
    map: &'a Map,
}

impl<'a> Given<'a> {
    /// The options of a call, which may have these keys and no others.
    pub fn new(what: &'static str, map: &'a Map, known: &'static [&'static str]) -> Answer<Self> {
        for key in map.keys() {
            if !known.contains(&key.as_str()) {
                let what = format!("{what} has no option");
                return Err(unknown(&what, key, known.iter().copied()));
            }
        }
        Ok(Self { what, map })
    }

    /// A value as it was given.
    pub fn get(&self, key: &str) -> Option<&'a Dynamic> {
        self.map.get(key)
    }

    /// A number, or another where it was not given.
    pub fn number(&self, key: &str, otherwise: f64) -> Answer<f64> {
        match self.get(key) {
            None => Ok(otherwise),
            Some(value) => column::single(&format!("`{key}` of {}", self.what), value),
        }
    }

    /// A text, or another where it was not given.
    pub fn text(&self, key: &str, otherwise: &str) -> Answer<String> {
        match self.get(key) {
            None => Ok(otherwise.to_owned()),
            Some(value) => value
                .clone()
                .into_string()
                .map_err(|_| self.wrong(key, &format!("text, not {}", column::kind_of(value)))),
        }
    }

    /// Yes or no, no where it was not given.
    pub fn flag(&self, key: &str) -> Answer<bool> {
        match self.get(key) {
            None => Ok(false),
            Some(value) => value.as_bool().map_err(|_| self.wrong(key, "true or false")),
        }
    }

    /// Codes of groups.
    pub fn codes(&self, key: &str) -> Answer<Option<Vec<u32>>> {
        self.get(key)
            .map(|value| column::codes(&format!("`{key}` of {}", self.what), value))
            .transpose()
    }

    /// Several texts.
    pub fn texts(&self, key: &str) -> Answer<Vec<String>> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let Some(items) = value.read_lock::<rhai::Array>() else {
            return Err(self.wrong(key, "an array of texts"));
        };
        let text = |item: &Dynamic| item.clone().into_string();
        items
            .iter()
            .map(|item| text(item).map_err(|_| self.wrong(key, "an array of texts")))
            .collect()
    }

    /// One of several words, the first where it was not given.
    pub fn choice(&self, key: &str, words: &'static [&'static str]) -> Answer<&'static str> {
        let first = words.first().copied().unwrap_or_default();
        let given = self.text(key, first)?;
        words.iter().copied().find(|word| *word == given).ok_or_else(|| {
            unknown(&format!("`{key}` of {} cannot be", self.what), &given, words.iter().copied())
        })
    }

    fn wrong(&self, key: &str, need: &str) -> Box<rhai::EvalAltResult> {
        fault(format!("`{key}` of {} needs {need}", self.what))
    }
}
