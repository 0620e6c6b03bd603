//! Sessions between two devices, honest and hostile.

mod credit;
mod gaps;
mod level;
mod long;

use std::collections::VecDeque;

use sheaf_charter::{DeviceId, DocumentId, SpaceId};

use super::*;
use crate::frame::{LaneState, Said};
use crate::limits::WINDOW_BYTES;
use crate::sim::device::{Device, View, Write};
use crate::sim::toy::Deed;
use crate::{Digest, Happening, Joined, Reason, Vector, perform};

const SPACE: SpaceId = SpaceId::from_bytes([7; 16]);
const SECRET: SpaceId = SpaceId::from_bytes([8; 16]);

/// Two devices and their sessions, with a wire that can be looked at and cut.
struct Pair {
    devices: [Device; 2],
    ids: [DeviceId; 2],
    sessions: [Session; 2],
    wires: [VecDeque<Vec<u8>>; 2],
    /// Every frame sent, by side.
    sent: [Vec<Vec<u8>>; 2],
    finished: [Vec<Summary>; 2],
    closed: [Option<Closing>; 2],
    joined: [Vec<Joined>; 2],
    most_in_flight: usize,
}

fn text(document: u8, words: &str) -> Write {
    Write::Documents(vec![(DocumentId::from_bytes([document; 16]), words.as_bytes().to_vec())])
}

impl Pair {
    /// Two devices of one school. The first has created a space and let the second in, who does
    /// not know yet; and another, of which the second is to know nothing.
    fn new() -> Self {
        let ids = [1, 2].map(|number| DeviceId::from_bytes([number; 32]));
        let founding = Arc::new(Device::found(ids[0], &ids));
        let school = SchoolId::from_founding(founding.id());
        let mut devices = ids.map(|id| Device::new(id, school, std::slice::from_ref(&founding)));
        for space in [SPACE, SECRET] {
            devices[0].write(Lane::control(space), Write::Deeds(vec![Deed::Create]));
        }
        devices[0].write(Lane::control(SPACE), Write::Deeds(vec![Deed::Admit(ids[1])]));
        devices[0].write(Lane::data(SECRET), text(9, "not for ben"));
        let sessions = Self::sessions(school);
        Self {
            devices,
            ids,
            sessions,
            wires: Default::default(),
            sent: Default::default(),
            finished: Default::default(),
            closed: Default::default(),
            joined: Default::default(),
            most_in_flight: 0,
        }
    }

    fn sessions(school: SchoolId) -> [Session; 2] {
        [1, 2].map(|seed| Session::new(Config::new(school, Mode::Replica, seed)))
    }

    /// A new connection between the same devices.
    fn reconnect(&mut self) {
        self.sessions = Self::sessions(self.devices[0].school);
        self.wires = Default::default();
        self.sent = Default::default();
        self.finished = Default::default();
        self.start();
    }

    fn start(&mut self) {
        self.sessions.iter_mut().for_each(Session::start);
        self.run();
    }

    /// Lets the host of one side answer, and puts what it sends on the wire.
    fn settle(&mut self, side: usize) {
        let peer = self.ids[1 - side];
        let mut host = View { device: &mut self.devices[side], peer };
        let mut happenings = Vec::new();
        let Ok(()) = perform(&mut self.sessions[side], &mut host, |one| happenings.push(one));
        for happening in happenings {
            match happening {
                Happening::Send(frame) => {
                    self.sent[side].push(frame.clone());
                    self.wires[side].push_back(frame);
                }
                Happening::TakenIn(report) => self.joined[side].extend(report.joined),
                Happening::Finished(summary) => self.finished[side].push(summary),
                Happening::Closed(closing) => self.closed[side] = Some(closing),
            }
        }
        let counted = |frames: &VecDeque<Vec<u8>>| -> usize {
            frames.iter().filter(|frame| frame[0] == 4).map(Vec::len).sum()
        };
        self.most_in_flight = self.wires.iter().map(counted).fold(self.most_in_flight, usize::max);
    }

    /// Delivers one frame from a side; says whether there was one.
    fn deliver(&mut self, from: usize) -> bool {
        let Some(frame) = self.wires[from].pop_front() else { return false };
        self.sessions[1 - from].receive(&frame);
        self.settle(1 - from);
        true
    }

    fn run(&mut self) {
        (0..2).for_each(|side| self.settle(side));
        while self.deliver(0) | self.deliver(1) {}
    }

