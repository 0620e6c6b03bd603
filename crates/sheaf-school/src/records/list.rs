//! Listing records of a kind.

use std::collections::HashSet;

use jiff::civil::Date;
use sheaf_records::Kind;
use sheaf_store::{Query, Withdrawn};

use super::view::shape_of;
use crate::error::Result;
use crate::index_row::minute_of;
use crate::indexed::{Found, document_id};
use crate::school::School;
use crate::shape::RecordList;

/// Which records to list.
#[derive(Clone, Debug)]
pub struct ListQuery {
    /// The kind.
    pub kind: Kind,
    /// Only those that name this pupil: an id, a UPN or a name.
    pub pupil: Option<String>,
    /// Only those from this day on.
    pub from: Option<Date>,
    /// Only those up to and including this day.
    pub to: Option<Date>,
    /// Only those for which this holds, over the columns that metrics read.
    pub filter: Option<String>,
    /// Whether withdrawn records are listed too.
    pub withdrawn: Withdrawn,
    /// At most so many.
    pub limit: u32,
}

impl School {
    /// Lists records of a kind, newest first.
    pub fn list(&self, query: &ListQuery) -> Result<RecordList> {
        self.core.refresh()?;
        let related = query.pupil.as_ref().map(|text| self.find_pupil(text)).transpose()?;
        let midnight = |date: Date| minute_of(date.at(0, 0, 0, 0));
        let store_query = Query {
            related: related.map(document_id),
            spaces: self.spaces_shown(),
            from: query.from.map(midnight),
            before: query.to.and_then(|day| day.tomorrow().ok()).map(midnight),
            withdrawn: query.withdrawn,
            limit: Some(query.limit).filter(|_| query.filter.is_none()),
            ..Query::of_kind(query.kind.name())
        };
        let mut listing = self.core.store.read(|snapshot| snapshot.list(&store_query))?;
        if let Some(filter) = &query.filter {
            let matching: HashSet<_> =
                self.matching(query.kind, filter)?.into_iter().map(document_id).collect();
            listing.records.retain(|row| matching.contains(&row.record));
            listing.total = listing.records.len() as u64;
            listing.records.truncate(usize::try_from(query.limit).unwrap_or(usize::MAX));
        }
        let control = self.core.control();
        let shape = |row| Ok(shape_of(&Found::from_row(row)?, &control, &self.clock));
        let records = listing.records.into_iter().map(shape).collect::<Result<_>>()?;
        Ok(RecordList { records, total: listing.total })
    }
}
