//! Tests of what an open home hands out of its memory.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::*;
use crate::records::test_school::TestSchool;

/// Longer than any machine takes to change what is in memory.
const PATIENCE: Duration = Duration::from_secs(30);

/// Does something in another thread, which must not have to wait for this one.
#[track_caller]
fn elsewhere(core: &Arc<Core>, work: fn(&Core)) {
    let (core, (done, is_done)) = (Arc::clone(core), mpsc::channel());
    thread::spawn(move || {
        work(&core);
        done.send(()).ok();
    });
    is_done.recv_timeout(PATIENCE).expect("it waits for whoever looks");
}

#[test]
fn whoever_looks_at_who_is_in_keeps_nobody_from_taking_in_more() {
    let home = TestSchool::new();
    let core = &home.school.core;
    let all = core.control();
    let acts = all.acts_known();
    assert!(acts > 0);
    elsewhere(core, Core::forget_control);
    let none = core.control();
    elsewhere(core, |core| core.refresh().unwrap());
    assert_eq!(core.control().acts_known(), acts);
    assert_eq!((all.acts_known(), none.acts_known()), (acts, 0), "each sees what was there");
}

#[test]
fn whoever_looks_at_the_calendar_keeps_nobody_from_reading_it_again() {
    let home = TestSchool::new();
    let core = &home.school.core;
    let lists = core.lists();
    elsewhere(core, |core| core.reload_lists().unwrap());
    assert!(lists.calendar.is_some() && core.lists().calendar.is_some());
}