    fn write(&mut self, side: usize, lane: Lane, write: Write) {
        let entry = self.devices[side].write(lane, write);
        self.sessions[side].local_entries(&[entry]);
        self.run();
    }

    #[track_caller]
    fn assert_same(&self, space: SpaceId) {
        for lane in [Lane::CHARTER, Lane::control(space), Lane::data(space)] {
            let vector = |side: usize| self.devices[side].disk.tips.get(&lane);
            assert_eq!(vector(0), vector(1));
        }
        let content = |side: usize| self.devices[side].disk.content(space);
        assert_eq!(content(0), content(1));
    }

    fn outcome(&self, side: usize) -> &Outcome {
        &self.finished[side].last().expect("a summary").outcome
    }

    fn ends_with(&mut self, frame: &[u8]) -> Closing {
        self.sessions[0].receive(frame);
        self.settle(0);
        self.closed[0].clone().expect("closed")
    }
}

#[test]
fn one_who_was_let_in_learns_of_it_and_gets_the_space_in_one_session() {
    let mut pair = Pair::new();
    pair.devices[0].write(Lane::data(SPACE), text(1, "one"));
    pair.start();
    pair.assert_same(SPACE);
    assert_eq!((pair.outcome(0), pair.outcome(1)), (&Outcome::Equal, &Outcome::Equal));
    assert!(pair.finished[0][0].unanswered.is_empty());
}

#[test]
fn no_frame_mentions_a_space_that_the_other_is_not_in() {
    let mut pair = Pair::new();
    pair.start();
    pair.write(0, Lane::data(SECRET), text(9, "still not for ben"));
    for frame in pair.sent.iter().flatten() {
        assert!(!frame.windows(16).any(|bytes| bytes == SECRET.as_bytes()));
    }
    assert!(!pair.devices[1].disk.spaces.contains_key(&SECRET));
}

#[test]
fn control_entries_arrive_before_the_data_that_names_them() {
    let mut pair = Pair::new();
    for number in 0..5 {
        pair.devices[0].write(Lane::data(SPACE), text(number, "words"));
        pair.devices[0].write(
            Lane::control(SPACE),
            Write::Deeds(vec![Deed::Erase(DocumentId::from_bytes([90 + number; 16]))]),
        );
    }
    pair.start();
    pair.assert_same(SPACE);
    let data = pair.joined[1].iter().position(|joined| joined.lane.part == Part::Data);
    let control = pair.joined[1].iter().rposition(|joined| joined.lane.part == Part::Control);
    assert!(control < data, "{control:?} {data:?}");
}

/// A host that shares many large spaces in which nothing is new.
fn survey_of(spaces: u8, devices: u8) -> Survey {
    let mut vector = Vector::new();
    for number in 0..devices {
        let id = EntryId::from_bytes([number; 32]);
        let log = sheaf_charter::LogId::from_bytes([number; 32]);
        vector.set(log, &crate::LogTips::first(id));
    }
    let vector = Arc::new(vector);
    let lane = |lane: Lane| LaneSurvey {
        lane,
        vector: Arc::clone(&vector),
        content: (lane.part == Part::Data).then(Default::default),
        held: Default::default(),
        wants: Vec::new(),
        sharing: Sharing::Whole,
    };
    let spaces = (1..=spaces).map(|number| SpaceId::from_bytes([number; 16]));
    let lanes = spaces.flat_map(|space| [Lane::control(space), Lane::data(space)]);
    Survey { lanes: std::iter::once(Lane::CHARTER).chain(lanes).map(lane).collect() }
}

/// Runs two sessions whose hosts only ever say what they share.
fn meet(surveys: [Survey; 2], modes: [Mode; 2]) -> [Vec<Summary>; 2] {
    let school = SchoolId::from_bytes([1; 32]);
    let mut sessions = modes.map(|mode| Session::new(Config::new(school, mode, 1)));
    let mut finished: [Vec<Summary>; 2] = Default::default();
    sessions.iter_mut().for_each(Session::start);
    loop {
        let mut quiet = true;
        for side in [0, 1] {
            while let Some(effect) = sessions[side].poll() {
                quiet = false;
                match effect {
                    Effect::Send(frame) => sessions[1 - side].receive(&frame),
                    Effect::Survey => sessions[side].surveyed(surveys[side].clone()),
                    Effect::Load(_) => sessions[side].loaded(Loaded::default()),
                    Effect::LoadSections(_) => {
                        sessions[side].sections_loaded(LoadedSections::default());
                    }
                    Effect::Finished(summary) => finished[side].push(summary),
                    other => panic!("{other:?}"),
                }
            }
        }
        if quiet {
            return finished;
        }
    }
}

