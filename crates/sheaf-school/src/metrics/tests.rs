//! Tests of sharing, with a mentor's device that has a modified build.

use std::path::{Path, PathBuf};

use expect_test::{Expect, expect};
use jiff::civil::date;
use sheaf_records::{Edit, FieldPath, Record};
use sheaf_store::Query;
use tempfile::TempDir;

use super::shared::Shared;
use super::*;
use crate::save::Write;
use crate::shape::MetricState;
use crate::{Clock, DemoOptions, demo_school};

const ID: &str = "late-to-lessons";

/// The head's, the safeguarding lead's and a mentor's device, and a drive that they share.
struct Three {
    dir: TempDir,
    head: School,
    dsl: School,
    mentor: School,
}

impl Three {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let options = DemoOptions { pupils: 8, years: 1, seed: 1, devices: 3, plain: true };
        demo_school(dir.path(), &options, &|_| {}).unwrap();
        let clock = Clock::as_of(date(2026, 11, 20));
        let open = |name: &str| School::open(&dir.path().join(name), None, clock.clone()).unwrap();
        let (head, dsl, mentor) = (open("1"), open("2"), open("3"));
        Self { dir, head, dsl, mentor }
    }

    /// All of them have what any of them has.
    fn meet(&self) {
        for school in [&self.mentor, &self.head, &self.dsl, &self.mentor, &self.head] {
            school.sync_folder(&self.drive()).unwrap();
        }
    }

    fn drive(&self) -> PathBuf {
        let drive = self.dir.path().join("drive");
        std::fs::create_dir_all(&drive).unwrap();
        drive
    }

    /// The folder of a metric that passes its own check, in this version.
    fn folder(&self, version: &str) -> PathBuf {
        let folder = self.dir.path().join(version).join(ID);
        std::fs::create_dir_all(folder.parent().unwrap()).unwrap();
        new_metric(&folder).unwrap();
        let file = folder.join("plugin.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(file, text.replace("0.1.0", version)).unwrap();
        folder
    }
}

#[track_caller]
fn only(school: &School) -> Shared {
    let mut all = school.shared().unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T>, expected: Expect) {
    expected.assert_eq(&result.unwrap_err().to_string());
}

fn decision(about: &Shared, is_approved: bool, turn: i64) -> Record {
    let id = RecordId::from_bytes([u8::try_from(turn).unwrap(); 16]);
    let mut decision = Record { id, kind: Kind::MetricDecision, fields: Default::default() };
    decision.set("about", about.id);
    decision.set("hash", about.package.as_ref().unwrap().hash());
    decision.set("approved", is_approved);
    decision.set("turn", turn);
    decision
}

#[track_caller]
fn force(school: &School, write: Write) {
    let pastoral = school.space_for(Kind::Metric, None).unwrap();
    school.core.save(&school.clock, pastoral, &[write]).unwrap();
}

/// A mentor is refused by their own device; an approval that a modified build of theirs writes is
/// none, on no device.
#[test]
fn an_approval_by_a_mentor_is_none() {
    let three = Three::new();
    three.mentor.share_metric(&three.folder("1.0.0"), None).unwrap();
    let approve = MetricVerdict::Approve(None);
    refused(
        three.mentor.decide_metric(ID, None, &approve),
        expect!["not allowed: approving a metric is for leads and above"],
    );
    let forged = decision(&only(&three.mentor), true, 3);
    let json = sheaf_records::to_json(&forged);
    refused(
        three.mentor.add(Kind::MetricDecision, None, &json.into()),
        expect!["not allowed: approving a metric is for leads and above"],
    );
    force(&three.mentor, Write::Create(forged));
    three.meet();
    for school in [&three.head, &three.dsl, &three.mentor] {
        assert_eq!(only(school).state, MetricState::Waiting);
        assert!(!school.metrics().unwrap().iter().any(|one| one.manifest.id == ID));
    }
    three.head.decide_metric(ID, None, &approve).unwrap();
    three.meet();
    for school in [&three.head, &three.dsl, &three.mentor] {
        assert_eq!(only(school).state, MetricState::Approved);
        assert!(school.metrics().unwrap().iter().any(|one| one.manifest.id == ID));
    }
}

