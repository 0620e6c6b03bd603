//! The records behind a row, as reports hold them.

use sheaf_charts::IdSet;

/// The same records for a report, still unread until somebody opens them.
pub fn shown(ids: sheaf_analytics::IdSet) -> IdSet {
    IdSet::later(ids.len(), move || ids.iter().collect())
}