#[test]
fn nothing_new_is_one_round_trip_and_under_eight_kilobytes() {
    // A few spaces, and those of a head who shares one with each of sixty colleagues.
    for spaces in [1, 8, 62] {
        let survey = survey_of(spaces, 50);
        let finished = meet([survey.clone(), survey], [Mode::Replica; 2]);
        for summary in finished {
            let [summary] = &summary[..] else { panic!("one summary") };
            assert_eq!(summary.outcome, Outcome::Equal);
            assert_eq!(summary.statistics.round_trips, 1);
            assert!(summary.statistics.bytes_in + summary.statistics.bytes_out < 8 * 1024);
        }
    }
}

/// One has been let into a space that the other does not share yet: with few lanes it says each at
/// once, and the other, with more, only in brief.
#[test]
fn a_brief_hello_that_differs_is_followed_by_the_whole() {
    for (one, other) in [(62, 61), (61, 62), (1, 62), (62, 1)] {
        let finished = meet([survey_of(one, 2), survey_of(other, 2)], [Mode::Replica; 2]);
        assert_eq!(finished.map(|summaries| summaries.len()), [1, 1], "{one} and {other}");
    }
}

#[test]
fn equal_vectors_with_other_content_are_narrowed_to_their_buckets() {
    let one = survey_of(1, 2);
    let mut other = one.clone();
    let lane = Lane::data(SpaceId::from_bytes([1; 16]));
    let place = other.lanes.iter_mut().find(|survey| survey.lane == lane).unwrap();
    place.content.as_mut().unwrap().set(77, Digest::from_bytes([1; 32]));
    let kind = DifferenceKind::Content { buckets: vec![77] };
    let different = Outcome::Different(vec![Difference { lane, kind }]);
    let [here, there] = meet([one.clone(), other.clone()], [Mode::Replica; 2]);
    assert_eq!((&here[0].outcome, &there[0].outcome), (&different, &different));
    let [here, _] = meet([one, other], [Mode::Replica, Mode::Locker]);
    assert_eq!(here[0].outcome, Outcome::Equal, "a locker has no content to compare");
}

#[test]
fn what_the_other_never_takes_in_ends_different_and_does_not_go_on_for_ever() {
    let one = survey_of(1, 2);
    let finished = meet([one.clone(), survey_of(1, 3)], [Mode::Replica; 2]);
    let kind = DifferenceKind::Entries;
    let lanes = one.lanes.iter().map(|survey| survey.lane);
    let all = lanes.map(|lane| Difference { lane, kind: kind.clone() }).collect::<Vec<_>>();
    let Outcome::Different(mut differences) = finished[0][0].outcome.clone() else { panic!() };
    differences.sort_by_key(|difference| difference.lane);
    assert_eq!(differences, all);
    assert_eq!((finished[0].len(), finished[0][0].statistics.rounds), (1, 2));
}

#[test]
fn held_entries_are_counted_by_reason() {
    let mut survey = survey_of(1, 2);
    let reason = Reason::new("it was written after its author was removed");
    survey.lanes[2].held.insert(reason.clone(), 3);
    let finished = meet([survey.clone(), survey], [Mode::Replica; 2]);
    assert_eq!(finished[0][0].outcome, Outcome::EqualWithHeld([(reason, 3)].into()));
}

/// The peer was let out of a space, and this session has not been told; the host knows.
#[test]
fn nothing_is_pushed_by_a_survey_that_no_longer_holds() {
    let mut pair = Pair::new();
    pair.start();
    let (lane, ids) = (Lane::data(SPACE), pair.ids);
    let before = pair.devices[0].write(lane, text(1, "while ben is in"));
    pair.sessions[0].local_entries(&[before]);
    pair.run();
    let heard = |pair: &Pair, words: &str| {
        let has = |frame: &Vec<u8>| frame.windows(words.len()).any(|at| at == words.as_bytes());
        pair.sent[0].iter().any(has)
    };
    assert!(heard(&pair, "while ben is in"));
    let deed = Deed::Remove { device: ids[1], cut: 0 };
    pair.devices[0].write(Lane::control(SPACE), Write::Deeds(vec![deed]));
    let after = pair.devices[0].write(lane, text(2, "once ben is out"));
    pair.sessions[0].unsure();
    pair.sessions[0].local_entries(&[after]);
    pair.run();
    assert!(!heard(&pair, "once ben is out"));
}

