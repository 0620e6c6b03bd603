//! Tests of two changes with one number, which devices get in different orders.

use std::sync::{Arc, Mutex};

use serde_json::json;
use sheaf_charter::{ActorId, Draft, DraftSection, Entry, Lane, SpaceKind};
use sheaf_records::{Edit, FieldPath, Kind, RecordId};
use sheaf_replica::{Batch, Host, Intake, LaneSurvey, Load, Selection};
use sheaf_store::Snapshot;
use tempfile::TempDir;

use crate::demo::{DemoOptions, demo_school};
use crate::error::SchoolError;
use crate::indexed::document_id;
use crate::project::Projector;
use crate::replicate::PeerHost;
use crate::{Clock, School, Verify, entropy, journal};

const NONCE: [u8; 16] = [7; 16];

/// An incident that two devices have, and two changes of it by a third with one actor and number.
struct Stage {
    one: School,
    other: School,
    author: School,
    lane: Lane,
    incident: RecordId,
    /// What says what happened, and those words: the lower entry first.
    twins: [(Entry, &'static str); 2],
    _dir: TempDir,
}

impl Stage {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let options = DemoOptions { pupils: 10, years: 1, seed: 1, devices: 3, plain: true };
        demo_school(dir.path(), &options, &|_| {}).unwrap();
        let open =
            |name: &str| School::open(&dir.path().join(name), None, Clock::system()).unwrap();
        let [author, one, other] = ["1", "2", "3"].map(open);
        let lane = Lane::data(author.space_of_kind(SpaceKind::Pastoral).unwrap());
        let fields = json!({
            "occurred_at": "2026-11-19T10:15", "category": "disruption", "severity": 2,
        });
        let incident = author.add(Kind::Incident, Some("pastoral"), &fields).unwrap().id;
        let incident: RecordId = incident.parse().unwrap();
        for school in [&one, &other] {
            hand_over(&author, school, lane);
        }
        let twin = |words| (forged(&author, lane, incident, words), words);
        let mut twins = ["one account", "another account"].map(twin);
        twins.sort_by_key(|(entry, _)| entry.id());
        Self { one, other, author, lane, incident, twins, _dir: dir }
    }

    fn lower(&self) -> &Entry {
        &self.twins[0].0
    }

    fn higher(&self) -> &Entry {
        &self.twins[1].0
    }

    fn give(&self, to: &School, entry: &Entry) {
        let batch = Batch::Entries(vec![entry.clone()]);
        let report = host(to, &self.author).ingest(batch, &mut || {}).unwrap();
        assert_eq!(report.joined.len(), 1);
    }

    fn edit(&self, by: &School) {
        let set = [("severity".to_owned(), Some("4".to_owned()))];
        by.edit(&self.incident.to_string(), &set).unwrap();
    }

    /// The two give each other what they have; then they hold and show the same, the lower of the
    /// twins and this severity in it, and that follows from what they have stored.
    #[track_caller]
    fn check(&self, severity: i64) {
        hand_over(&self.one, &self.other, self.lane);
        hand_over(&self.other, &self.one, self.lane);
        for how in [Verify::Check, Verify::Rebuild] {
            for school in [&self.one, &self.other] {
                let verified = school.verify(how, &|_| {}).unwrap();
                assert!(verified.ok, "{how:?}: {:#?}", verified.problems);
                let fields = school.show(&self.incident.to_string()).unwrap().fields;
                let shown = (fields["narrative"].as_str(), fields["severity"].as_i64());
                assert_eq!(shown, (Some(self.twins[0].1), Some(severity)), "{how:?}");
                let document = document_id(self.incident);
                let held = school.core.store.read(|snapshot| snapshot.held_of(document)).unwrap();
                let held: Vec<_> = held.iter().map(|held| held.section.entry).collect();
                assert_eq!(held, [self.higher().id()], "{how:?}");
            }
            let [one, other] = [(&self.one, &self.other), (&self.other, &self.one)]
                .map(|(school, peer)| survey(school, peer, self.lane).content);
            assert_eq!(one, other, "{how:?}");
        }
    }
}

fn host(school: &School, peer: &School) -> PeerHost {
    let intake = Arc::new(Mutex::new(Intake::new(school.core.school_id())));
    PeerHost::new(school, peer.core.device(), intake)
}

fn survey(school: &School, peer: &School, lane: Lane) -> LaneSurvey {
    host(school, peer).survey().unwrap().get(lane).unwrap().clone()
}

/// Gives one school what the other has of a lane.
fn hand_over(from: &School, to: &School, lane: Lane) {
    let selection = Selection::After(survey(to, from, lane).vector);
    let load = Load { lane, selection, cursor: None, max_bytes: usize::MAX };
    let entries = host(from, to).load(&load).unwrap().entries;
    let entries = entries.into_iter().map(Arc::unwrap_or_clone).collect();
    host(to, from).ingest(Batch::Entries(entries), &mut || {}).unwrap();
}

/// The author's next entry, which says what happened: each time the same one of the log, with the
/// same actor.
fn forged(author: &School, lane: Lane, incident: RecordId, words: &str) -> Entry {
    let core = &author.core;
    let (control, lists) = (core.control(), core.lists());
    let projector = Projector::new(&control, &lists.codes);
    let log = core.identity.log();
    let read = |snapshot: &Snapshot<'_>| {
        let document = projector.replayed(snapshot, document_id(incident))?;
        let tip = journal::tip(snapshot, lane, log)?.unwrap();
        Ok::<_, SchoolError>((document, tip, snapshot.header(tip.last)?))
    };
    let (mut document, tip, before) = core.store.read(read).unwrap();
    let edit = Edit { path: FieldPath::One("narrative".to_owned()), value: Some(words.into()) };
    let actor = ActorId::derive(log, NONCE).to_bytes();
    let changes = document.edit(&[edit], actor, 0).unwrap().unwrap().bytes;
    let (epoch, key) = control.keys.writing_epoch(lane.space, &control.trust).unwrap();
    let (charter_heads, control_heads) = control.heads_after(lane.space, before.as_ref());
    let draft = Draft {
        school: core.school_id(),
        lane,
        log,
        seq: tip.next,
        previous: tip.last,
        charter_heads,
        control_heads,
        epoch,
        claimed_ms: 0,
        acts: Vec::new(),
        sections: vec![DraftSection { document: document_id(incident), nonce: NONCE, changes }],
    };
    draft.seal(&core.identity, Some(key), &mut entropy::rng()).unwrap()
}

#[test]
fn whichever_of_two_twins_comes_first_the_one_of_the_lower_entry_is_shown() {
    let stage = Stage::new();
    stage.give(&stage.one, stage.lower());
    stage.give(&stage.one, stage.higher());
    stage.give(&stage.other, stage.higher());
    stage.give(&stage.other, stage.lower());
    stage.check(2);
}

#[test]
fn what_was_written_on_top_of_the_twin_that_stands_is_shown_to_all() {
    let stage = Stage::new();
    stage.give(&stage.one, stage.lower());
    stage.edit(&stage.one);
    stage.give(&stage.other, stage.higher());
    stage.check(4);
}

/// It builds on what does not stand, for whoever wrote it too.
#[test]
fn what_was_written_on_top_of_the_other_waits_everywhere() {
    let stage = Stage::new();
    stage.give(&stage.one, stage.higher());
    stage.edit(&stage.one);
    stage.give(&stage.other, stage.lower());
    stage.check(2);
    let document = document_id(stage.incident);
    for school in [&stage.one, &stage.other] {
        let pending = school.core.store.read(|snapshot| snapshot.pending_of(document)).unwrap();
        assert_eq!(pending.len(), 1);
    }
}
