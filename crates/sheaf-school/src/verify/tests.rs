//! Damage of every kind, on a home whose page cipher is off: a bit is flipped in each column of
//! each table that the log or the index is kept in, and each must be found and named.

use std::cell::RefCell;
use std::collections::BTreeSet;

use sheaf_charter::{
    Act, ActorId, Draft, DraftSection, Entry, EntryId, EpochId, ErasureReason, Lane,
};
use sheaf_documents::Document;
use sheaf_records::{Edit, FieldPath, RecordId};

use super::*;
use crate::entropy;
use crate::indexed::document_id;
use crate::journal;
use crate::records::test_school::TestSchool;

/// Tables of this device alone, which follow from nothing: what they hold cannot be checked
/// against the log.
const LOCAL: [&str; 5] = ["counters", "settings", "peers", "invites", "dropped"];
/// Tables that are empty in a home where all is well.
const EMPTY: [&str; 2] = ["absent", "arrived"];

/// A school whose tables all have rows: an incident with a field in conflict, a change that waits
/// and one that is held.
struct Eventful {
    school: TestSchool,
    incident: RecordId,
}

impl Eventful {
    fn new() -> Self {
        let school = TestSchool::plain();
        let incident: RecordId = school.incident().parse().unwrap();
        let eventful = Self { school, incident };
        let first = eventful.document();
        eventful
            .school
            .school
            .edit(&incident.to_string(), &[(severity(), Some("4".into()))])
            .unwrap();
        // At once with that, by another process of the same device.
        let (at_once, _) = eventful.change(&first, [2; 16], 3);
        eventful.write([2; 16], at_once);
        // On top of a change that nobody has.
        let (_, unseen) = eventful.change(&first, [3; 16], 1);
        let (waiting, _) = eventful.change(&unseen, [3; 16], 5);
        eventful.write([3; 16], waiting);
        // By an actor that is not that of its nonce.
        let (foreign, _) = eventful.change(&first, [4; 16], 5);
        eventful.write([5; 16], foreign);
        assert_eq!(eventful.verify(Verify::Check), Vec::<String>::new());
        eventful
    }

    fn document(&self) -> Document {
        let core = &self.school.school.core;
        let (control, lists) = (core.control(), core.lists());
        let projector = Projector::new(&control, &lists.codes);
        core.store.read(|txn| projector.replayed(txn, document_id(self.incident))).unwrap()
    }

    /// A change of the severity on top of a document, and the document with it.
    fn change(&self, on: &Document, nonce: [u8; 16], value: i64) -> (Vec<u8>, Document) {
        let actor = ActorId::derive(self.school.school.core.identity.log(), nonce).to_bytes();
        let mut document = Document::load(self.incident, &on.save().unwrap()).unwrap();
        let path = FieldPath::One(severity());
        let edit = Edit { path, value: Some(value.into()) };
        let change = document.edit(&[edit], actor, 0).unwrap().unwrap();
        (change.bytes, document)
    }

    /// Writes an entry with that section, and takes it in as one that has arrived.
    fn write(&self, nonce: [u8; 16], changes: Vec<u8>) -> Entry {
        let core = &self.school.school.core;
        let document = document_id(self.incident);
        let written: Result<Entry> = core.store.write(|txn| {
            let (control, lists) = (core.control(), core.lists());
            let space = txn.document(document)?.unwrap().space;
            let lane = Lane::data(space);
            let (epoch, key) = control.keys.writing_epoch(space, &control.trust).unwrap();
            let tip = journal::tip(txn, lane, core.identity.log())?.unwrap();
            let (charter_heads, control_heads) = control.heads(lane);
            let draft = Draft {
                school: core.school_id(),
                lane,
                log: core.identity.log(),
                seq: tip.next,
                previous: tip.last,
                charter_heads,
                control_heads,
                epoch,
                claimed_ms: 0,
                acts: Vec::new(),
                sections: vec![DraftSection { document, nonce, changes }],
            };
            let entry = draft.seal(&core.identity, Some(key), &mut entropy::rng())?;
            journal::append(txn, &entry, 0)?;
            let mut projector = Projector::new(&control, &lists.codes);
            projector.take_entry(txn, &entry)?;
            projector.finish(txn)?;
            Ok(entry)
        });
        written.unwrap()
    }