#[test]
fn own_entries_are_pushed_in_one_frame_while_the_session_lives() {
    let mut pair = Pair::new();
    pair.start();
    let before = pair.sent[0].len();
    pair.write(0, Lane::data(SPACE), text(1, "at once"));
    pair.assert_same(SPACE);
    assert_eq!(pair.sent[0].len(), before + 1);
}

#[test]
fn entries_of_others_are_offered_after_a_moment_and_sent_if_wanted() {
    let mut pair = Pair::new();
    pair.start();
    // It came another way, so this session is only told of it.
    let entry = pair.devices[0].write(Lane::data(SPACE), text(1, "by another way"));
    let before = pair.sent[0].len();
    pair.sessions[0].arrived(&[(Lane::data(SPACE), entry.id())], 1_000);
    pair.run();
    assert_eq!(pair.sent[0].len(), before, "not yet");
    let due_ms = pair.sessions[0].next_tick_ms().unwrap();
    assert!((1_150..=1_900).contains(&due_ms));
    pair.sessions[0].tick(due_ms);
    pair.run();
    pair.assert_same(SPACE);
    let kinds: Vec<u8> = pair.sent[0][before..].iter().map(|frame| frame[0]).collect();
    assert_eq!(kinds, [10, 4]);
    pair.sessions[0].arrived(&[(Lane::data(SPACE), entry.id())], due_ms);
    pair.sessions[0].tick(due_ms + 1_000);
    pair.run();
    assert_eq!(pair.sent[0].last().unwrap()[0], 10, "offered and not wanted");
}

#[test]
fn one_who_is_removed_while_the_session_lives_receives_nothing_more() {
    let mut pair = Pair::new();
    pair.start();
    let removal = Deed::Remove { device: pair.ids[1], cut: 0 };
    let before = pair.sent[0].len();
    pair.write(0, Lane::control(SPACE), Write::Deeds(vec![removal]));
    pair.write(0, Lane::data(SPACE), text(1, "not for ben"));
    for frame in &pair.sent[0][before..] {
        assert!(!frame.windows(16).any(|bytes| bytes == SPACE.as_bytes()));
    }
    assert_eq!(pair.finished[1].last().unwrap().unanswered, [SPACE]);
    assert_eq!(pair.closed, [None, None]);
}

#[test]
fn a_broken_session_has_left_a_valid_prefix_and_the_next_sends_only_the_rest() {
    let whole = {
        let mut pair = Pair::new();
        (0..40).for_each(|n| {
            pair.devices[0].write(Lane::data(SPACE), text(n, "words"));
        });
        pair.start();
        pair.sent.map(|frames| frames.len())
    };
    for cut in 0..whole[0] {
        let mut pair = Pair::new();
        (0..40).for_each(|n| {
            pair.devices[0].write(Lane::data(SPACE), text(n, "words"));
        });
        pair.sessions.iter_mut().for_each(Session::start);
        (0..2).for_each(|side| pair.settle(side));
        for _ in 0..cut {
            pair.deliver(0);
            while pair.deliver(1) {}
        }
        let here = pair.joined[1].len();
        pair.joined = Default::default();
        pair.reconnect();
        pair.assert_same(SPACE);
        assert_eq!(pair.joined[1].len() + here, 42);
        let received = pair.sessions[1].statistics().entries_received;
        assert_eq!(received as usize, 42 - here, "cut after {cut}");
    }
}

#[test]
fn how_much_is_still_to_come_is_known_and_falls_to_nothing() {
    let mut pair = Pair::new();
    let large = "x".repeat(400 * 1024);
    (0..12).for_each(|n| {
        pair.devices[0].write(Lane::data(SPACE), text(n, &large));
    });
    pair.sessions.iter_mut().for_each(Session::start);
    (0..2).for_each(|side| pair.settle(side));
    let mut seen = vec![0];
    while pair.deliver(0) | pair.deliver(1) {
        let to_come = pair.sessions[1].to_come();
        if seen.last() != Some(&to_come) {
            seen.push(to_come);
        }
    }
    let last = seen.split_off(seen.len() - 1);
    assert_eq!((seen.first(), last), (Some(&0), vec![0]));
    assert!(seen.contains(&12) && seen.contains(&2), "{seen:?}");
    assert!(pair.sessions[0].to_come() == 0);
}

