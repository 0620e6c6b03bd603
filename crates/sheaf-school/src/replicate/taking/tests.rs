//! Tests of what others see of a home that is taking something in.

use sheaf_charter::{Lane, SpaceKind};
use sheaf_replica::{Batch, Host, LaneSurvey, Load, Selection};
use tempfile::TempDir;

use super::*;
use crate::demo::{DemoOptions, demo_school};
use crate::records::test_school::pupil;
use crate::replicate::PeerHost;
use crate::{Clock, School};

fn host(school: &School, peer: &School) -> PeerHost {
    let intake = Arc::new(Mutex::new(Intake::new(school.core.school_id())));
    PeerHost::new(school, peer.core.device(), intake)
}

fn survey(host: &mut PeerHost, lane: Lane) -> LaneSurvey {
    host.survey().unwrap().get(lane).unwrap().clone()
}

#[test]
fn whoever_compares_while_something_arrives_sees_its_content_with_its_entries() {
    let dir = TempDir::new().unwrap();
    let options = DemoOptions { pupils: 10, years: 1, seed: 1, devices: 3, plain: true };
    demo_school(dir.path(), &options, &|_| {}).unwrap();
    let open = |name: &str| School::open(&dir.path().join(name), None, Clock::system()).unwrap();
    let [author, busy, third] = ["1", "2", "3"].map(open);
    let lane = Lane::data(author.space_of_kind(SpaceKind::Pastoral).unwrap());
    let before = survey(&mut host(&author, &third), lane);
    author.add_all((1..=200).map(pupil).collect(), None).unwrap();
    let after = survey(&mut host(&author, &third), lane);
    let selection = Selection::After(before.vector);
    let load = Load { lane, selection, cursor: None, max_bytes: usize::MAX };
    let new = host(&author, &busy).load(&load).unwrap().entries;
    let new = new.into_iter().map(Arc::unwrap_or_clone).collect();
    let mut looking = host(&busy, &third);
    let mut seen = 0;
    std::thread::scope(|scope| {
        let taking_in = scope.spawn(|| {
            let mut taking = host(&busy, &author);
            taking.ingest(Batch::Entries(new), &mut || {}).unwrap();
        });
        loop {
            let is_last = taking_in.is_finished();
            let found = survey(&mut looking, lane);
            if found.vector == after.vector {
                assert_eq!(found.content, after.content);
                seen += 1;
            }
            if is_last {
                break;
            }
        }
    });
    assert!(seen > 0);
}

/// Somebody has passed entries on without what they say, in the same batch as whoever has it or in
/// one before.
#[test]
fn what_entries_came_without_is_filled_in_and_shown_when_they_come_again() {
    let dir = TempDir::new().unwrap();
    let options = DemoOptions { pupils: 10, years: 1, seed: 1, devices: 2, plain: true };
    demo_school(dir.path(), &options, &|_| {}).unwrap();
    let open = |name: &str| School::open(&dir.path().join(name), None, Clock::system()).unwrap();
    let [author, other] = ["1", "2"].map(open);
    let lane = Lane::data(author.space_of_kind(SpaceKind::Pastoral).unwrap());
    let bare = |entry: &Entry| {
        let sections = vec![None; entry.sections().len()];
        Entry::from_parts(entry.header_bytes().to_vec(), *entry.signature(), sections).unwrap()
    };
    for (id, at_once) in [(1, true), (2, false)] {
        let before = survey(&mut host(&other, &author), lane);
        author.add_all(vec![pupil(id), pupil(id + 10)], None).unwrap();
        let selection = Selection::After(before.vector);
        let load = Load { lane, selection, cursor: None, max_bytes: usize::MAX };
        let new = host(&author, &other).load(&load).unwrap().entries;
        let whole: Vec<Entry> = new.into_iter().map(Arc::unwrap_or_clone).collect();
        let sections: usize = whole.iter().map(|entry| entry.sections().len()).sum();
        let mut batches = vec![whole.iter().map(bare).collect::<Vec<_>>(), whole];
        if at_once {
            batches = vec![batches.concat()];
        }
        let mut taking = host(&other, &author);
        let reports: Vec<Report> = batches
            .into_iter()
            .map(|batch| taking.ingest(Batch::Entries(batch), &mut || {}).unwrap())
            .collect();
        assert_eq!(reports.iter().map(|report| report.sections).sum::<usize>(), sections);
        let (here, there) = (survey(&mut taking, lane), survey(&mut host(&author, &other), lane));
        assert!(here.wants.is_empty());
        assert_eq!(here.content, there.content);
    }
}
