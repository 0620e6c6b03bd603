//! Intake: what joins, waits, forks and is refused.

use sheaf_charter::{DeviceId, DocumentId, LogId, SpaceId};

use super::*;
use crate::limits::{MAX_NAMED_BRANCHES, MAX_WAITING_BYTES, MAX_WAITING_ENTRIES};
use crate::sim::device::{Device, Write};
use crate::sim::toy::{Deed, log_of};

const SPACE: SpaceId = SpaceId::from_bytes([7; 16]);

fn ids() -> [DeviceId; 3] {
    [1, 2, 3].map(|number| DeviceId::from_bytes([number; 32]))
}

/// Three devices of one school; the first has created a space and let the second in.
fn devices() -> [Device; 3] {
    let ids = ids();
    let founding = std::sync::Arc::new(Device::found(ids[0], &ids));
    let school = SchoolId::from_founding(founding.id());
    let mut devices = ids.map(|id| Device::new(id, school, std::slice::from_ref(&founding)));
    devices[0].write(Lane::control(SPACE), Write::Deeds(vec![Deed::Create]));
    devices[0].write(Lane::control(SPACE), Write::Deeds(vec![Deed::Admit(ids[1])]));
    devices
}

fn text(text: &str) -> Write {
    Write::Documents(vec![(DocumentId::from_bytes([3; 16]), text.as_bytes().to_vec())])
}

fn all(device: &Device, lane: Lane) -> Vec<Entry> {
    device.disk.lane(lane).map(|(_, entry)| Entry::clone(entry)).collect()
}

fn everything(device: &Device) -> Vec<Entry> {
    [all(device, Lane::control(SPACE)), all(device, Lane::data(SPACE))].concat()
}

#[test]
fn what_waits_joins_in_order_once_it_is_freed() {
    let [mut anna, mut ben, _] = devices();
    for words in ["one", "two", "three"] {
        anna.write(Lane::data(SPACE), text(words));
    }
    let mut entries = everything(&anna);
    entries.reverse();
    let last = entries.pop().unwrap();
    let report = ben.ingest(entries.clone());
    assert_eq!((report.joined.len(), report.waiting), (0, 4));
    let report = ben.ingest(vec![last]);
    let joined: Vec<_> = report.joined.iter().map(|joined| (joined.lane, joined.seq)).collect();
    let (control, data) = (Lane::control(SPACE), Lane::data(SPACE));
    assert_eq!(joined, [(control, 0), (control, 1), (data, 0), (data, 1), (data, 2)]);
    assert_eq!((report.waiting, ben.intake.waiting()), (0, 0));
    assert_eq!(ben.disk.tips, anna.disk.tips);
}

#[test]
fn what_is_here_or_waits_already_is_a_duplicate() {
    let [mut anna, mut ben, _] = devices();
    anna.write(Lane::data(SPACE), text("one"));
    let entries = everything(&anna);
    let late = entries.last().unwrap().clone();
    assert_eq!(ben.ingest(vec![late.clone()]).waiting, 1);
    assert_eq!(ben.ingest(vec![late.clone()]).duplicates, 1);
    assert_eq!(ben.ingest(entries.clone()).joined.len(), 3);
    assert_eq!(ben.ingest(entries).duplicates, 3);
}

#[test]
fn a_second_header_for_one_place_is_a_branch_and_voids_nothing() {
    let [mut anna, mut ben, _] = devices();
    ben.ingest(everything(&anna));
    let before = anna.disk.clone();
    anna.write(Lane::data(SPACE), text("one"));
    let one = all(&anna, Lane::data(SPACE));
    anna.disk = before;
    anna.write(Lane::data(SPACE), text("another"));
    let another = all(&anna, Lane::data(SPACE));
    ben.ingest(one);
    let report = ben.ingest(another);
    assert_eq!(report.joined[0].joint, Joint::Forks);
    let vector = ben.disk.vector(Lane::data(SPACE));
    let (_, tips) = vector.iter().next().unwrap();
    assert_eq!((tips.forked_at(), tips.tips().len()), (Some(0), 2));
}

#[test]
fn however_often_a_log_forks_every_branch_is_taken_in() {
    let [mut anna, mut ben, _] = devices();
    ben.ingest(everything(&anna));
    let before = anna.disk.clone();
    for number in 0..5 * MAX_NAMED_BRANCHES {
        anna.disk = before.clone();
        anna.write(Lane::data(SPACE), text(&number.to_string()));
        let report = ben.ingest(all(&anna, Lane::data(SPACE)));
        assert_eq!(report.joined.len(), 1);
    }
    let log = log_of(ids()[0]);
    let Ok(Some(tips)) = ben.disk.tips(Lane::data(SPACE), log) else { panic!("no log") };
    assert_eq!(tips.tips().len(), 5 * MAX_NAMED_BRANCHES);
    assert_eq!(LogTips::from_bytes(&tips.to_bytes()), Ok(tips));
}