    /// Puts an erasure of the incident into the log, and leaves its content where it is.
    fn erase(&self) {
        let core = &self.school.school.core;
        let document = document_id(self.incident);
        let written: Result<()> = core.store.write(|txn| {
            let control = core.control();
            let space = txn.document(document)?.unwrap().space;
            let log = core.identity.log();
            let (seq, previous) = control.trust.tip(space, log).unwrap();
            let lane = Lane::control(space);
            let (charter_heads, control_heads) = control.heads(lane);
            let reason = ErasureReason::WrittenInError;
            let draft = Draft {
                school: core.school_id(),
                lane,
                log,
                seq: seq + 1,
                previous,
                charter_heads,
                control_heads,
                epoch: EpochId::ZERO,
                claimed_ms: 0,
                acts: vec![Act::Erase { documents: vec![document], reason }],
                sections: Vec::new(),
            };
            let entry = draft.seal(&core.identity, None, &mut entropy::rng())?;
            journal::append(txn, &entry, 0)
        });
        written.unwrap();
    }

    /// What a process finds that opens the home anew.
    fn verify(&self, how: Verify) -> Vec<String> {
        let school = &self.school.school;
        let anew = School::open_to_verify(school.core.dir(), None, school.clock.clone()).unwrap();
        anew.verify(how, &|_| {}).unwrap().problems
    }

    /// The entry with the last change of the incident that stands.
    fn last(&self) -> EntryId {
        let steps = self.school.school.history(&self.incident.to_string()).unwrap();
        steps
            .iter()
            .rfind(|step| step.signature == crate::Signed::Valid)
            .unwrap()
            .entry
            .parse()
            .unwrap()
    }
}

fn severity() -> String {
    "severity".to_owned()
}

/// Flips a bit in one column of one row; says what the problems that are found must name, and what
/// there is to do. With `Mended` a rebuild takes the damage away.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Cure {
    Mended,
    Lost,
}

#[track_caller]
fn check(table: &str, column: &str, condition: &str, named: &str, cure: Cure) {
    let home = Eventful::new();
    let condition = condition
        .replace("INCIDENT", &format!("x'{}'", home.incident))
        .replace("LAST", &format!("x'{}'", home.last()));
    let named = named
        .replace("INCIDENT", &home.incident.to_string())
        .replace("LAST", &home.last().to_string());
    home.school.flip(table, column, &condition);
    let problems = home.verify(Verify::Check);
    let what = format!("{table}.{column}: {problems:#?}");
    assert!(problems.iter().any(|problem| problem.contains(&named)), "{named} in {what}");
    let advice = match cure {
        Cure::Mended => "; `sheaf verify --rebuild` makes the index anew",
        Cure::Lost => "; the log is damaged: join again with this device",
    };
    assert!(problems.iter().any(|problem| problem.ends_with(advice)), "{what}");
    if cure == Cure::Mended {
        assert_eq!(home.verify(Verify::Rebuild), Vec::<String>::new(), "{table}.{column}");
    }
}

#[test]
fn a_flipped_bit_in_the_log_is_found_and_named() {
    use Cure::Lost;
    let own = "log = (SELECT row FROM logs WHERE part = 1)";
    check("entries", "id", own, "its header is not the one that its id commits to", Lost);
    check("entries", "header", "id = LAST", "entry LAST: its header is not the one", Lost);
    check("entries", "signature", "id = LAST", "entry LAST: its signature does not fit", Lost);
    // Of the charter: nothing stands without it, and the home still opens to be checked.
    let founding = "arrival = 1";
    check("entries", "header", founding, "which founds the school: it is not here", Lost);
    check("entries", "signature", founding, "its signature does not fit", Lost);
    let names = "place / 512 = 2";
    check("sections", "sealed", names, "its bytes are not those that the header commits to", Lost);
    let document = "document = INCIDENT";
    check("sections", "sealed", document, "document INCIDENT: its bytes are not those", Lost);
    check("sections", "document", document, "document INCIDENT: it is stored for another", Lost);
    check("logs", "tips", "part = 1", "its end is not that of its entries", Lost);
    check("logs", "log", "part = 1", "it is stored in another place", Lost);
    check("logs", "space", "part = 1", "it is stored in another place", Lost);
}