/// An approval is of exact bytes: other bytes in the same record are not approved, nor is anything
/// once an approval was changed by whoever it was.
#[test]
fn what_was_changed_afterwards_is_not_approved() {
    let three = Three::new();
    three.mentor.share_metric(&three.folder("1.0.0"), None).unwrap();
    let other = Package::load(&three.folder("1.1.0")).unwrap();
    three.meet();
    three.head.decide_metric(ID, None, &MetricVerdict::Approve(None)).unwrap();
    three.meet();
    let before = only(&three.mentor);
    let set = |name: &str, value: &str| Edit {
        path: FieldPath::One(name.to_owned()),
        value: Some(value.into()),
    };
    let text = other.to_text().unwrap();
    refused(
        three.mentor.edit(&before.id.to_string(), &[("package".to_owned(), Some(text.clone()))]),
        expect![[
            "what was shared or decided does not change: share another version, or decide again"
        ]],
    );
    // A modified build signs what it likes: the record is another, and nobody approved it.
    let signature = signed_by(&three.mentor, &other);
    force(
        &three.mentor,
        Write::Edit(before.id, vec![set("package", &signature), set("version", "1.1.0")], None),
    );
    three.meet();
    assert_eq!(only(&three.dsl).state, MetricState::Waiting);
    force(&three.mentor, Write::Edit(before.id, vec![set("package", &text)], None));
    three.meet();
    let broken = only(&three.dsl);
    assert_eq!(broken.state, MetricState::Broken);
    assert_eq!(
        broken.why.as_deref(),
        Some("`signature.json` of the metric: missing; nobody signed it")
    );
}

fn signed_by(school: &School, package: &Package) -> String {
    let make = sheaf_metrics::Signature::make;
    let signature = make(&school.core.identity, "Somebody", "Somewhere", package.files()).unwrap();
    package.with_signature(&signature).unwrap().to_text().unwrap()
}

/// Two leads who decide without knowing of each other: nothing runs until they agree.
#[test]
fn of_two_decisions_at_once_the_refusal_counts() {
    let three = Three::new();
    three.mentor.share_metric(&three.folder("1.0.0"), None).unwrap();
    three.meet();
    three.head.decide_metric(ID, None, &MetricVerdict::Approve(None)).unwrap();
    let refuse = MetricVerdict::Refuse("Counts those who left".to_owned());
    three.dsl.decide_metric(ID, None, &refuse).unwrap();
    three.meet();
    for school in [&three.head, &three.dsl, &three.mentor] {
        assert_eq!(only(school).state, MetricState::Refused);
    }
    refused(
        three.mentor.metric(ID),
        expect![
            "not allowed: `late-to-lessons` 1.0.0 of Jessica Ward was refused by Ruby Morris: \
             Counts those who left"
        ],
    );
    three.head.decide_metric(ID, Some("1.0.0"), &MetricVerdict::Approve(None)).unwrap();
    three.meet();
    assert_eq!(only(&three.mentor).state, MetricState::Approved);
    // A mentor who tampers with an approval stops the metric; they cannot set one free.
    let head = three.head.shared().unwrap();
    let approval = Query::of_kind(Kind::MetricDecision.name());
    let rows = three.mentor.core.store.read(|snapshot| snapshot.list(&approval)).unwrap().records;
    assert_eq!(head.len(), 1);
    for row in rows {
        let path = FieldPath::One("reason".to_owned());
        let edit = Edit { path, value: Some("Tampered with".into()) };
        let id = crate::indexed::record_id(row.record);
        force(&three.mentor, Write::Edit(id, vec![edit], None));
    }
    three.meet();
    assert_eq!(only(&three.dsl).state, MetricState::Refused);
}