#[test]
fn another_schools_entry_is_refused() {
    let [_, mut ben, _] = devices();
    let stranger = Device::found(DeviceId::from_bytes([9; 32]), &[]);
    let report = ben.ingest(vec![stranger]);
    assert_eq!(report.refused[0].reason, OTHER_SCHOOL);
}

#[test]
fn an_entry_that_names_a_predecessor_of_another_log_is_refused() {
    let [mut anna, mut ben, _] = devices();
    ben.ingest(everything(&anna));
    let other = ben.write(Lane::data(SPACE), text("of ben"));
    let draft = anna.write(Lane::data(SPACE), text("of anna"));
    let mut header = draft.header().clone();
    (header.seq, header.previous) = (1, other.id());
    let bytes = header.to_bytes();
    let signature = crate::sim::toy::sign(ids()[0], &bytes);
    let forged = Entry::from_parts(bytes, signature, draft.sections().to_vec()).unwrap();
    assert_eq!(ben.ingest(vec![forged]).refused[0].reason, BROKEN_CHAIN);
}

#[test]
fn an_entry_of_somebody_who_is_not_in_is_refused_and_leaves_no_trace() {
    let [anna, mut ben, mut cem] = devices();
    ben.ingest(everything(&anna));
    cem.ingest(everything(&anna));
    let forged = cem.draft(Lane::data(SPACE), text("not mine to write"));
    let before = ben.disk.arrivals.clone();
    assert_eq!(ben.ingest(vec![forged]).refused.len(), 1);
    assert_eq!(ben.disk.arrivals, before);
}

#[test]
fn what_waits_is_bounded_by_count_and_the_oldest_goes() {
    let [mut anna, mut ben, _] = devices();
    let count = MAX_WAITING_ENTRIES + 10;
    for number in 0..count {
        anna.write(Lane::data(SPACE), text(&number.to_string()));
    }
    let data = all(&anna, Lane::data(SPACE));
    let report = ben.ingest(data);
    assert_eq!((report.dropped, ben.intake.waiting()), (10, MAX_WAITING_ENTRIES));
    // The first of the log went, so nothing of it can join; a later session sends all again.
    let report = ben.ingest(all(&anna, Lane::control(SPACE)));
    assert_eq!((report.joined.len(), ben.intake.waiting()), (2, MAX_WAITING_ENTRIES));
    assert_eq!(ben.ingest(everything(&anna)).joined.len(), count);
    assert_eq!(ben.intake.waiting(), 0);
}

/// A shelf that judges no data before the second control entry, without saying which it needs.
struct Cautious(crate::sim::Disk);

impl Shelf for Cautious {
    type Error = std::convert::Infallible;

    fn verdict(&mut self, entry: &Entry, _: Option<&Header>) -> Result<Verdict, Self::Error> {
        let known = self.0.lane(Lane::control(SPACE)).count();
        Ok(match self.0.judge(entry) {
            Verdict::Stands if entry.header().lane.part == Part::Data && known < 3 => {
                Verdict::Waits(Vec::new())
            }
            verdict => verdict,
        })
    }

    fn verdict_built_on(
        &mut self,
        entry: &Entry,
        previous: Option<&Header>,
    ) -> Result<Verdict, Self::Error> {
        self.verdict(entry, previous)
    }

    fn vouches(&mut self, _: &Entry) -> Result<bool, Self::Error> {
        Ok(false)
    }

    fn holds(&mut self, id: EntryId) -> Result<bool, Self::Error> {
        self.0.holds(id)
    }

    fn header(&mut self, id: EntryId) -> Result<Option<Header>, Self::Error> {
        self.0.header(id)
    }

    fn tips(&mut self, lane: Lane, log: LogId) -> Result<Option<LogTips>, Self::Error> {
        Shelf::tips(&mut self.0, lane, log)
    }

    fn is_erased(&mut self, space: SpaceId, document: DocumentId) -> Result<bool, Self::Error> {
        self.0.is_erased(space, document)
    }

    fn fill(&mut self, entry: &Entry) -> Result<usize, Self::Error> {
        self.0.fill(entry)
    }

    fn append(&mut self, entry: Entry, tips: &LogTips, on: Standing) -> Result<(), Self::Error> {
        self.0.append(entry, tips, on)
    }
}

#[test]
fn what_waits_for_an_unnamed_control_entry_is_judged_again_at_each() {
    let [mut anna, ben, _] = devices();
    anna.write(Lane::data(SPACE), text("one"));
    let entries = everything(&anna);
    let mut shelf = Cautious(ben.disk.clone());
    let mut intake = Intake::new(ben.school);
    let Ok(report) = intake.take_in(entries, &mut shelf);
    assert_eq!((report.joined.len(), report.waiting), (2, 1));
    let deeds = vec![Deed::Erase(DocumentId::from_bytes([5; 16]))];
    anna.write(Lane::control(SPACE), Write::Deeds(deeds));
    let last = all(&anna, Lane::control(SPACE)).pop().unwrap();
    let Ok(report) = intake.take_in(vec![last], &mut shelf);
    assert_eq!((report.joined.len(), intake.waiting()), (2, 0));
}