#[test]
fn a_flipped_bit_in_the_index_is_found_named_and_mended() {
    use Cure::Mended;
    let document = "document = INCIDENT";
    check("documents", "document", document, "INCIDENT: the log gives it", Mended);
    check("documents", "space", document, "INCIDENT: it is kept in another space", Mended);
    check("documents", "heads", document, "INCIDENT: its heads are not", Mended);
    check("documents", "stored", document, "INCIDENT: ", Mended);
    check("held", "document", document, "it is noted for another document", Mended);
    check("held", "reason", document, "nothing bears out that it is held", Mended);
    for column in ["needs", "reason"] {
        check("pending", column, document, "document INCIDENT: it does not wait for", Mended);
    }
    check("pending", "document", document, "it is noted for another document", Mended);
    let record = "record = INCIDENT";
    check("records", "record", record, "INCIDENT: it is not in the index", Mended);
    for column in ["space", "created_by", "entry", "title"] {
        check("records", column, record, "INCIDENT: its line in the index", Mended);
    }
    check("records", "json", record, "INCIDENT: ", Mended);
}

#[test]
fn what_is_kept_by_two_columns_is_found_and_mended_too() {
    for (sql, named) in [
        ("UPDATE records SET sort_at = sort_at + 1 WHERE record = INCIDENT", "its line"),
        ("UPDATE records SET created_ms = 1 WHERE record = INCIDENT", "its line"),
        ("UPDATE records SET withdrawn = 1 WHERE record = INCIDENT", "its line"),
        ("UPDATE records SET body = 'x' WHERE record = INCIDENT", "its line"),
        ("UPDATE records SET conflicts = 0 WHERE record = INCIDENT", "its line"),
        ("UPDATE records SET kind = 'pupil' WHERE record = INCIDENT", "its line"),
        ("UPDATE documents SET changes = 7 WHERE document = INCIDENT", "its heads"),
        ("DELETE FROM records WHERE record = INCIDENT", "it is not in the index"),
        ("DELETE FROM documents WHERE document = INCIDENT", "the log gives it"),
        ("UPDATE links SET role = 'witness'", "what it concerns"),
        ("UPDATE links SET related = zeroblob(16)", "what it concerns"),
        ("UPDATE conflicts SET path = 'location'", "its conflicts"),
        ("DELETE FROM conflicts", "its conflicts"),
        ("DELETE FROM held", "it counts, though it holds changes of another author"),
        ("DELETE FROM pending", "earlier changes of the document are missing"),
        ("UPDATE buckets SET state = zeroblob(32)", "of the digest of"),
        ("DELETE FROM buckets", "of the digest of"),
        ("INSERT INTO parts SELECT space, bucket, zeroblob(8192) FROM buckets", "of the digest of"),
        ("INSERT INTO parts SELECT space, bucket, x'00' FROM buckets", "of the digest of"),
        ("DELETE FROM search_data WHERE id > 10", "search"),
    ] {
        let home = Eventful::new();
        home.school.damage(&sql.replace("INCIDENT", &format!("x'{}'", home.incident)));
        let problems = home.verify(Verify::Check);
        assert!(problems.iter().any(|one| one.contains(named)), "{sql}: {problems:#?}");
        assert_eq!(home.verify(Verify::Rebuild), Vec::<String>::new(), "{sql}");
    }
}

#[test]
fn what_no_rebuild_brings_back_is_named() {
    let section = "place IN (SELECT max(place) FROM sections)";
    let arrival = "arrival IN (SELECT max(arrival) FROM entries)";
    for (sql, named) in [
        (format!("DELETE FROM sections WHERE {section}"), "it is not stored once"),
        (
            "INSERT INTO absent SELECT place, document FROM sections".to_owned(),
            "it is not stored once",
        ),
        ("INSERT INTO absent VALUES (51200000, zeroblob(16))".to_owned(), "belong to no entry"),
        ("INSERT INTO arrived VALUES (1, 51200000, 0)".to_owned(), "belong to no entry"),
        (format!("DELETE FROM entries WHERE {arrival}"), "belong to no entry"),
        (
            "DELETE FROM entries WHERE seq = 1".to_owned(),
            "the entry before it in its log is missing",
        ),
        ("UPDATE logs SET entries = entries + 1".to_owned(), "its end is not that of its entries"),
        ("UPDATE entries SET seq = seq + 1".to_owned(), "it is stored in another place"),
        (
            "UPDATE logs SET part = 1 WHERE space = zeroblob(16)".to_owned(),
            "it is stored in another place",
        ),
        ("UPDATE entries SET log = 999".to_owned(), "it is stored in another place"),
    ] {
        let home = Eventful::new();
        home.school.damage(&sql);
        let problems = home.verify(Verify::Check);
        assert!(problems.iter().any(|one| one.contains(named)), "{sql}: {problems:#?}");
    }
}

