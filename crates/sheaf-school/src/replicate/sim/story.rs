//! What people do, and what goes wrong meanwhile, as a seed decides.

use std::path::PathBuf;
use std::sync::LazyLock;

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng};
use serde_json::{Value as Json, json};
use sheaf_records::Kind;
use tempfile::TempDir;

use super::Counts;
use super::check;
use super::device::{Device, bytes_of};
use super::meeting::{Luck, meet};
use crate::error::{Result, SchoolError};
use crate::{BundleOrder, DemoOptions, Existing, School, Sending, demo_school};

/// The head, the safeguarding lead and two mentors; the second leaves in some stories.
pub(super) const DEVICES: usize = 4;
pub(super) const HEAD: usize = 0;
const DSL: usize = 1;
const LEAVER: usize = 3;

const STEPS: u64 = 60;

/// Where nothing goes wrong.
pub(super) const CALM: Luck = Luck { breaks: 0, power_cuts: 0 };
const STORM: Luck = Luck { breaks: 60, power_cuts: 25 };

/// Four homes of one small school, made once.
static SCHOOL: LazyLock<TempDir> = LazyLock::new(|| {
    let dir = TempDir::new().unwrap();
    let options = DemoOptions { pupils: 10, years: 1, seed: 1, devices: 4, plain: true };
    demo_school(dir.path(), &options, &|_| {}).unwrap();
    dir
});

/// Something that was written and is to be there in the end: a text that occurs nowhere else.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub text: String,
    pub record: String,
    pub by: usize,
    pub is_confidential: bool,
    /// Whether its writer knew that the leaver is out.
    pub is_after_removal: bool,
}

/// A bundle that has not been read yet.
struct Stick {
    file: PathBuf,
    from: usize,
    to: usize,
}

pub(super) struct Story {
    seed: u64,
    rng: ChaCha20Rng,
    counts: Counts,
    dir: TempDir,
    pub devices: Vec<Device>,
    pub written: Vec<Written>,
    /// Records that were erased: what had been written in them is to be nowhere.
    pub erased: Vec<Written>,
    pub is_removed: bool,
    backup: Option<(usize, PathBuf)>,
    sticks: Vec<Stick>,
    texts: u64,
}

impl Story {
    pub(super) fn run(seed: u64) -> Counts {
        let dir = TempDir::new().unwrap();
        let start = |number: usize| {
            let home = SCHOOL.path().join(number.to_string());
            Device::start(&home, dir.path().join(number.to_string()))
        };
        let mut story = Self {
            seed,
            rng: ChaCha20Rng::seed_from_u64(seed),
            counts: Counts::new(),
            devices: (1..=DEVICES).map(start).collect(),
            dir,
            written: Vec::new(),
            erased: Vec::new(),
            is_removed: false,
            backup: None,
            sticks: Vec::new(),
            texts: 0,
        };
        for step in 0..STEPS {
            // How many frames a meeting takes depends on ids and keys: what comes after does not.
            story.rng = ChaCha20Rng::seed_from_u64(seed << 32 | step);
            story.step();
        }
        while let Some(stick) = story.sticks.pop() {
            story.read(&stick);
        }
        story.settle();
        check::check(&story);
        story.count("index built again");
        story.counts
    }

    /// Those who are in.
    pub(super) fn members(&self) -> Vec<usize> {
        (0..DEVICES).filter(|at| *at != LEAVER || !self.is_removed).collect()
    }

    fn step(&mut self) {
        match below(&mut self.rng, 100) {
            0..25 => self.add(),
            25..42 => self.edit(),
            42..46 => self.edit_at_once(),
            46..50 => self.withdraw(),
            50..56 => self.add_confidential(),
            56..80 => self.meet(),
            80..84 => self.bundle(),
            84..90 => self.folder(),
            90..93 => self.kill(),
            93..96 => self.erase(),
            96..99 => self.back_up_or_put_back(),
            _ => self.remove(),
        }
    }

    fn add(&mut self) {
        let by = self.one_of_members();
        if self.add_to(by, None) {
            self.count("incidents");
        }
    }

    fn add_confidential(&mut self) {
        if self.add_to(DSL, Some("safeguarding")) {
            self.count("safeguarding notes");
        }
    }

    fn add_to(&mut self, by: usize, space: Option<&'static str>) -> bool {
        let text = self.text();
        let fields = json!({
            "occurred_at": "2026-11-19T10:15", "category": "disruption", "narrative": text,
        });
        let record = String::new();
        let is_confidential = space.is_some();
        let written = Written { text, record, by, is_confidential, is_after_removal: false };
        self.act(written, |school| Ok(school.add(Kind::Incident, space, &fields)?.id))
    }

    fn edit(&mut self) {
        let by = self.one_of_members();
        if let Some(record) = self.one_of_records(by)
            && self.edit_as(by, &record)
        {
            self.count("edits");
        }
    }

    /// Two change one field before either has heard of the other.
    fn edit_at_once(&mut self) {
        if let Some(record) = self.one_of_records(DSL)
            && self.edit_as(HEAD, &record)
            && self.edit_as(DSL, &record)
        {
            self.count("edits of one field at once");
        }
    }

