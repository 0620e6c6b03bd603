//! A mentor's day without names and without free text.

use std::sync::Arc;

use sheaf_school::desk::{
    Agenda, DayReply, DraftLine, FollowUpLine, Lately, PastIncident, ReviewLine, TimelineItem,
};

use super::veil::{Veil, hidden};
use crate::format::initials;

impl Veil {
    /// What is told in the course of a day.
    pub(super) fn day(&self, reply: DayReply) -> DayReply {
        match reply {
            DayReply::Lately(lately) => DayReply::Lately(Arc::new(self.lately(&lately))),
            DayReply::Agenda(agenda) => DayReply::Agenda(Arc::new(self.agenda(&agenda))),
            DayReply::Drafts(all) => DayReply::Drafts(all.iter().map(draft_line).collect()),
            // A draft is what its author typed: hiding it would throw it away at the next letter.
            DayReply::Draft(_) | DayReply::Ticked { .. } | DayReply::Kept => reply,
        }
    }

    fn lately(&self, lately: &Lately) -> Lately {
        let past = |one: &PastIncident| PastIncident {
            headline: self.words(&one.headline),
            ..one.clone()
        };
        Lately { incidents: lately.incidents.iter().map(past).collect(), ..lately.clone() }
    }

    fn agenda(&self, agenda: &Agenda) -> Agenda {
        let follow_up = |one: &FollowUpLine| FollowUpLine {
            what: hidden(&one.what),
            pupils: one.pupils.iter().map(|name| initials(name)).collect(),
            headline: self.words(&one.headline),
            ..one.clone()
        };
        let review = |one: &ReviewLine| ReviewLine {
            name: initials(&one.name),
            note: hidden(&one.note),
            ..one.clone()
        };
        let items = |all: &[TimelineItem]| all.iter().map(|item| self.item(item)).collect();
        Agenda {
            follow_ups: agenda.follow_ups.iter().map(follow_up).collect(),
            reviews: agenda.reviews.iter().map(review).collect(),
            conflicts: items(&agenda.conflicts),
            unread: items(&agenda.unread),
            week: agenda.week.clone(),
        }
    }
}

fn draft_line(line: &DraftLine) -> DraftLine {
    DraftLine { words: hidden(&line.words), ..line.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{far_day, school};

    #[test]
    fn no_name_and_no_note_of_a_day_is_left() {
        let veil = Veil::of(&school::roster());
        let DayReply::Agenda(told) = veil.day(DayReply::Agenda(Arc::new(far_day::agenda()))) else {
            panic!("an agenda stays an agenda");
        };
        let words = format!("{told:?}");
        for name in ["Amira Okafor", "Chlo\u{e9} Dubois", "check-in", "Daniel"] {
            assert!(!words.contains(name), "{name}");
        }
        assert_eq!(told.follow_ups.len(), far_day::agenda().follow_ups.len());
        let (line, _) = far_day::left_draft();
        let told = veil.day(DayReply::Drafts(Arc::from([line])));
        assert!(!format!("{told:?}").contains("Leon"));
    }
}