/// A section that is listed as absent, though nothing was erased, is asked for.
#[test]
fn a_section_that_is_missing_is_named_with_where_to_get_it() {
    let home = Eventful::new();
    let section = "place IN (SELECT max(place) FROM sections)";
    home.school.damage(&format!(
        "INSERT INTO absent SELECT place, document FROM sections WHERE {section}"
    ));
    home.school.damage(&format!("DELETE FROM sections WHERE {section}"));
    home.school.damage("DELETE FROM held WHERE place IN (SELECT place FROM absent)");
    let problems = home.verify(Verify::Check);
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert!(problems[0].contains("it is missing and was not erased; replicate"), "{problems:#?}");
}

/// Each table is damaged above, or stands here with the reason.
#[test]
fn no_table_is_left_out() {
    let home = Eventful::new();
    let file = home.school.school.core.dir().join("school.db");
    let connection = rusqlite::Connection::open(file).unwrap();
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table'";
    let mut statement = connection.prepare(sql).unwrap();
    let names = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let tested = include_str!("tests.rs");
    let of_search = |name: &str| name.starts_with("search") || name.starts_with("sqlite_");
    let left_out: BTreeSet<String> = names
        .map(|name| name.unwrap())
        .filter(|name| !of_search(name) && !LOCAL.contains(&name.as_str()))
        .filter(|name| {
            let flipped = tested.contains(&format!("check(\"{name}\""));
            let written = [format!("UPDATE {name} "), format!("INTO {name} ")];
            !flipped && !written.iter().any(|sql| tested.contains(sql))
        })
        .collect();
    assert_eq!(left_out, BTreeSet::new());
    for table in EMPTY {
        let count: i64 = connection
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
            .unwrap();
        assert_eq!(count, 0, "{table}");
    }
}

#[test]
fn a_check_tells_how_far_it_is() {
    let home = Eventful::new();
    let told = RefCell::new(Vec::new());
    home.school
        .school
        .verify(Verify::Check, &|at| told.borrow_mut().push((at.what, at.done)))
        .unwrap();
    assert_eq!(*told.borrow(), [("entries", 0), ("documents", 0)]);
}

/// Rule 8. What was erased may be neither in the log nor in the index.
#[test]
fn an_erased_record_that_is_still_here_is_found_and_dropped() {
    let home = Eventful::new();
    home.erase();
    let problems = home.verify(Verify::Check);
    let incident =
        format!("document {}: it was erased, and its bytes are still here", home.incident);
    assert_eq!(problems.iter().filter(|one| one.contains(&incident)).count(), 5, "{problems:#?}");
    let indexed = format!("{}: it was erased, and is still here", home.incident);
    assert!(problems.iter().any(|one| one.starts_with(&indexed)), "{problems:#?}");
    assert_eq!(home.verify(Verify::Rebuild), Vec::<String>::new());
}

/// Many problems are listed up to a limit, and counted beyond it.
#[test]
fn a_ruined_home_gives_a_list_of_bounded_length() {
    let home = Eventful::new();
    for _ in 0..40 {
        home.school.incident();
    }
    home.school.damage("UPDATE records SET body = 'x', json = '{}'");
    home.school.damage("UPDATE sections SET sealed = zeroblob(256)");
    home.school.damage("UPDATE entries SET signature = zeroblob(64)");
    let problems = home.verify(Verify::Check);
    assert_eq!(problems.len(), 101);
    assert!(
        problems[100].starts_with("and ") && problems[100].ends_with(" more"),
        "{}",
        problems[100]
    );
}