    fn edit_as(&mut self, by: usize, record: &Written) -> bool {
        let text = self.text();
        let sets = [("narrative".to_owned(), Some(text.clone()))];
        let written = Written { text, by, ..record.clone() };
        self.act(written, |school| Ok(school.edit(&record.record, &sets)?.id))
    }

    fn withdraw(&mut self) {
        let by = self.one_of_members();
        let Some(record) = self.one_of_records(by) else { return };
        // What is withdrawn cannot be changed until somebody makes it count again.
        let done = self.devices[by].school.withdraw(&record.record, "an invented reason");
        if accepted(done).is_some() {
            self.count("withdrawals");
        }
        if below(&mut self.rng, 2) == 0 {
            let _ = accepted(self.devices[by].school.restore(&record.record, None));
        }
    }

    /// Two agree to erase a record: one proposes, the other hears of it and seconds.
    fn erase(&mut self) {
        let Some(record) = self.one_of_records(HEAD).filter(|one| !one.is_confidential) else {
            return;
        };
        let ids = [record.record.clone()];
        let Some(proposed) = accepted(self.devices[HEAD].school.erase(&ids, "written-in-error"))
        else {
            return;
        };
        self.meet_in_calm(HEAD, DSL);
        if accepted(self.devices[DSL].school.second_erasure(&proposed.entry)).is_none() {
            return;
        }
        // Two hold it now, of whom one may be put back later.
        self.meet_in_calm(HEAD, DSL);
        let (gone, stays) = self.written.drain(..).partition(|one| one.record == record.record);
        self.written = stays;
        self.erased.extend::<Vec<Written>>(gone);
        self.count("erasures");
    }

    fn meet(&mut self) {
        let members = self.members();
        let mut pairs = Vec::new();
        for _ in 0..=below(&mut self.rng, 3) {
            let one = self.one_of_members();
            let other = members[pick(&mut self.rng, members.len())];
            let pair = (one.min(other), one.max(other));
            if one != other && !pairs.contains(&pair) {
                pairs.push(pair);
            }
        }
        if pairs.len() > 1 {
            self.count("meetings at once");
        }
        meet(&mut self.devices, &pairs, STORM, &mut self.rng, &mut self.counts);
    }

    fn meet_in_calm(&mut self, one: usize, other: usize) -> usize {
        meet(&mut self.devices, &[(one, other)], CALM, &mut self.rng, &mut self.counts)
    }

    /// A bundle is written, and read now or when much else has happened.
    fn bundle(&mut self) {
        let (from, to) = (self.one_of_members(), self.one_of_members());
        if from != to {
            let name = self.text();
            let file = self.dir.path().join(name).with_extension("bundle");
            let order = BundleOrder {
                file: file.clone(),
                recipients: vec![self.devices[to].id().to_string()],
                sending: Sending::Everything,
                existing: Existing::Replaced,
            };
            self.devices[from].school.write_bundle(&order, &|_| {}).unwrap();
            self.sticks.push(Stick { file, from, to });
        }
        while below(&mut self.rng, 2) == 0 && !self.sticks.is_empty() {
            let at = pick(&mut self.rng, self.sticks.len());
            let stick = self.sticks.swap_remove(at);
            self.read(&stick);
        }
    }

    fn read(&mut self, stick: &Stick) {
        let members = self.members();
        let to = &self.devices[stick.to].school;
        let whole = std::fs::read(&stick.file).unwrap();
        let mut damaged = whole.clone();
        damaged[pick(&mut self.rng, whole.len())] ^= 1 << below(&mut self.rng, 8);
        std::fs::write(&stick.file, damaged).unwrap();
        to.read_bundle(&stick.file, &|_| {}).unwrap_err();
        std::fs::write(&stick.file, whole).unwrap();
        // Twice does nothing twice.
        for _ in 0..2 {
            let read = to.read_bundle(&stick.file, &|_| {});
            if members.contains(&stick.from) && members.contains(&stick.to) {
                read.unwrap();
            }
        }
        self.count("bundles");
    }

    fn folder(&mut self) {
        let drive = self.dir.path().join("drive");
        std::fs::create_dir_all(&drive).unwrap();
        let by = pick(&mut self.rng, DEVICES);
        let synced = self.devices[by].school.sync_folder(&drive);
        if self.members().contains(&by) {
            synced.unwrap();
        }
        self.count("exchanges with a folder");
    }

    fn kill(&mut self) {
        let at = pick(&mut self.rng, DEVICES);
        self.devices[at].dies();
        self.count("devices killed");
    }

    /// One device of each story is put back to where it once was.
    fn back_up_or_put_back(&mut self) {
        match self.backup.take() {
            None => {
                let at = self.one_of_members();
                self.backup = Some((at, self.devices[at].back_up()));
            }
            Some((at, home)) if home.exists() => {
                self.devices[at].starts_from(&home);
                std::fs::remove_dir_all(&home).unwrap();
                self.backup = Some((at, home));
                // What nobody else had is gone with the disk.
                self.forget_what_nobody_has();
                self.count("backups put back");
            }
            done => self.backup = done,
        }
    }

