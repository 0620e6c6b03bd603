//! Adding many records at once: an import.

use std::collections::{BTreeMap, BTreeSet};

use sheaf_charter::SpaceId;
use sheaf_records::{Kind, Problem, Record, RecordId, validate};

use super::references::references;
use crate::error::{Result, SchoolError};
use crate::indexed::document_id;
use crate::save::not_found;
use crate::school::School;

impl School {
    /// Adds new records under the ids that they have, in as few entries as the bounds allow.
    ///
    /// All are checked before the first is written: one that is not valid, that is here already,
    /// that suspends a pupil for longer than a year allows, or that names a record neither here
    /// nor among them refuses them all. Each entry, at most 500
    /// records of one space, is then a transaction of its own; should one fail, those before it
    /// stay. Codes of the school's own have to be here before the records that use them. Without
    /// a space each record goes to that of its kind.
    pub fn add_all(&self, records: Vec<Record>, space: Option<&str>) -> Result<()> {
        self.check_all(&records)?;
        let mut spaces: BTreeMap<Kind, SpaceId> = BTreeMap::new();
        let mut by_space: BTreeMap<SpaceId, Vec<Record>> = BTreeMap::new();
        for record in records {
            let known = spaces.get(&record.kind).copied();
            let space = known.map_or_else(|| self.space_for(record.kind, space), Ok)?;
            spaces.insert(record.kind, space);
            by_space.entry(space).or_default().push(record);
        }
        self.check_spaces(&by_space)?;
        for (space, records) in by_space {
            self.core.save_bulk(&self.clock, space, records, &|_| {})?;
        }
        spaces.into_keys().try_for_each(|kind| self.after_save(kind))
    }

    fn check_all(&self, records: &[Record]) -> Result<()> {
        let problems: Vec<Problem> = {
            let lists = self.core.lists();
            records.iter().filter_map(|one| validate(one, &lists.codes).err()).flatten().collect()
        };
        if !problems.is_empty() {
            return Err(SchoolError::Invalid(problems));
        }
        self.check_years(records)?;
        let mut new: BTreeSet<RecordId> = BTreeSet::new();
        if let Some(twice) = records.iter().find(|record| !new.insert(record.id)) {
            return Err(here_already(twice.id));
        }
        let named: BTreeSet<RecordId> = records.iter().flat_map(references).collect();
        self.core.store.read(|snapshot| {
            for id in &new {
                if snapshot.document(document_id(*id))?.is_some() {
                    return Err(here_already(*id));
                }
            }
            for id in named.difference(&new) {
                snapshot.record(document_id(*id))?.ok_or_else(|| not_found(*id))?;
            }
            Ok(())
        })
    }

    /// No record may name one that some of its readers cannot read.
    fn check_spaces(&self, by_space: &BTreeMap<SpaceId, Vec<Record>>) -> Result<()> {
        let of_space = |(space, records): (&SpaceId, &Vec<Record>)| {
            records.iter().map(|record| (record.id, *space)).collect::<Vec<_>>()
        };
        let new: BTreeMap<RecordId, SpaceId> = by_space.iter().flat_map(of_space).collect();
        for (space, records) in by_space {
            records.iter().try_for_each(|record| self.check_right(record, *space))?;
            let named: BTreeSet<RecordId> = records.iter().flat_map(references).collect();
            for id in named {
                match new.get(&id) {
                    Some(of) => self.check_readable(*of, *space)?,
                    None => self.check_named(&[id], *space)?,
                }
            }
        }
        Ok(())
    }
}

fn here_already(id: RecordId) -> SchoolError {
    SchoolError::Refused(format!("record {id} is here already: a new record takes a new id"))
}

#[cfg(test)]
mod tests;
