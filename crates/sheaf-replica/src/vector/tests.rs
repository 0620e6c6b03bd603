//! Vectors: what is missing, forks, and one encoding.

use std::convert::Infallible;

use super::*;

fn id(number: u64) -> EntryId {
    EntryId::from_bytes(*blake3::hash(&number.to_be_bytes()).as_bytes())
}

fn log(number: u8) -> LogId {
    LogId::from_bytes([number; 32])
}

/// The tips after these entries: (seq, number of the previous, own number).
fn tips(entries: &[(u64, u64, u64)]) -> LogTips {
    let mut tips: Option<LogTips> = None;
    for (seq, previous, own) in entries {
        match &mut tips {
            None => tips = Some(LogTips::first(id(*own))),
            Some(tips) => {
                tips.join(*seq, id(*previous), id(*own));
            }
        }
    }
    tips.expect("an entry")
}

fn vector(tips: LogTips) -> Vector {
    let mut vector = Vector::new();
    vector.set(log(1), &tips);
    vector
}

/// From where on `mine` sends, when it holds the entries of these numbers.
#[track_caller]
fn check(mine: &LogTips, held: &[u64], peer: &LogTips, from: Option<u64>) {
    let holds = |entry| Ok::<_, Infallible>(held.iter().any(|number| id(*number) == entry));
    let Ok(spans) = vector(mine.clone()).missing_from(&vector(peer.clone()), holds);
    assert_eq!(spans.first().map(|span| span.from), from);
}

const TRUNK: [(u64, u64, u64); 3] = [(0, 0, 10), (1, 10, 11), (2, 11, 12)];

fn branch(entries: &[(u64, u64, u64)]) -> LogTips {
    tips(&[&TRUNK[..], entries].concat())
}

#[test]
fn an_unforked_log_is_sent_from_where_the_peer_stands() {
    let (two, three) = (tips(&TRUNK[..2]), tips(&TRUNK));
    check(&three, &[10, 11, 12], &two, Some(2));
    check(&two, &[10, 11], &three, None);
    check(&three, &[10, 11, 12], &three, None);
    let Ok(spans) = vector(three).missing_from(&Vector::new(), |_| Ok::<_, Infallible>(false));
    assert_eq!(spans, [Span { log: log(1), from: 0 }]);
}

#[test]
fn of_two_branches_that_know_nothing_of_each_other_the_further_is_sent_whole() {
    let (a, b) = (branch(&[(3, 12, 20), (4, 20, 21)]), branch(&[(3, 12, 30)]));
    check(&a, &[10, 11, 12, 20, 21], &b, Some(0));
    check(&b, &[10, 11, 12, 30], &a, None);
    let level = branch(&[(3, 12, 20)]);
    check(&level, &[10, 11, 12, 20], &b, Some(0));
    check(&b, &[10, 11, 12, 30], &level, Some(0));
}

#[test]
fn a_known_fork_is_sent_from_the_fork_on() {
    let both = branch(&[(3, 12, 20), (3, 12, 30), (4, 20, 21)]);
    assert_eq!(both.forked_at(), Some(3));
    let held = [10, 11, 12, 20, 21, 30];
    check(&both, &held, &branch(&[(3, 12, 30)]), Some(3));
    check(&both, &held, &tips(&TRUNK[..2]), Some(2));
    check(&both, &held, &both, None);
}

#[test]
fn tips_do_not_depend_on_the_order_of_arrival() {
    let one = branch(&[(3, 12, 20), (4, 20, 21), (3, 12, 30), (1, 10, 40)]);
    let other = branch(&[(1, 10, 40), (3, 12, 30), (3, 12, 20), (4, 20, 21)]);
    assert_eq!(one, other);
    assert_eq!(one.to_bytes(), other.to_bytes());
    assert_eq!(one.forked_at(), Some(1));
    assert_eq!(vector(one).digest(), vector(other).digest());
}

#[test]
fn an_entry_says_how_it_met_its_log() {
    let mut tips = tips(&TRUNK);
    assert_eq!(tips.join(3, id(12), id(13)), Joint::Extends);
    assert_eq!(tips.join(3, id(12), id(14)), Joint::Forks);
    assert_eq!(tips.join(0, EntryId::ZERO, id(15)), Joint::Forks);
    assert_eq!((tips.forked_at(), tips.next(), tips.tips().len()), (Some(0), 4, 3));
}

