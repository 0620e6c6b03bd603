//! Tests of what others see of a home that is taking something in.

use sheaf_charter::{Lane, SpaceKind};
use sheaf_records::RecordId;
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

/// Three devices of one school.
fn schools(dir: &TempDir) -> [School; 3] {
    let options = DemoOptions { pupils: 10, years: 1, seed: 1, devices: 3, plain: true };
    demo_school(dir.path(), &options, &|_| {}).unwrap();
    ["1", "2", "3"].map(|name| School::open(&dir.path().join(name), None, Clock::system()).unwrap())
}

/// What one has of a lane and the other lacks.
fn lacking(from: &School, to: &School, lane: Lane) -> Vec<Entry> {
    let known = survey(&mut host(to, from), lane).vector;
    let selection = Selection::After(known);
    let load = Load { lane, selection, cursor: None, max_bytes: usize::MAX };
    let entries = host(from, to).load(&load).unwrap().entries;
    entries.into_iter().map(Arc::unwrap_or_clone).collect()
}

/// Makes entries durable and goes no further: so it looks where to apply them has failed.
fn keep_only(school: &School, entries: Vec<Entry>) {
    let core = &school.core;
    let kept = core.store.write(|txn| {
        let mut shelf = TxnShelf::new(core, txn, 0);
        let mut intake = Intake::new(core.school_id());
        intake.take_in(entries, &mut shelf)?;
        shelf.finish()
    });
    assert!(!kept.unwrap().is_empty());
}

#[track_caller]
fn all_is_shown(school: &School, count: u8) {
    let left = school.core.store.read(|snapshot| snapshot.arrived()).unwrap();
    assert!(left.is_empty(), "{left:?}");
    for id in 1..=count {
        school.show(&RecordId::from_bytes([id; 16]).to_string()).unwrap();
    }
}

#[test]
fn what_is_durable_and_was_not_applied_is_seen_with_the_next_comparison() {
    let dir = TempDir::new().unwrap();
    let [author, other, third] = schools(&dir);
    let lane = Lane::data(author.space_of_kind(SpaceKind::Pastoral).unwrap());
    author.add_all((1..=5).map(pupil).collect(), None).unwrap();
    keep_only(&other, lacking(&author, &other, lane));
    let id = RecordId::from_bytes([1; 16]).to_string();
    assert!(other.show(&id).is_err(), "nothing is applied yet");
    let found = survey(&mut host(&other, &third), lane);
    assert_eq!(found.content, survey(&mut host(&author, &third), lane).content);
    all_is_shown(&other, 5);
}

#[test]
fn what_is_durable_and_was_not_applied_is_seen_with_the_next_batch() {
    let dir = TempDir::new().unwrap();
    let [author, other, _] = schools(&dir);
    let lane = Lane::data(author.space_of_kind(SpaceKind::Pastoral).unwrap());
    author.add_all((1..=5).map(pupil).collect(), None).unwrap();
    let first = lacking(&author, &other, lane);
    author.add_all(vec![pupil(6)], None).unwrap();
    let both = lacking(&author, &other, lane);
    keep_only(&other, first);
    host(&other, &author).ingest(Batch::Entries(both), &mut || {}).unwrap();
    all_is_shown(&other, 6);
}

/// The spans are those of a batch that another session is at.
#[test]
fn what_somebody_is_at_work_on_is_left_to_them() {
    let dir = TempDir::new().unwrap();
    let [author, other, third] = schools(&dir);
    let lane = Lane::data(author.space_of_kind(SpaceKind::Pastoral).unwrap());
    author.add_all((1..=5).map(pupil).collect(), None).unwrap();
    let at_work = other.core.home.applying_lock().unwrap();
    keep_only(&other, lacking(&author, &other, lane));
    survey(&mut host(&other, &third), lane);
    let left = other.core.store.read(|snapshot| snapshot.arrived()).unwrap();
    assert_eq!(left.len(), 1);
    drop(at_work);
    survey(&mut host(&other, &third), lane);
    all_is_shown(&other, 5);
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
