//! Random work on several devices, held to a model of twenty lines and to the engine's own counts.

use std::collections::{BTreeMap, BTreeSet};

use rand::seq::{IndexedRandom, SliceRandom};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sheaf_records::{Edit, FieldPath};

use super::support::*;
use crate::layout::{path_in_root, path_in_rows};
use crate::scan::{Action, OpId, scan};
use crate::{ActorBytes, Author, Change, Document, Limits, View, scan_change};

/// Changes of one document, made by three devices that meet now and then.
pub(super) fn history_of(seed: u64, saves: usize) -> Vec<Change> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (document, first) = create(&incident());
    let mut all = vec![first];
    let mut devices =
        [(document, ANNA, 1_usize), (rebuild(&[&all[0]]), BEN, 1), (rebuild(&[&all[0]]), CARA, 1)];
    for _ in 0..saves {
        let device = rng.random_range(0..devices.len());
        let (document, actor, seen) = &mut devices[device];
        if rng.random_bool(0.4) {
            apply(document, &all[*seen..].iter().collect::<Vec<_>>());
            *seen = all.len();
        }
        if rng.random_bool(0.1) {
            actor[15] ^= rng.random_range(1..=u8::MAX);
        }
        let edits: Vec<Edit> = (0..rng.random_range(1..4)).map(|_| random_edit(&mut rng)).collect();
        if let Some(change) = document.edit(&edits, *actor, 0).unwrap() {
            all.push(change);
        }
    }
    all
}

fn random_edit(rng: &mut impl Rng) -> Edit {
    let paths = [
        one("location"),
        one("severity"),
        one("narrative"),
        row("participants", &id(20).to_string(), "role"),
        row("participants", &id(22).to_string(), "role"),
        row("notes", "a", "text"),
    ];
    let path = paths.choose(rng).unwrap().clone();
    match rng.random_range(0..6) {
        0 => clear(path),
        1 => set(path, rng.random_range(-3_i64..3)),
        2 => set(path, rng.random_bool(0.5)),
        3 => set(path, "é".repeat(rng.random_range(0..200))),
        _ => set(path, ["hall", "gym", "corridor"][rng.random_range(0..3)]),
    }
}

/// Who wrote what is visible of each field, the winner first: operations that no other replaces,
/// in the order of their ids.
fn model(changes: &[Change]) -> BTreeMap<FieldPath, Vec<Author>> {
    let mut visible: BTreeMap<OpId, (Option<OpId>, String, Author)> = BTreeMap::new();
    let mut maps = BTreeMap::new();
    let mut replaced = BTreeSet::new();
    for change in changes {
        let scanned = scan(&change.bytes, &Limits::STANDARD).unwrap();
        let author = Author { change: change.hash, actor: scanned.facts.actor };
        for (counter, op) in (scanned.facts.start_op..).zip(&scanned.ops) {
            let op_id = OpId { counter, actor: author.actor };
            replaced.extend(op.predecessors.iter().copied());
            match op.action {
                Action::MakeMap => drop(maps.insert(op_id, op.key.to_owned())),
                Action::Put(_) => {
                    visible.insert(op_id, (op.object, op.key.to_owned(), author));
                }
                Action::Delete => {}
            }
        }
    }
    let mut fields: BTreeMap<FieldPath, Vec<Author>> = BTreeMap::new();
    for (op_id, (object, key, author)) in visible.into_iter().rev() {
        let path = match object {
            None => path_in_root(&key),
            Some(map) => path_in_rows(&maps[&map], &key),
        };
        if let (Some(path), false) = (path, replaced.contains(&op_id)) {
            fields.entry(path).or_default().push(author);
        }
    }
    fields
}

#[track_caller]
fn check_against_model(view: &View, changes: &[Change]) {
    let model = model(changes);
    let winners: BTreeMap<_, _> = model.iter().map(|(path, all)| (path.clone(), all[0])).collect();
    assert_eq!(view.authors, winners);
    for (path, contenders) in &view.conflicts {
        let authors: Vec<Author> = contenders.iter().map(|contender| contender.author).collect();
        assert_eq!(authors, model[path], "{path}");
    }
}

#[test]
fn any_order_gives_the_same_view() {
    let mut conflicts = 0;
    for seed in 0..60 {
        let mut changes = history_of(seed, 14);
        let whole = rebuild(&changes.iter().collect::<Vec<_>>());
        let view = whole.view().unwrap();
        conflicts += view.conflicts.len();
        check_against_model(&view, &changes);
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        for _ in 0..4 {
            changes.shuffle(&mut rng);
            let other = rebuild(&changes.iter().collect::<Vec<_>>());
            assert_eq!(other.view().unwrap(), view, "seed {seed}");
            assert_eq!(other.heads().unwrap(), whole.heads().unwrap());
            assert_eq!(piecemeal(&changes).view().unwrap(), view, "seed {seed}");
        }
        let loaded = Document::load(id(1), &whole.save().unwrap()).unwrap();
        assert_eq!(loaded.view().unwrap(), view, "seed {seed}");
    }
    assert!(conflicts > 60, "the devices must have disagreed: {conflicts}");
}

/// Applies one change after another as they come, those that must wait again and again.
fn piecemeal(changes: &[Change]) -> Document {
    let mut document = Document::from_changes(id(1), []).unwrap();
    let mut waiting: Vec<&Change> = changes.iter().collect();
    while !waiting.is_empty() {
        let before = waiting.len();
        waiting.retain(|change| {
            let applied = document.apply(&[&change.bytes]).unwrap();
            matches!(applied, crate::Applied::Missing(_))
        });
        assert!(waiting.len() < before);
    }
    document
}

#[test]
fn the_scan_agrees_with_the_engine_on_every_change() {
    for seed in 100..160 {
        for change in history_of(seed, 12) {
            let facts = scan_change(&change.bytes, &Limits::STANDARD).unwrap();
            let engine = automerge::Change::try_from(change.bytes.as_slice()).unwrap();
            assert_eq!(facts.hash, change.hash);
            assert_eq!(facts.hash, engine.hash().0);
            assert_eq!(facts.op_count, engine.len());
            assert_eq!(facts.seq, engine.seq());
            assert_eq!(facts.start_op, engine.start_op().get());
            assert_eq!(facts.time_ms, engine.timestamp());
            assert_eq!(&facts.actor[..], engine.actor_id().to_bytes());
            let deps: Vec<_> = engine.deps().iter().map(|dep| dep.0).collect();
            assert_eq!(facts.deps, deps);
            assert_eq!(facts.length, change.bytes.len());
        }
    }
}

#[test]
fn actors_that_come_and_go_keep_their_order() {
    let actors: Vec<ActorBytes> = (0..12).map(|n| [n * 21; 16]).collect();
    let (mut document, first) = create(&incident());
    let mut changes = vec![first];
    for actor in actors.iter().rev().chain(&actors) {
        let value = format!("by {}", actor[0]);
        changes.extend(document.edit(&[set(one("narrative"), value)], *actor, 0).unwrap());
    }
    check_against_model(&document.view().unwrap(), &changes);
    assert_eq!(document.change_count().unwrap(), changes.len());
}