#[test]
fn the_encoding_is_read_back_and_only_that() {
    let mut vector = vector(branch(&[(3, 12, 20), (3, 12, 30)]));
    vector.set(log(7), &tips(&TRUNK));
    let mut out = Writer::new();
    vector.write(&mut out);
    let bytes = out.finish();
    let mut reader = Reader::new(&bytes);
    assert_eq!(Vector::read(&mut reader), Ok(vector));
    assert_eq!(reader.end(), Ok(()));
    for length in 0..bytes.len() {
        assert!(Vector::read(&mut Reader::new(&bytes[..length])).is_err());
    }
}

#[test]
fn what_no_encoder_writes_is_refused() {
    let one = tips(&TRUNK).to_bytes();
    let none = [0];
    let mut many = one.clone();
    many[0] = 200;
    let mut nothing_yet = one.clone();
    nothing_yet[1..9].fill(0);
    let forked = branch(&[(3, 12, 20), (3, 12, 30)]).to_bytes();
    let mut swapped = forked.clone();
    swapped[9..49].copy_from_slice(&forked[49..89]);
    swapped[49..89].copy_from_slice(&forked[9..49]);
    for bytes in [&none[..], &many, &nothing_yet, &swapped, &[&one[..], &[0]].concat()] {
        assert!(LogTips::from_bytes(bytes).is_err());
    }
    assert_eq!(LogTips::from_bytes(&one), Ok(tips(&TRUNK)));
}

/// What one device holds of one log: each entry's number with its seq and its predecessor.
#[derive(Clone, Default)]
struct Held(std::collections::BTreeMap<u64, (u64, u64)>);

impl Held {
    /// In the order of their seqs, in which their predecessors come first.
    fn entries(&self) -> Vec<(u64, u64, u64)> {
        let mut entries: Vec<_> =
            self.0.iter().map(|(own, (seq, before))| (*seq, *before, *own)).collect();
        entries.sort_unstable();
        entries
    }

    fn vector(&self) -> Vector {
        vector(tips(&self.entries()))
    }

    fn holds(&self, entry: EntryId) -> bool {
        self.0.keys().any(|number| id(*number) == entry)
    }

    /// What it sends to a device with that vector, which was on the wire.
    fn sends(&self, peer: &Vector) -> Vec<(u64, u64, u64)> {
        let mut out = Writer::new();
        peer.write(&mut out);
        let peer = Vector::read(&mut Reader::new(out.as_bytes())).unwrap();
        let Ok(spans) = self.vector().missing_from(&peer, |id| Ok::<_, Infallible>(self.holds(id)));
        let from = spans.first().map(|span| span.from);
        let lacked = |seq: u64| from.is_some_and(|from| seq >= from);
        self.entries().into_iter().filter(|(seq, _, _)| lacked(*seq)).collect()
    }

    fn take(&mut self, entries: &[(u64, u64, u64)]) {
        for (seq, before, own) in entries {
            assert!(*seq == 0 || self.0.contains_key(before), "a gap before {own}");
            self.0.insert(*own, (*seq, *before));
        }
    }
}

/// A log of so many entries, each of which continues another by chance, and what a device that
/// was given some of it holds.
fn grown(entries: u64, forks_of_ten: u64, seed: u64) -> (Held, Vec<Held>) {
    let mut random = crate::random::Spread::new(seed);
    let mut whole = Held::default();
    whole.0.insert(0, (0, 0));
    for own in 1..entries {
        let forks = random.below(10) < forks_of_ten;
        let before = if forks { random.below(own) } else { own - 1 };
        let seq = whole.0[&before].0 + 1;
        whole.0.insert(own, (seq, before));
    }
    let mut devices = vec![Held::default(); 3];
    for device in &mut devices {
        device.0.insert(0, (0, 0));
        let mut at = random.below(entries);
        for _ in 0..random.below(entries) {
            let mut path = at;
            while path > 0 {
                device.0.insert(path, whole.0[&path]);
                path = whole.0[&path].1;
            }
            at = random.below(entries);
        }
    }
    (whole, devices)
}

#[test]
fn two_devices_agree_on_a_log_after_three_rounds_however_often_it_forked() {
    let mut often = 0;
    for seed in 0..300 {
        let (_, devices) = grown(2 + seed % 190, seed % 11, seed);
        let [mut a, mut b, _] = <[Held; 3]>::try_from(devices).ok().unwrap();
        often += u64::from(a.vector().iter().any(|(_, reached)| reached.all.is_some()));
        for _ in 0..3 {
            let (from_a, from_b) = (a.sends(&b.vector()), b.sends(&a.vector()));
            a.take(&from_b);
            b.take(&from_a);
        }
        assert_eq!(a.0, b.0, "seed {seed}");
        assert_eq!(a.vector().digest(), b.vector().digest());
        assert!(a.sends(&b.vector()).is_empty());
    }
    assert!(often > 50, "{often} logs had more branches than are named");
}