#[test]
fn a_section_that_is_missing_without_a_tombstone_is_asked_for() {
    let mut pair = Pair::new();
    let entry = pair.devices[0].write(Lane::data(SPACE), text(1, "to be lost"));
    pair.start();
    let at = SectionRef { lane: Lane::data(SPACE), entry: entry.id(), index: 0 };
    pair.devices[1].disk.set_section(at, None);
    pair.reconnect();
    pair.assert_same(SPACE);
    assert!(pair.devices[1].disk.section(at).is_some());
    assert_eq!(pair.outcome(1), &Outcome::Equal);
    pair.devices[0].disk.set_section(at, None);
    pair.devices[1].disk.set_section(at, None);
    pair.reconnect();
    let kind = DifferenceKind::Sections { missing: 1 };
    let lane = Lane::data(SPACE);
    assert_eq!(pair.outcome(0), &Outcome::Different(vec![Difference { lane, kind }]));
}

#[test]
fn an_erased_section_is_neither_sent_nor_asked_for() {
    let mut pair = Pair::new();
    pair.devices[0].write(Lane::data(SPACE), text(1, "to be erased"));
    pair.start();
    let erasure = Deed::Erase(DocumentId::from_bytes([1; 16]));
    pair.devices[0].write(Lane::control(SPACE), Write::Deeds(vec![erasure]));
    pair.reconnect();
    pair.assert_same(SPACE);
    let entry = pair.devices[1].disk.lane(Lane::data(SPACE)).next().unwrap().1.clone();
    assert_eq!(entry.sections(), [None]);
    assert_eq!(pair.outcome(1), &Outcome::Equal);
}

fn hello(school: SchoolId, lanes: &[Lane]) -> Vec<u8> {
    let lane = |lane: &Lane| LaneState { lane: *lane, vector: Digest::default(), content: None };
    let mut lanes: Vec<_> = lanes.iter().map(lane).collect();
    lanes.sort_by_key(|state| state.lane);
    let state = crate::frame::State { round: 0, lacking: 0, lanes };
    Frame::Hello { school, mode: Mode::Replica, said: Said::Whole(state) }.to_bytes()
}

/// A started session whose peer is to be played by the test.
fn hostile() -> (Pair, Vec<u8>) {
    let mut pair = Pair::new();
    pair.sessions[0].start();
    pair.settle(0);
    let hello = hello(pair.devices[0].school, &[Lane::CHARTER, Lane::control(SPACE)]);
    (pair, hello)
}

#[test]
fn a_wrong_school_a_wrong_version_and_garbage_each_get_one_clear_answer() {
    let (mut pair, mut bytes) = hostile();
    bytes[9] = 2;
    let version = pair.ends_with(&bytes);
    assert_eq!(version, Closing::Fault(SessionError::WrongVersion { theirs: 2 }));
    let (mut pair, _) = hostile();
    let other = hello(SchoolId::from_bytes([9; 32]), &[]);
    assert_eq!(pair.ends_with(&other), Closing::Fault(SessionError::WrongSchool));
    assert_eq!(pair.sent[0].last().unwrap(), &[13, 2]);
    let (mut pair, _) = hostile();
    let Closing::Fault(error) = pair.ends_with(b"GET / HTTP/1.1\r\n\r\n") else { panic!() };
    assert_eq!(
        error.to_string(),
        "the other device sent a frame that is malformed: not canonical, in frame kind; \
         the session was closed"
    );
    let (mut pair, _) = hostile();
    let early = pair.ends_with(&Frame::RoundEnd.to_bytes());
    assert_eq!(early, Closing::Fault(SessionError::OutOfTurn("a frame before its hello")));
}

#[test]
fn entries_of_a_lane_that_was_never_mentioned_are_refused() {
    let (mut pair, hello) = hostile();
    pair.sessions[0].receive(&hello);
    pair.settle(0);
    let before = pair.devices[0].disk.arrivals.clone();
    let entry = Arc::new(pair.devices[0].draft(Lane::data(SECRET), text(9, "forged")));
    let frame = Frame::Entries { lane: Lane::data(SECRET), entries: vec![Arc::clone(&entry)] };
    assert_eq!(pair.ends_with(&frame.to_bytes()), Closing::Fault(SessionError::NotShared));
    // The same for one that claims another lane than it has.
    let (mut pair, hello) = hostile();
    pair.sessions[0].receive(&hello);
    pair.settle(0);
    let frame = Frame::Entries { lane: Lane::data(SPACE), entries: vec![entry] };
    assert_eq!(pair.ends_with(&frame.to_bytes()), Closing::Fault(SessionError::NotShared));
    assert_eq!(pair.devices[0].disk.arrivals, before);
}

