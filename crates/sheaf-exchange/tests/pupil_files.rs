//! Six messy pupil lists, invented, with the reports of their dry runs; and what must hold of
//! every list.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, in its helpers too"
)]

mod school;

use expect_test::{ExpectFile, expect_file};
use sheaf_exchange::{
    ColumnMap, Here, ImportOutcome, KnownPupil, PupilFile, PupilPlan, RowOutcome, plan_pupils,
    read_pupils,
};
use sheaf_records::{CodeLists, PupilView, Record, RecordId};

use school::{Numbers, TODAY, known_pupils};

const FILES: [(&str, &[u8]); 6] = [
    ("sims", include_bytes!("../testdata/1-sims.csv")),
    ("arbor", include_bytes!("../testdata/2-arbor.csv")),
    ("bromcom", include_bytes!("../testdata/3-bromcom.txt")),
    ("class list", include_bytes!("../testdata/4-class-list.csv")),
    ("SEN register", include_bytes!("../testdata/5-sen-register.csv")),
    ("again", include_bytes!("../testdata/6-again.csv")),
];

fn file(name: &str, maps: &[&str]) -> PupilFile {
    let (_, bytes) = FILES.iter().find(|(other, _)| *other == name).unwrap();
    let maps: Vec<ColumnMap> = maps.iter().map(|map| map.parse().unwrap()).collect();
    read_pupils(bytes, &maps).unwrap()
}

fn plan(file: &PupilFile, pupils: &[KnownPupil]) -> PupilPlan {
    let lists = CodeLists::default();
    plan_pupils(file, &Here { pupils, lists: &lists, today: TODAY }, &mut Numbers::default())
}

#[track_caller]
fn check(name: &str, maps: &[&str], pupils: &[KnownPupil], expected: ExpectFile) {
    let file = file(name, maps);
    let report = plan(&file, pupils).report(&file, ImportOutcome::DryRun);
    expected.assert_eq(&report.text(&report.details));
}

#[test]
fn a_list_from_sims_with_a_title_two_names_and_doubles() {
    check("sims", &[], &[], expect_file!["../testdata/1-sims.report.txt"]);
}

#[test]
fn a_list_from_arbor_in_windows_1252_with_dates_in_words() {
    check("arbor", &[], &[], expect_file!["../testdata/2-arbor.report.txt"]);
}

#[test]
fn a_list_from_bromcom_in_utf_16_with_excel_s_dates() {
    check("bromcom", &[], &[], expect_file!["../testdata/3-bromcom.report.txt"]);
}

#[test]
fn a_class_list_with_names_in_one_column() {
    let maps = ["reg_group=Class"];
    check("class list", &maps, &[], expect_file!["../testdata/4-class-list.report.txt"]);
}

#[test]
fn a_register_with_old_codes_and_yes_and_no_in_many_forms() {
    check("SEN register", &[], &[], expect_file!["../testdata/5-sen-register.report.txt"]);
}

#[test]
fn a_list_that_comes_again_to_pupils_who_are_here() {
    check("again", &[], &known_pupils(), expect_file!["../testdata/6-again.report.txt"]);
}

/// What the school has once a plan is carried out.
fn after(plan: &PupilPlan, before: &[KnownPupil]) -> Vec<KnownPupil> {
    let mut pupils = before.to_vec();
    for row in &plan.rows {
        match &row.outcome {
            RowOutcome::Add(record) => {
                let in_conflict = Default::default();
                pupils.push(KnownPupil { record: (**record).clone(), in_conflict });
            }
            RowOutcome::Update { id, edits, .. } => {
                let known = pupils.iter_mut().find(|known| known.record.id == *id).unwrap();
                edits.iter().for_each(|edit| known.record.apply(edit));
            }
            _ => {}
        }
    }
    pupils
}

