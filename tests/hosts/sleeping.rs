//! A laptop whose lid was closed.

use std::time::{Duration, Instant};

use crate::lab::Lab;
use crate::machine::{Running, converge};
use crate::scenarios::two_in_the_office;

/// What colleagues write meanwhile.
const WRITTEN: usize = 20;

/// It sleeps for longer than a connection lasts in silence, and much is written meanwhile. How
/// long it took to be level again is told, from waking and from meeting the other.
pub fn a_laptop_that_slept_is_level_again(mut lab: Lab) {
    let (_dir, machines) = two_in_the_office(&mut lab);
    let [awake, asleep] = [0, 1].map(|number: usize| machines[number].serve(&lab, &[]));
    for one in [&awake, &asleep] {
        one.until("level", |event| event["event"] == "equal");
    }
    asleep.signal("STOP");
    awake.until("silence", |event| event["event"] == "disconnected");
    for number in 0..WRITTEN {
        machines[0].log(&format!("written while the other slept, {number}"));
    }
    asleep.signal("CONT");
    let woken = Instant::now();
    asleep.until("meeting", |event| event["event"] == "connected");
    let met = Instant::now();
    asleep.until("level", |event| event["event"] == "equal");
    let ms = |since: Duration| since.as_millis();
    let level = [met.elapsed(), woken.elapsed()].map(ms);
    println!("level {} ms after meeting and {} ms after waking", level[0], level[1]);
    let running: Vec<Running> = vec![awake, asleep];
    converge(&machines, &running);
}