#[test]
fn equal_vectors_of_a_log_that_forked_often_mean_equal_entries() {
    for seed in 0..200 {
        let (whole, devices) = grown(60, 9, seed);
        for device in devices {
            let same = device.0 == whole.0;
            assert_eq!(device.vector() == whole.vector(), same, "seed {seed}");
            assert_eq!(device.vector().digest() == whole.vector().digest(), same, "seed {seed}");
        }
    }
}

#[test]
fn however_often_a_log_forked_its_vector_is_short() {
    let mut tips = tips(&TRUNK);
    for number in 100..10_000 {
        tips.join(3, id(12), id(number));
    }
    let mut out = Writer::new();
    vector(tips).write(&mut out);
    assert_eq!(out.as_bytes().len(), 2 + 32 + 1 + 32 + 8 + 16 * 40);
}

/// Whether a device that has got as far as `peer` has the entry at `seq` of what is here.
#[track_caller]
fn check_has(peer: &LogTips, seq: u64, (here, held): (&LogTips, &[u64]), expected: bool) {
    let holds = |entry| Ok::<_, Infallible>(held.iter().any(|number| id(*number) == entry));
    let here = vector(here.clone());
    let Ok(has) = vector(peer.clone()).has((log(1), seq), &here, holds);
    assert_eq!(has, expected);
}

#[test]
fn whoever_has_got_past_an_entry_has_it() {
    let (two, three) = (tips(&TRUNK[..2]), tips(&TRUNK));
    let here = (&three, &[10, 11, 12][..]);
    check_has(&two, 1, here, true);
    check_has(&two, 2, here, false);
    check_has(&three, 2, here, true);
    let nothing = |_| Ok::<_, Infallible>(true);
    assert_eq!(Vector::new().has((log(1), 0), &vector(three), nothing), Ok(false));
}

#[test]
fn whoever_may_be_on_another_branch_is_not_said_to_have_an_entry() {
    let (here, other) = (branch(&[(3, 12, 20)]), branch(&[(3, 12, 30), (4, 30, 31)]));
    check_has(&other, 3, (&here, &[10, 11, 12, 20][..]), false);
    let both = branch(&[(3, 12, 20), (3, 12, 30), (4, 30, 31)]);
    let here = (&both, &[10, 11, 12, 20, 30, 31][..]);
    check_has(&other, 3, here, false);
    check_has(&other, 2, here, true);
    check_has(&both, 3, here, true);
}

#[test]
fn a_vector_in_parts_is_the_same_once_they_are_put_together() {
    let mut vector = Vector::new();
    (0..100).for_each(|number| vector.set(log(number), &tips(&TRUNK)));
    let mut out = Writer::new();
    vector.write(&mut out);
    assert_eq!(vector.log_bytes() + 2, out.as_bytes().len());
    let vector = Arc::new(vector);
    for (max_bytes, count) in [(80, 100), (1_000, 8), (vector.log_bytes(), 1)] {
        let parts = vector.parts(max_bytes);
        assert_eq!(parts.len(), count);
        let mut whole = Vector::clone(&parts[0]);
        for part in &parts[1..] {
            assert!(part.log_bytes() <= max_bytes);
            assert!(whole.append(Vector::clone(part)));
            assert!(!whole.append(Vector::clone(part)), "it comes once");
        }
        assert_eq!(whole, *vector);
        assert!(!whole.append(Vector::new()), "nothing comes after the last");
    }
    let nothing = Arc::new(Vector::new());
    assert_eq!(nothing.parts(80), [Arc::clone(&nothing)]);
}

#[test]
fn no_part_of_a_vector_has_more_logs_than_are_read_at_once() {
    let mut vector = Vector::new();
    for number in 0..MAX_LOGS as u64 + 1 {
        vector.set(LogId::from_bytes(id(number).to_bytes()), &tips(&TRUNK));
    }
    let parts = Arc::new(vector).parts(usize::MAX);
    assert_eq!(parts.iter().map(|part| part.len()).collect::<Vec<_>>(), [MAX_LOGS, 1]);
}