/// Every row that was taken in says what is known when it comes again.
#[test]
fn what_was_imported_is_unchanged_when_it_comes_again() {
    let before = known_pupils();
    for (name, _) in FILES {
        let maps: &[&str] = if name == "class list" { &["reg_group=Class"] } else { &[] };
        let file = file(name, maps);
        let first = plan(&file, &before);
        let pupils = after(&first, &before);
        assert!(first.has_writes(), "{name} brings something");
        let second = plan(&file, &pupils);
        for (one, again) in first.rows.iter().zip(&second.rows) {
            let written = matches!(one.outcome, RowOutcome::Add(_) | RowOutcome::Update { .. });
            let known = matches!(again.outcome, RowOutcome::Unchanged(_));
            assert!(!written || known, "{name}, line {}: {:?}", one.line, again.outcome);
        }
        assert!(!second.has_writes(), "{name}");
    }
}

/// A new value of a dated fact begins on the day of the import; what was so before stays so.
#[test]
fn an_update_keeps_what_was_so_before() {
    let before = known_pupils();
    let file = file("again", &[]);
    let pupils = after(&plan(&file, &before), &before);
    let named = |pupils: &[KnownPupil], name: &str| -> Record {
        let known = pupils.iter().find(|known| known.record.text("forename") == Some(name));
        known.unwrap().record.clone()
    };
    let maren = named(&pupils, "Maren");
    let view = PupilView::new(&maren);
    let yesterday = view.on(TODAY.yesterday().unwrap());
    assert_eq!((yesterday.reg_group, view.on(TODAY).reg_group), (Some("9A"), Some("9C")));
    assert_eq!((yesterday.sen_status, view.on(TODAY).sen_status), (Some("N"), Some("K")));
    assert_eq!((yesterday.free_meals, view.on(TODAY).free_meals), (Some("TFSM"), None));
    let greta = named(&pupils, "Greta");
    let view = PupilView::new(&greta);
    assert!(!view.on(TODAY.yesterday().unwrap()).is_on_roll() && view.on(TODAY).is_on_roll());
}

/// Rows that were refused change nothing, and the others do not depend on them.
#[test]
fn a_refused_row_writes_nothing() {
    let before = known_pupils();
    let file = file("again", &[]);
    let first = plan(&file, &before);
    let touched: Vec<RecordId> = first
        .rows
        .iter()
        .filter_map(|row| match &row.outcome {
            RowOutcome::Update { id, .. } => Some(*id),
            _ => None,
        })
        .collect();
    let pupils = after(&first, &before);
    for (one, now) in before.iter().zip(&pupils) {
        let changed = one.record != now.record;
        assert_eq!(changed, touched.contains(&one.record.id));
    }
}

/// Rule 9: whatever the bytes, there is an answer.
#[test]
fn arbitrary_bytes_never_panic() {
    let pupils = known_pupils();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut read = 0;
    for round in 0..2_000_u64 {
        let (_, template) = FILES[usize::try_from(round % 6).unwrap()];
        let mut bytes = template.to_vec();
        match random.below(4) {
            0 => bytes = (0..random.below(400)).map(|_| random.byte()).collect(),
            1 => bytes.truncate(random.below(bytes.len() + 1)),
            _ => {}
        }
        for _ in 0..random.below(12) {
            let at = random.below(bytes.len() + 1);
            match random.below(3) {
                0 if at < bytes.len() => bytes[at] = random.byte(),
                1 => bytes.insert(at, random.letter()),
                _ if at < bytes.len() => drop(bytes.remove(at)),
                _ => {}
            }
        }
        if let Ok(file) = read_pupils(&bytes, &[]) {
            read += 1;
            let plan = plan(&file, &pupils);
            let report = plan.report(&file, ImportOutcome::DryRun);
            assert!(!report.text(&report.details).is_empty());
            let outcomes = report.added + report.updated + report.unchanged + report.repeated;
            assert_eq!(outcomes + report.refused_rows, report.rows);
        }
    }
    assert!(read > 500, "only {read} of the files were lists");
}

/// Xorshift: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap()
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[3]
    }

    /// A byte that means something in a list.
    fn letter(&mut self) -> u8 {
        let letters = b",;\t\"\n\r=/.0139aZ\0\xff\xeb ";
        letters[self.below(letters.len())]
    }
}