/// A higher version takes effect with its approval; when it is stopped the one before runs again.
#[test]
fn a_version_takes_the_place_of_another_once_it_is_approved() {
    let three = Three::new();
    let approve = MetricVerdict::Approve(None);
    three.head.share_metric(&three.folder("1.2.0"), None).unwrap();
    three.head.decide_metric(ID, None, &approve).unwrap();
    let done = three.head.share_metric(&three.folder("1.10.0"), None).unwrap();
    assert_eq!(done.state, Some(MetricState::Waiting));
    three.meet();
    let version = |school: &School| school.metric(ID).unwrap().manifest.version;
    assert_eq!(version(&three.dsl), "1.2.0");
    let done = three.dsl.decide_metric(ID, None, &approve).unwrap();
    assert_eq!(done.effect, "everybody runs late-to-lessons 1.10.0 now, in the place of 1.2.0");
    three.meet();
    assert_eq!(version(&three.mentor), "1.10.0");
    let old = three.mentor.metric_of_version(ID, Some("1.2.0")).unwrap();
    assert_eq!(old.manifest.version, "1.2.0");
    refused(
        three.mentor.metric_of_version(ID, Some("9.9.9")),
        expect!["there is no metric `late-to-lessons 9.9.9` here: there are 1.2.0, 1.10.0"],
    );
    refused(
        three.mentor.metric_of_version("hotspots", Some("9.9.9")),
        expect!["there is no metric `hotspots 9.9.9` here: there is 1.0.0"],
    );
    let folder = three.folder("1.3.0");
    let other = three.mentor.metric_of_version(folder.to_str().unwrap(), Some("9.9.9"));
    refused(
        other.map_err(|error| placed(&error, &folder)),
        expect!["there is no metric `FOLDER 9.9.9` here: there is 1.3.0"],
    );
    let stop = MetricVerdict::Refuse("Counts twice".to_owned());
    let done = three.head.decide_metric(ID, None, &stop).unwrap();
    assert_eq!(done.effect, "late-to-lessons 1.10.0 does not run; everybody runs 1.2.0");
    three.meet();
    assert_eq!(version(&three.mentor), "1.2.0");
    let low = three.mentor.share_metric(&three.folder("1.1.0"), None).unwrap_err().to_string();
    let end = "; give this one a higher `version` in plugin.toml than 1.1.0";
    assert!(low.starts_with("`late-to-lessons` 1.2.0 is here already (Callum Brown, "), "{low}");
    assert!(low.ends_with(end), "{low}");
}

/// Who writes a metric tries it before its examples hold; nobody runs it until then.
#[test]
fn a_metric_in_a_folder_runs_once_its_examples_hold() {
    let three = Three::new();
    let (folder, school) = (three.folder("1.0.0"), &three.mentor);
    let load = || school.metric(folder.to_str().unwrap()).unwrap();
    let run = || school.run_metric(&load(), &[], CancelSwitch::default());
    run().unwrap();
    let file = folder.join("examples/small-groups.json");
    let example = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, example.replace("6, 6", "7, 6")).unwrap();
    let why = run().unwrap_err().to_string();
    let names = "`late-to-lessons` does not give what its example examples/small-groups.json says";
    assert!(why.starts_with(names), "{why}");
    school.try_metric(&load(), &[], CancelSwitch::default()).unwrap();
    assert_eq!(check_metric(&folder).unwrap().failed.len(), 1);
    std::fs::write(&file, example).unwrap();
    run().unwrap();
}

/// The id of a metric that comes with Sheaf is nobody else's.
#[test]
fn a_bundled_id_is_not_taken() {
    let three = Three::new();
    let id = "behaviour-trends";
    let folder = three.dir.path().join(id);
    new_metric(&folder).unwrap();
    refused(
        three.mentor.share_metric(&folder, None),
        expect!["`behaviour-trends` is the id of a metric that comes with Sheaf"],
    );
    let package = Package::load(&folder).unwrap();
    let mut record = Record {
        id: RecordId::from_bytes([7; 16]),
        kind: Kind::Metric,
        fields: Default::default(),
    };
    let text = signed_by(&three.mentor, &package);
    for (name, value) in [("metric", id), ("name", "Behaviour trends"), ("version", "0.1.0")] {
        record.set(name, value);
    }
    record.set("package", text);
    force(&three.mentor, Write::Create(record));
    three.meet();
    assert_eq!(only(&three.head).state, MetricState::Broken);
    let ran = three.head.metric(id).unwrap();
    assert_ne!(ran.hash(), package.hash(), "what comes with Sheaf runs");
}

/// From another school: who signed it is said by key, and what was changed or is unsigned is
/// refused.
#[test]
fn what_comes_from_another_school_is_signed_and_waits() {
    let (three, other) = (Three::new(), crate::records::test_school::TestSchool::new());
    let folder = three.folder("1.0.0");
    let zip = three.dir.path().join("late.zip");
    refused(
        three.head.import_metric(&folder, None).map_err(|error| placed(&error, &folder)),
        expect![
            "FOLDER: `signature.json` is missing, so nobody answers for these files; whoever wrote \
             the metric signs it with `sheaf metric sign`"
        ],
    );
    other.school.share_metric(&folder, None).unwrap();
    other.school.export_metric(ID, None, &zip).unwrap();
    let mut bytes = std::fs::read(&zip).unwrap();
    let done = three.mentor.import_metric(&zip, None).unwrap();
    assert_eq!(done.state, Some(MetricState::Waiting));
    let signature = done.signature.unwrap();
    assert_eq!(signature.known_as, None);
    assert_eq!(signature.key, other.school.core.device().to_string());
    let says = signature.says.replace(&signature.fingerprint, "KEY");
    expect![[
        "signed with a key that nobody here knows (KEY); it says that it is of Anna Head, Bramble \
         Vale Academy (invented)"
    ]]
    .assert_eq(&says);
    let again = three.mentor.import_metric(&zip, None).unwrap_err().to_string();
    let known = "`late-to-lessons` 1.0.0 is here already: Jessica Ward shared it on ";
    assert!(again.starts_with(known), "{again}");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&zip, bytes).unwrap();
    assert!(three.dsl.import_metric(&zip, None).is_err());
    assert!(three.dsl.shared().unwrap().is_empty());
}

