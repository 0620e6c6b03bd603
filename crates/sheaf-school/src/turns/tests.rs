//! Which log a copy turns to.

use std::sync::{Arc, Mutex};

use sheaf_charter::{Lane, Turn};
use sheaf_records::Kind;
use sheaf_replica::Intake;

use crate::replicate::Taking;
use crate::{Clock, DemoOptions, School, demo_school};

/// A copy hears in one batch what the other wrote before it knew of a second, and what it has
/// written since in other logs: it turns to one that is not among them.
#[test]
fn a_copy_does_not_turn_to_a_log_that_the_same_batch_tells_of() {
    let dir = tempfile::TempDir::new().unwrap();
    let options = DemoOptions { pupils: 10, years: 1, seed: 1, devices: 1, plain: true };
    demo_school(dir.path(), &options, &|_| {}).unwrap();
    let (home, copy) = (dir.path().join("1"), dir.path().join("copy"));
    std::fs::create_dir(&copy).unwrap();
    for file in std::fs::read_dir(&home).unwrap() {
        let file = file.unwrap().path();
        std::fs::copy(&file, copy.join(file.file_name().unwrap())).unwrap();
    }
    let [one, other] = [home, copy].map(|home| School::open(&home, None, Clock::system()).unwrap());
    let space = one.space_for(Kind::Incident, Some("pastoral")).unwrap();
    let first = one.core.identity.log();

    // The other has written every log but the last.
    let last = (0..).take_while(|one| Turn::new(1, *one).is_some()).last().unwrap();
    let mut written = Vec::new();
    for incarnation in 0..last {
        if incarnation > 0 {
            other.core.identity.turn_to(Turn::new(incarnation, incarnation).unwrap());
        }
        written.push(other.core.identity.log());
        let incident = serde_json::json!({
            "occurred_at": "2026-11-19T10:15", "category": "disruption", "severity": 2,
        });
        other.add(Kind::Incident, Some("pastoral"), &incident).unwrap();
    }
    let entries = other.core.store.read(|snapshot| {
        let mut entries = Vec::new();
        for log in &written {
            for id in snapshot.entries_of_log(Lane::data(space), *log)? {
                entries.push(snapshot.entry(id)?.unwrap());
            }
        }
        Ok::<_, sheaf_store::StoreError>(entries)
    });
    let intake = Arc::new(Mutex::new(Intake::new(one.core.school_id())));
    let core = Arc::clone(&one.core);
    Taking { core, clock: one.clock.clone(), intake }
        .entries(entries.unwrap(), &mut || {})
        .unwrap();
    one.core.store.read(|snapshot| super::follow(snapshot, &one.core.identity)).unwrap();
    assert_ne!(one.core.identity.log(), first, "it has heard of the other");
    assert_eq!(one.core.identity.incarnation(), last);
}