#[test]
fn a_peer_that_names_a_space_it_is_not_in_hears_nothing_of_it() {
    let (mut pair, _) = hostile();
    let lanes = [Lane::CHARTER, Lane::control(SECRET), Lane::data(SECRET)];
    let probe = hello(pair.devices[0].school, &lanes);
    pair.sessions[0].receive(&probe);
    pair.settle(0);
    for frame in [Frame::VectorsEnd, Frame::ControlEnd, Frame::Wants(vec![]), Frame::RoundEnd] {
        pair.sessions[0].receive(&frame.to_bytes());
        pair.settle(0);
    }
    assert_eq!(pair.closed[0], None);
    for frame in &pair.sent[0] {
        assert!(!frame.windows(16).any(|bytes| bytes == SECRET.as_bytes()));
    }
}

#[test]
fn frames_out_of_turn_close_the_session_and_change_nothing() {
    let lane = Lane::CHARTER;
    let vector = || Arc::new(Vector::new());
    let frames: Vec<(&str, Vec<Frame>)> = vec![
        (
            "a state",
            vec![Frame::State(crate::frame::State { round: 7, lacking: 0, lanes: vec![] })],
        ),
        ("a vector", vec![Frame::Vector { lane: Lane::data(SECRET), vector: vector() }]),
        ("a vector", [0, 1].map(|_| Frame::Vector { lane, vector: vector() }).into()),
        ("the end of a stage", vec![Frame::RoundEnd]),
        ("the end of a stage", vec![Frame::VectorsEnd, Frame::VectorsEnd]),
        ("buckets", vec![Frame::Buckets(vec![])]),
    ];
    for (named, frames) in frames {
        let (mut pair, hello) = hostile();
        let before = pair.devices[0].disk.arrivals.clone();
        pair.sessions[0].receive(&hello);
        pair.settle(0);
        for frame in frames {
            pair.sessions[0].receive(&frame.to_bytes());
            pair.settle(0);
        }
        let fault = Closing::Fault(SessionError::OutOfTurn(named));
        assert_eq!(pair.closed[0], Some(fault));
        assert_eq!(pair.devices[0].disk.arrivals, before);
        pair.sessions[0].receive(&hello);
        assert!(pair.sessions[0].poll().is_none(), "over is over");
    }
    let (mut pair, hello) = hostile();
    pair.sessions[0].receive(&hello);
    let again = pair.ends_with(&hello);
    assert_eq!(again, Closing::Fault(SessionError::OutOfTurn("a second hello")));
}

#[test]
fn more_than_the_window_or_more_credit_than_was_spent_is_too_much() {
    let (mut pair, hello) = hostile();
    pair.sessions[0].receive(&hello);
    let closing = pair.ends_with(&Frame::Credit { bytes: 1 }.to_bytes());
    let limit = WINDOW_BYTES;
    let what = "bytes of credit";
    assert_eq!(closing, Closing::Fault(SessionError::TooMuch { what, limit }));
    // A host that takes nothing in gives no credit back.
    let (mut pair, hello) = hostile();
    pair.sessions[0].receive(&hello);
    pair.settle(0);
    let large = "x".repeat(500 * 1024);
    let entry = Arc::new(pair.devices[1].draft(Lane::data(SPACE), text(1, &large)));
    let frame = Frame::Entries { lane: Lane::data(SPACE), entries: vec![entry] }.to_bytes();
    (0..WINDOW_BYTES / frame.len()).for_each(|_| pair.sessions[0].receive(&frame));
    assert!(!pair.sessions[0].is_closed());
    pair.sessions[0].receive(&frame);
    assert!(pair.sessions[0].is_closed());
}