fn placed(error: &SchoolError, folder: &Path) -> SchoolError {
    SchoolError::Refused(error.to_string().replace(&folder.display().to_string(), "FOLDER"))
}

/// What a desk approves are the files that were looked at, while they still wait: not others that
/// took their place meanwhile, nor what somebody else has decided on.
#[test]
fn a_desk_approves_nothing_unseen() {
    let three = Three::new();
    three.mentor.share_metric(&three.folder("1.0.0"), None).unwrap();
    three.meet();
    let page = three.head.shared_metrics().unwrap();
    let [line] = page.lines.as_slice() else { panic!("one waits: {page:?}") };
    assert!(page.may_decide && !line.is_own && page.asking().count() == 1);
    let review = three.head.review_shared(line.record, &CancelSwitch::default()).unwrap();
    let looked_at = review.new.shape.script_hash.unwrap();
    assert_eq!(looked_at, line.hash);
    // A modified build puts other files, well signed, in the same record.
    let other = Package::load(&three.folder("1.1.0")).unwrap();
    let set = |name: &str, value: &str| Edit {
        path: FieldPath::One(name.to_owned()),
        value: Some(value.into()),
    };
    let text = signed_by(&three.mentor, &other);
    let edits = vec![set("package", &text), set("version", "1.1.0")];
    force(&three.mentor, Write::Edit(line.record, edits, None));
    three.meet();
    let approve = MetricVerdict::Approve(None);
    refused(
        three.head.decide_shared(line.record, &looked_at, &approve),
        expect![[
            "the files of late-to-lessons 1.1.0 are others than those that you looked at; look again \
             before you decide"
        ]],
    );
    assert_eq!(only(&three.head).state, MetricState::Waiting);
    let again = three.head.shared_metrics().unwrap().lines.remove(0).hash;
    assert_ne!(again, looked_at);
    refused(
        three.mentor.decide_shared(line.record, &again, &approve),
        expect!["not allowed: approving a metric is for leads and above"],
    );
    let refuse = MetricVerdict::Refuse(String::new());
    refused(
        three.dsl.decide_shared(line.record, &again, &refuse),
        expect!["say with a reason what the author has to change"],
    );
    three.head.decide_shared(line.record, &again, &approve).unwrap();
    refused(
        three.head.decide_shared(line.record, &again, &approve),
        expect!["late-to-lessons 1.1.0 waits no longer: it is approved by now"],
    );
    assert_eq!(three.head.shared_metrics().unwrap().runs, [again]);
}

/// An author sees what of theirs waits or was refused, and why; nobody else is asked by it. What is
/// taken back can be brought back.
#[test]
fn an_author_sees_what_became_of_it() {
    let three = Three::new();
    three.mentor.share_metric(&three.folder("1.0.0"), None).unwrap();
    three.meet();
    let own = three.mentor.shared_metrics().unwrap();
    assert!(!own.may_decide && own.asking().count() == 0, "{own:?}");
    assert!(own.lines[0].is_own && own.lines[0].says.starts_with("Shared by you, "));
    let (record, hash) = (own.lines[0].record, own.lines[0].hash.clone());
    let refuse = MetricVerdict::Refuse("Counts those who left".to_owned());
    three.dsl.decide_shared(record, &hash, &refuse).unwrap();
    three.meet();
    let own = three.mentor.shared_metrics().unwrap();
    assert_eq!(own.asking().count(), 1);
    assert_eq!(own.lines[0].says, "Refused by Ruby Morris: Counts those who left");
    assert_eq!(three.head.shared_metrics().unwrap().lines, []);
    // A later version asks for no more work on the one before.
    let later = three.mentor.share_metric(&three.folder("1.1.0"), None).unwrap();
    let own = three.mentor.shared_metrics().unwrap();
    assert_eq!(own.lines.iter().map(|one| one.version.as_str()).collect::<Vec<_>>(), ["1.1.0"]);
    let record: RecordId = later.record.unwrap().parse().unwrap();
    let done = three.mentor.withdraw_shared(record, "Not yet").unwrap();
    assert_eq!(done.state, Some(MetricState::Withdrawn));
    let done = three.mentor.restore_shared(record).unwrap();
    assert_eq!(
        (done.state, done.effect.as_str()),
        (Some(MetricState::Waiting), "it waits for review again")
    );
    three.meet();
    three.head.decide_metric(ID, None, &MetricVerdict::Approve(None)).unwrap();
    let cards = three.head.metric_cards().unwrap();
    let card = cards.iter().find(|card| card.id == ID).unwrap();
    assert_eq!(card.origin, "By Jessica Ward, approved by Callum Brown");
    assert!(card.may_withdraw && card.record == Some(record));
    let comes = cards.iter().find(|card| card.id == "hotspots").unwrap();
    assert_eq!((comes.origin.as_str(), comes.state), ("Comes with Sheaf", MetricState::Bundled));
}