/// What it waits for came by another way than this intake: this device itself has written it.
#[test]
fn what_waits_is_judged_again_when_it_comes_again() {
    let [mut anna, ben, _] = devices();
    anna.write(Lane::data(SPACE), text("one"));
    let data = all(&anna, Lane::data(SPACE));
    let mut shelf = Cautious(ben.disk.clone());
    let mut intake = Intake::new(ben.school);
    let Ok(report) = intake.take_in(everything(&anna), &mut shelf);
    assert_eq!(report.waiting, 1);
    let deeds = vec![Deed::Erase(DocumentId::from_bytes([5; 16]))];
    anna.write(Lane::control(SPACE), Write::Deeds(deeds));
    let last = all(&anna, Lane::control(SPACE)).pop().unwrap();
    let Ok(_) = Intake::new(ben.school).take_in(vec![last], &mut shelf);
    assert_eq!(intake.waiting(), 1, "nobody has told this intake");
    let Ok(report) = intake.take_in(data, &mut shelf);
    assert_eq!((report.joined.len(), intake.waiting()), (1, 0));
}

#[test]
fn what_waits_is_bounded_by_bytes() {
    let [mut anna, mut ben, _] = devices();
    let large = "x".repeat(500 * 1024);
    for _ in 0..20 {
        anna.write(Lane::data(SPACE), text(&large));
    }
    let report = ben.ingest(all(&anna, Lane::data(SPACE)));
    assert_eq!(report.dropped, 20 - MAX_WAITING_BYTES / (500 * 1024 + 400));
}

/// A hostile device plants entries that wait for what an honest one will bring.
#[test]
fn what_is_refused_once_it_is_freed_is_not_laid_to_who_freed_it() {
    let [mut anna, mut ben, _] = devices();
    ben.ingest(everything(&anna));
    let deed = Write::Deeds(vec![Deed::AdmitDevice(DeviceId::from_bytes([8; 32]))]);
    let awaited = Entry::clone(&anna.write(Lane::CHARTER, deed));
    // It names what anna has just written.
    let stranger = log_of(DeviceId::from_bytes([9; 32]));
    let planted = anna.sign_at(stranger, Lane::data(SPACE), (0, EntryId::ZERO));
    assert_eq!(ben.ingest(vec![planted.clone()]).waiting, 1);
    let report = ben.ingest(vec![awaited]);
    assert_eq!((report.joined.len(), report.refused.len()), (1, 0));
    assert_eq!(ben.intake.waiting(), 0);
    assert_eq!(ben.ingest(vec![planted]).refused.len(), 1);
}

/// The same entry without what it says.
fn bare(entry: &Entry) -> Entry {
    let sections = vec![None; entry.sections().len()];
    Entry::from_parts(entry.header_bytes().to_vec(), *entry.signature(), sections).unwrap()
}

#[test]
fn what_an_entry_came_without_is_told_and_filled_in_when_it_comes_again() {
    let [mut anna, mut ben, _] = devices();
    ben.ingest(everything(&anna));
    let whole = Entry::clone(&anna.write(Lane::data(SPACE), text("one")));
    let report = ben.ingest(vec![bare(&whole)]);
    assert_eq!((report.joined.len(), report.lacking), (1, 1));
    let report = ben.ingest(vec![whole.clone()]);
    assert_eq!((report.duplicates, report.sections), (1, 1));
    assert_eq!(everything(&ben), everything(&anna));
    let report = ben.ingest(vec![bare(&whole), whole]);
    assert_eq!((report.duplicates, report.sections), (2, 0));
}

#[test]
fn what_was_erased_is_neither_lacking_nor_filled_in() {
    let [mut anna, mut ben, _] = devices();
    ben.ingest(everything(&anna));
    let whole = Entry::clone(&anna.write(Lane::data(SPACE), text("one")));
    let deeds = vec![Deed::Erase(DocumentId::from_bytes([3; 16]))];
    ben.write(Lane::control(SPACE), Write::Deeds(deeds));
    assert_eq!(ben.ingest(vec![bare(&whole)]).lacking, 0);
    let report = ben.ingest(vec![whole]);
    assert_eq!((report.duplicates, report.sections), (1, 0));
}

#[test]
fn a_whole_copy_takes_the_place_of_a_bare_one_that_waits() {
    let [mut anna, mut ben, _] = devices();
    ben.ingest(everything(&anna));
    let [first, then] =
        ["one", "two"].map(|words| Entry::clone(&anna.write(Lane::data(SPACE), text(words))));
    for copy in [bare(&then), then.clone(), bare(&then)] {
        assert_eq!(ben.ingest(vec![copy]).waiting, 1);
    }
    let report = ben.ingest(vec![first]);
    assert_eq!((report.joined.len(), report.lacking), (2, 0));
    assert_eq!(everything(&ben), everything(&anna));
}
