//! What the table of incidents asks for.

use std::ops::Range;
use std::sync::Arc;

use sheaf_school::desk::{IncidentTable, Request};

use super::Workbench;
use crate::desk::Purpose;
use crate::dock::View;
use crate::incidents::Edit;

impl Workbench {
    pub(super) fn go_incidents(&mut self) {
        self.go(View::Incidents);
        self.edit_incidents(Edit::Focus);
    }

    pub(super) fn edit_incidents(&mut self, edit: Edit) {
        let rows = self.model.incidents.get().map_or(0, |table| table.len());
        if self.incidents.apply(edit, rows) {
            self.model.incidents.expire();
        }
    }

    pub(super) fn take_incidents(&mut self, table: Arc<IncidentTable>) {
        let before = self.model.incidents.get().map(|before| &**before);
        self.incidents.follow(before, &table);
        self.model.incidents.fill(table);
    }

    pub(super) fn copy_incidents(&mut self, rows: Range<usize>) {
        let Some(table) = self.model.incidents.get().cloned() else { return };
        self.desk.ask(Purpose::IncidentCsv, Request::IncidentCsv { table, rows });
    }
}