#[test]
fn forged_entries_are_counted_and_at_last_end_the_session() {
    let (mut pair, hello) = hostile();
    pair.sessions[0].receive(&hello);
    pair.settle(0);
    for number in 0..MAX_REFUSED {
        assert_eq!(pair.closed[0], None);
        let forged = pair.devices[1].draft(Lane::CHARTER, Write::Deeds(vec![Deed::Create]));
        let mut signature = *forged.signature();
        signature[0] ^= 1;
        let mut header = forged.header().clone();
        header.claimed_ms = number as i64;
        let entry = Entry::from_parts(header.to_bytes(), signature, vec![]).unwrap();
        let frame = Frame::Entries { lane: Lane::CHARTER, entries: vec![Arc::new(entry)] };
        pair.sessions[0].receive(&frame.to_bytes());
        pair.settle(0);
    }
    let limit = MAX_REFUSED;
    assert_eq!(pair.closed[0], Some(Closing::Fault(SessionError::TooManyRefused { limit })));
    assert_eq!(pair.devices[0].disk.tips[&Lane::CHARTER].len(), 1);
}

#[test]
fn a_recorded_session_replayed_changes_nothing() {
    let mut pair = Pair::new();
    (0..5).for_each(|n| {
        pair.devices[1]
            .write(Lane::CHARTER, Write::Deeds(vec![Deed::AdmitDevice(pair.ids[n % 2])]));
    });
    pair.start();
    let recorded = pair.sent[1].clone();
    let (mut after, before) = (Pair::new(), pair.devices[0].disk.tips.clone());
    after.devices = pair.devices;
    after.sessions[0].start();
    after.settle(0);
    for frame in recorded {
        after.sessions[0].receive(&frame);
        after.settle(0);
    }
    assert_eq!(after.devices[0].disk.tips, before);
}

#[test]
fn two_who_were_given_other_branches_of_a_log_that_forked_often_agree() {
    let mut pair = Pair::new();
    pair.start();
    let before = pair.devices[1].disk.clone();
    let mut branches: [Vec<Entry>; 2] = Default::default();
    for number in 0..80 {
        let entry = pair.devices[1].write(Lane::data(SPACE), text(3, &number.to_string()));
        branches[number % 2].push(Entry::clone(&entry));
        pair.devices[1].disk = before.clone();
    }
    for (device, branches) in pair.devices.iter_mut().zip(branches) {
        let count = branches.len();
        assert_eq!(device.ingest(branches).joined.len(), count);
    }
    pair.reconnect();
    pair.assert_same(SPACE);
    assert_eq!(pair.devices[0].disk.lane(Lane::data(SPACE)).count(), 80);
    let last = pair.finished[0].last().unwrap();
    assert_eq!(last.outcome, Outcome::Equal);
}

#[test]
fn flipped_bits_anywhere_in_a_session_never_panic_and_never_forge() {
    let mut random = crate::random::Spread::new(5);
    for _ in 0..300 {
        let mut pair = Pair::new();
        (0..3).for_each(|n| {
            pair.devices[0].write(Lane::data(SPACE), text(n, "words"));
        });
        let chosen = random.below(20);
        pair.sessions.iter_mut().for_each(Session::start);
        (0..2).for_each(|side| pair.settle(side));
        for step in 0..40 {
            if step == chosen
                && let Some(frame) = pair.wires[0].front_mut()
            {
                let bit = random.below(frame.len() as u64 * 8) as usize;
                frame[bit / 8] ^= 1 << (bit % 8);
            }
            pair.deliver(0);
            pair.deliver(1);
        }
        let written = &pair.devices[0].disk.entries;
        assert!(pair.devices[1].disk.entries.keys().all(|id| written.contains_key(id)));
    }
}

/// Whether a frame carries entries of a data lane.
fn carries_data(frame: &[u8]) -> bool {
    frame[0] == 4 && frame[1..17] == *SPACE.as_bytes() && frame[17] == 1
}