/// A draft is written, checked on every save with the failing example named, and shared only as it
/// was checked and while its examples hold.
#[test]
fn a_draft_that_fails_its_examples_is_not_shared() {
    let three = Three::new();
    let mentor = &three.mentor;
    let page = mentor.begin_draft("Late to lessons").unwrap();
    assert_eq!((page.name.as_str(), page.hinders()), ("Late to lessons", None));
    assert_eq!(page.checked.passed, ["examples/small-groups.json"]);
    assert_eq!(page.files[0].0, "metric.rhai");
    refused(
        mentor.begin_draft("Late to lessons!"),
        expect!["there is a metric `late-to-lessons` already; call yours something else"],
    );
    let (file, script) = page.files[0].clone();
    let save = |known: &str, text: &str| mentor.save_draft(ID, &file, known, text);
    let wrong = script.replace(", pupils: n_unique(col(\"pupil\"))", "");
    assert_ne!(wrong, script);
    let failing = save(&script, &wrong).unwrap();
    let named: Vec<&str> = failing.checked.failed.iter().map(|one| one.file.as_str()).collect();
    assert_eq!(named, ["examples/small-groups.json"]);
    assert_eq!(failing.hinders(), Some("Its examples do not give what they say"));
    let hash = failing.hash.unwrap();
    let why = mentor.share_draft(ID, &hash, None).unwrap_err().to_string();
    assert!(why.contains("does not pass its own check: examples/small-groups.json"), "{why}");
    // Broken text is saved too, and the place is told; the file is replaced only as it was known.
    let broken = save(&wrong, "fn run(cx, p) {\n  let = 3\n}").unwrap();
    assert_eq!((broken.checked.problems[0].line, broken.checked.passed.len()), (2, 0));
    refused(
        save(&script, &script),
        expect![[
            "metric.rhai was changed by another program since you opened it; copy what you wrote, \
             close the draft and open it again"
        ]],
    );
    assert!(mentor.shared().unwrap().is_empty());
    let good = save("fn run(cx, p) {\n  let = 3\n}", &script).unwrap();
    refused(
        mentor.share_draft(ID, &hash, None),
        expect!["the files of late-to-lessons have changed since they were checked; open it again"],
    );
    let done = mentor.share_draft(ID, &good.hash.unwrap(), Some("For May")).unwrap();
    assert_eq!(done.state, Some(MetricState::Waiting));
    let page = mentor.draft(ID).unwrap();
    assert_eq!(page.hinders(), Some("Exactly this is shared already"));
    let lines = mentor.shared_metrics().unwrap().drafts;
    assert_eq!(lines[0].says, "Shared; it waits for a lead");
}

/// Nothing outside the folders of drafts can be read or written by naming it.
#[test]
fn a_draft_is_a_folder_of_its_own_and_nothing_else() {
    let three = Three::new();
    three.mentor.begin_draft("Late to lessons").unwrap();
    for name in ["", ".", "..", "../metrics/late-to-lessons", "/etc", "late-to-lessons/examples"] {
        assert!(three.mentor.draft(name).is_err(), "{name}");
    }
    for file in ["../../home.json", "signature.json", "other.rhai", "examples", ""] {
        assert!(three.mentor.save_draft(ID, file, "", "x").is_err(), "{file}");
    }
    let script = three.mentor.draft(ID).unwrap().files[0].1.clone();
    let large = " ".repeat(300 * 1024);
    let why = three.mentor.save_draft(ID, "metric.rhai", &script, &large).unwrap_err().to_string();
    assert!(why.contains("bytes are more than"), "{why}");
    assert_eq!(three.mentor.draft(ID).unwrap().files[0].1, script, "nothing was written");
}