    fn remove(&mut self) {
        if self.is_removed {
            return;
        }
        // What the head has not heard of the leaver by then is not to be relied on.
        self.forget_where_the_head_lacks_the_leaver();
        let was_put_back = |(at, home): &(usize, PathBuf)| *at == LEAVER && !home.exists();
        let is_forked = self.backup.as_ref().is_some_and(was_put_back);
        let id = self.devices[LEAVER].id().to_string();
        self.devices[HEAD].school.remove_member(&id, "an invented reason").unwrap();
        // A cut names one entry of a log: of two that a device wrote in one place, before it was
        // put back and after, one is held.
        if is_forked {
            self.forget_where_the_head_lacks_the_leaver();
        }
        // Two hold it now, of whom one may be put back later.
        self.meet_in_calm(HEAD, DSL);
        self.is_removed = true;
        self.count("colleagues removed");
    }

    fn forget_where_the_head_lacks_the_leaver(&mut self) {
        let head = &self.devices[HEAD].school;
        let lacking = self.written.iter().filter(|one| one.by == LEAVER && !has(head, one));
        let touched: Vec<String> = lacking.map(|one| one.record.clone()).collect();
        self.written.retain(|one| !touched.contains(&one.record));
    }

    /// Does something on a device, whose power may go meanwhile. Whether it was let do it.
    fn act(&mut self, written: Written, act: impl Fn(&School) -> Result<String>) -> bool {
        let by = written.by;
        let before = self.devices[by].log_bytes();
        let Some(record) = accepted(act(&self.devices[by].school)) else { return false };
        let knows = {
            let leaver = self.devices[LEAVER].id();
            self.devices[by].school.core.control().trust.is_removed(leaver)
        };
        let written = Written { is_after_removal: knows, record, ..written };
        if below(&mut self.rng, 8) > 0 {
            self.written.push(written);
            return true;
        }
        let after = self.devices[by].log_bytes();
        self.devices[by].loses_power((before, after), &mut self.rng);
        self.count("power cuts while saving");
        if has(&self.devices[by].school, &written) {
            self.written.push(written);
        } else {
            self.count("saves that a power cut undid");
        }
        true
    }

    fn forget_what_nobody_has(&mut self) {
        let (members, devices) = (self.members(), &self.devices);
        self.written.retain(|one| members.iter().any(|at| has(&devices[*at].school, one)));
    }

    /// Everybody meets everybody, until nobody has anything new.
    fn settle(&mut self) {
        let members = self.members();
        for _ in 0..12 {
            let mut moved = 0;
            for (at, one) in members.iter().enumerate() {
                for other in &members[at + 1..] {
                    moved += self.meet_in_calm(*one, *other);
                }
            }
            if moved == 0 {
                return;
            }
        }
        panic!("seed {}: they do not become quiet", self.seed);
    }

    fn text(&mut self) -> String {
        self.texts += 1;
        format!("canary{:x}q{:x}z", self.seed, self.texts)
    }

    fn one_of_members(&mut self) -> usize {
        let members = self.members();
        members[pick(&mut self.rng, members.len())]
    }

    /// A record of the story that a device has, and may change.
    fn one_of_records(&mut self, by: usize) -> Option<Written> {
        let school = &self.devices[by].school;
        let there = |one: &&Written| school.show(&one.record).is_ok();
        let some: Vec<Written> = self.written.iter().filter(there).cloned().collect();
        some.get(pick(&mut self.rng, some.len())).cloned()
    }

    fn count(&mut self, what: &'static str) {
        count(&mut self.counts, what);
    }
}

/// What came of something that may be refused: rights, and what others did meanwhile.
#[track_caller]
fn accepted<T>(result: Result<T>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(
            SchoolError::Refused(_) | SchoolError::NotAllowed(_) | SchoolError::NotFound { .. },
        ) => None,
        Err(error) => panic!("{error}"),
    }
}

/// Whether a device knows that this was written.
pub(super) fn has(school: &School, written: &Written) -> bool {
    let Ok(history) = school.history(&written.record) else { return false };
    let text = Json::from(written.text.as_str());
    history.iter().flat_map(|step| &step.changed).any(|change| change.after == text)
}

/// Whether a text lies on a device's disk, in whatever file.
pub(super) fn lies_on(device: &Device, text: &str) -> Option<PathBuf> {
    let found = |bytes: &[u8]| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    bytes_of(&device.home()).into_iter().find(|(_, bytes)| found(bytes)).map(|(file, _)| file)
}

pub(super) fn below(rng: &mut ChaCha20Rng, limit: u64) -> u64 {
    rng.next_u64() % limit.max(1)
}

/// A place in a list of so many.
pub(super) fn pick(rng: &mut ChaCha20Rng, of: usize) -> usize {
    usize::try_from(below(rng, of as u64)).unwrap()
}

pub(super) fn count(counts: &mut Counts, what: &'static str) {
    *counts.entry(what).or_default() += 1;
}