#[test]
fn no_data_goes_out_before_the_control_entries_of_the_other_side_are_taken_in() {
    let mut pair = Pair::new();
    pair.start();
    pair.devices[0].write(Lane::data(SPACE), text(1, "not for ben any more"));
    // This device forgets that it has removed the other, who is so kind as to remind it.
    let before = pair.devices[0].disk.clone();
    let deeds = vec![Deed::Remove { device: pair.ids[1], cut: 0 }];
    let removal = pair.devices[0].write(Lane::control(SPACE), Write::Deeds(deeds));
    pair.devices[0].disk = before;
    let (control, data) = (Lane::control(SPACE), Lane::data(SPACE));
    let hello = hello(pair.devices[0].school, &[Lane::CHARTER, control, data]);
    pair.sessions = Pair::sessions(pair.devices[0].school);
    pair.sent = Default::default();
    pair.sessions[0].start();
    pair.settle(0);
    let vector = |lane| Frame::Vector { lane, vector: Arc::default() };
    let frames = [vector(Lane::CHARTER), vector(control), vector(data), Frame::VectorsEnd];
    for frame in [hello].into_iter().chain(frames.iter().map(Frame::to_bytes)) {
        pair.sessions[0].receive(&frame);
        pair.settle(0);
    }
    let entries = Frame::Entries { lane: control, entries: vec![removal] };
    pair.sessions[0].receive(&entries.to_bytes());
    pair.sessions[0].receive(&Frame::ControlEnd.to_bytes());
    let Some(Effect::Ingest(Batch::Entries(entries))) = pair.sessions[0].poll() else { panic!() };
    assert!(pair.sessions[0].poll().is_none(), "nothing else before that is taken in");
    let report = pair.devices[0].ingest(entries);
    assert_eq!(report.joined.len(), 1);
    pair.sessions[0].ingested(&report);
    let credit = pair.sessions[0].poll();
    assert!(matches!(credit, Some(Effect::Send(frame)) if frame[0] == 12));
    assert!(matches!(pair.sessions[0].poll(), Some(Effect::Survey)), "who is in is asked again");
    let peer = pair.ids[1];
    let Ok(survey) = crate::Host::survey(&mut View { device: &mut pair.devices[0], peer });
    pair.sessions[0].surveyed(survey);
    pair.settle(0);
    for frame in [Frame::Wants(vec![]), Frame::RoundEnd] {
        pair.sessions[0].receive(&frame.to_bytes());
        pair.settle(0);
    }
    assert_eq!(pair.closed[0], None);
    assert!(!pair.sent[0].iter().any(|frame| carries_data(frame)));
}

#[test]
fn a_peer_that_keeps_inventing_spaces_is_shown_the_door() {
    let (mut pair, hello) = hostile();
    pair.sessions[0].receive(&hello);
    pair.settle(0);
    let mut number = 0_u64;
    for round in 0..20 {
        for frame in [Frame::VectorsEnd, Frame::ControlEnd, Frame::Wants(vec![]), Frame::RoundEnd] {
            pair.sessions[0].receive(&frame.to_bytes());
            pair.settle(0);
        }
        let mut space = || {
            number += 1;
            let mut id = [0xff; 16];
            id[..8].copy_from_slice(&number.to_be_bytes());
            Lane::control(SpaceId::from_bytes(id))
        };
        let lane = |lane| LaneState { lane, vector: Digest::default(), content: None };
        let lanes = (0..crate::limits::MAX_LANES).map(|_| lane(space())).collect();
        let state = crate::frame::State { round: round + 1, lacking: 0, lanes };
        pair.sessions[0].receive(&Frame::State(state).to_bytes());
        pair.settle(0);
    }
    let fault = pair.closed[0].clone();
    let Some(Closing::Fault(SessionError::TooMuch { what, .. })) = fault else {
        panic!("{fault:?}")
    };
    assert_eq!(what, "spaces that are not shared");
}

#[test]
fn closing_is_told_to_the_other_side_once() {
    let mut pair = Pair::new();
    pair.start();
    pair.sessions[0].close();
    pair.sessions[0].close();
    pair.run();
    assert_eq!(pair.closed, [Some(Closing::Done), Some(Closing::Peer(Farewell::Done))]);
}

#[test]
fn a_device_that_shares_nothing_is_told_so_and_no_more() {
    let school = SchoolId::from_bytes([1; 32]);
    let mut session = Session::new(Config::new(school, Mode::Replica, 1));
    session.start();
    assert!(matches!(session.poll(), Some(Effect::Survey)));
    session.surveyed(Survey::default());
    assert!(matches!(session.poll(), Some(Effect::Send(frame)) if frame == [13, 5]));
    assert!(matches!(session.poll(), Some(Effect::Close(Closing::NothingShared))));
    assert!(session.poll().is_none());
}

#[test]
fn a_host_that_fails_says_farewell_and_is_over() {
    let (mut pair, _) = hostile();
    pair.sessions[0].fail();
    pair.settle(0);
    assert_eq!(pair.closed[0], Some(Closing::Fault(SessionError::HostFailed)));
    assert_eq!(pair.sent[0].last().unwrap(), &[13, 6]);
}
