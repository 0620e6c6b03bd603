//! What happens in a school: work, meetings, removals, and what some of its members do against it.

use std::collections::BTreeMap;
use std::sync::Arc;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use sheaf_charter::{
    CharterError, DocumentId, Entry, EntryId, ErasureReason, Lane, NewSpace, PersonId, Role,
    Saying, SpaceId, SpaceKind, Taking, Target, admit_to_space, create_space, remove, say,
    take_out,
};

use super::abuse::{ABUSES, Abuse, Aim};
use super::cast::{Cast, FOUNDED_MS};
use super::desk::Writing;
use super::disk::Disk;
use super::forger::{Forger, TRICKS, Trick};
use super::home::Home;
use super::truth::{Signed, Truth};
use crate::sim::{Network, Weather};

/// How many things happen before the weather calms.
const HAPPENINGS: u64 = 90;
/// How many events may pass before everything has to be quiet.
const MAX_EVENTS: usize = 400_000;
/// How often devices may owe their spaces something, once all of them know everything.
const MAX_TENDINGS: usize = 40;
/// Ten years: how wrong a clock may be.
const TEN_YEARS_MS: u64 = 10 * 365 * 24 * 3_600_000;
/// So often at most a log is forked at a time: more than a vector names.
const MOST_FORKS: u64 = 40;
/// Few documents, so that people meet in them.
const DOCUMENTS: u64 = 8;

type Heads = (Vec<EntryId>, Vec<EntryId>);

/// What hostile members do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Arms {
    /// They sign what they like.
    Signatures,
    /// And seal and send what is to bring a device down.
    Bombs,
    /// The same as at first, while homes are put back to earlier states.
    Restores,
}

/// A school in which things happen.
pub(super) struct Story {
    pub network: Network<Home>,
    pub truth: Truth,
    pub told: Vec<String>,
    pub cast: &'static Cast,
    /// How many bombs of each kind devices with our build have held as unreadable, or refused, and
    /// how often else something happened that is rare.
    pub borne: BTreeMap<String, u64>,
    /// What devices with our build have backed up last.
    pub backups: BTreeMap<usize, Disk>,
    arms: Arms,
    pub rng: ChaCha20Rng,
    /// The heads that there were at the beginning, for those who date back.
    beginning: BTreeMap<SpaceId, Heads>,
    /// The roles that people had then.
    pub roles: BTreeMap<PersonId, Role>,
    next_text: u64,
}

impl Story {
    /// The story of a seed, in which a hello says each of so many lanes at most.
    pub(super) fn new(seed: u64, whole_lanes: usize, arms: Arms) -> Self {
        let cast = Cast::of(seed);
        let mut homes: Vec<_> = cast.disks.iter().cloned().map(Home::new).collect();
        homes.iter_mut().for_each(|home| home.whole_lanes = whole_lanes);
        // The head and the designated lead are honest: who else is decides the seed.
        let size = homes.len() as u64;
        for number in 0..1 + seed % 3 {
            let hostile = 3 + (seed / 3 + 5 * number) % (size - 3);
            homes[usize::try_from(hostile).unwrap()].is_honest = false;
        }
        let mut network = Network::of(seed, homes);
        network.spaces.extend([cast.pastoral, cast.safeguarding]);
        let mut truth = Truth::default();
        for entry in network.devices[0].disk.entries.values() {
            truth.acted(&network.devices[0].disk, entry, true);
        }
        let trust = &network.devices[0].disk.trust;
        let heads = |lane| trust.heads(lane);
        let beginning = [cast.pastoral, cast.safeguarding]
            .map(|space| (space, (heads(Lane::CHARTER), heads(Lane::control(space)))));
        let beginning = beginning.into_iter().collect();
        let roles = trust.people().into_iter().map(|one| (one.person, one.role)).collect();
        let (rng, told) = (ChaCha20Rng::seed_from_u64(seed), Vec::new());
        let (borne, backups) = (BTreeMap::new(), BTreeMap::new());
        Self {
            network,
            truth,
            told,
            cast,
            borne,
            backups,
            arms,
            rng,
            beginning,
            roles,
            next_text: 0,
        }
    }

    /// Lets it all happen, then calms the weather, lets everybody meet and checks.
    pub(super) fn run(&mut self) -> Result<(), String> {
        self.network.weather = Weather::Rough;
        for _ in 0..HAPPENINGS {
            let pause_ms = self.below(50);
            self.network.run_until(self.network.now_ms + pause_ms);
            self.truth.moment += 1;
            let device = self.somebody();
            if self.network.devices[device].is_honest {
                self.work(device);
            } else {
                self.misbehave(device);
            }
        }
        self.network.weather = Weather::Calm;
        self.meet_everybody()?;
        self.count_bombs();
        self.check()
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.network.random.below(limit)
    }

    /// One of them, or the first where there is none.
    pub(super) fn chosen(&mut self, count: usize) -> usize {
        usize::try_from(self.below(count as u64)).unwrap()
    }

    pub(super) fn somebody(&mut self) -> usize {
        let count = self.network.devices.len();
        self.chosen(count)
    }

    fn disk(&self, device: usize) -> &Disk {
        &self.network.devices[device].disk
    }

    fn person(&self, device: usize) -> PersonId {
        self.disk(device).me.person()
    }

    pub(super) fn some_space(&mut self, device: usize) -> Option<SpaceId> {
        let disk = self.disk(device);
        let spaces = disk.trust.spaces_of_person(disk.me.person());
        let chosen = self.chosen(spaces.len());
        spaces.get(chosen).copied()
    }

    fn some_document(&mut self) -> DocumentId {
        let number = u8::try_from(self.below(DOCUMENTS)).unwrap();
        DocumentId::from_bytes([1 + number.wrapping_mul(31); 16])
    }

    pub(super) fn tell(&mut self, line: String) {
        let moment = self.truth.moment;
        self.told.push(format!("{moment}: {line}"));
    }

    fn work(&mut self, device: usize) {
        if self.arms == Arms::Restores && self.chosen(8) == 0 {
            return self.back_up_or_restore(device);
        }
        match self.below(40) {
            0..=13 => self.save(device),
            14..=27 => self.meet(device),
            28..=30 => {
                self.tend(device);
            }
            31 => self.create(device),
            32..=33 => self.admit(device),
            34 => self.take_out(device),
            35 => self.remove(device),
            36 => self.propose_erasure(device),
            37 => self.second_erasures(device),
            38 => self.part(),
            _ => {
                self.network.disconnect_device(device);
                self.network.devices[device].restart();
            }
        }
    }

    pub(super) fn writing(&mut self, space: SpaceId, device: usize) -> Writing {
        let erased = self.disk(device).trust.erased(space);
        let mut documents = Vec::new();
        for _ in 0..=self.below(2) {
            let document = self.some_document();
            self.next_text += 1;
            let text = format!("what {device} wrote as number {} of {space}", self.next_text);
            if !erased.contains(&document) && documents.iter().all(|(one, _)| *one != document) {
                documents.push((document, text.into_bytes()));
            }
        }
        let claimed_ms = FOUNDED_MS + self.below(TEN_YEARS_MS) as i64 - (TEN_YEARS_MS / 2) as i64;
        Writing { documents, claimed_ms }
    }

    fn save(&mut self, device: usize) {
        self.tend(device);
        let Some(space) = self.some_space(device) else { return };
        let writing = self.writing(space, device);
        if writing.documents.is_empty() {
            return;
        }
        let home = &mut self.network.devices[device];
        let Some(entry) = home.save(space, &writing, &mut self.rng) else { return };
        let texts: Vec<_> = writing.documents.into_iter().map(|(_, text)| text).collect();
        let people = self.roles.keys().copied().collect();
        let disk = &self.network.devices[device].disk;
        self.truth.saved(device, disk, &entry, (&people, &texts));
        self.network.acknowledge(device, &entry);
    }

    fn tend(&mut self, device: usize) -> bool {
        let now_ms = FOUNDED_MS + self.network.now_ms as i64;
        let entries = self.network.devices[device].tend(now_ms, &mut self.rng);
        self.publish(device, &entries)
    }

    /// Writes control entries and tells others of them; says whether there were any.
    fn govern(
        &mut self,
        device: usize,
        what: &str,
        write: impl FnOnce(&Disk, &mut ChaCha20Rng) -> Result<Vec<Entry>, CharterError>,
    ) {
        let rng = &mut self.rng;
        let entries = self.network.devices[device].govern(|disk| write(disk, rng));
        if self.publish(device, &entries) {
            self.tell(format!("{device} {what}"));
        }
    }

    fn publish(&mut self, device: usize, entries: &[Arc<Entry>]) -> bool {
        for entry in entries {
            self.truth.acted(&self.network.devices[device].disk, entry, true);
            self.network.acknowledge(device, entry);
        }
        !entries.is_empty()
    }

    fn create(&mut self, device: usize) {
        let others = [self.somebody(), self.somebody()].map(|other| self.person(other));
        self.govern(device, "creates a space", |disk, rng| {
            let people: Vec<_> =
                others.into_iter().filter(|one| *one != disk.me.person()).collect();
            let space = NewSpace { name: "Year 8", kind: SpaceKind::Other, people: &people };
            create_space(&disk.me, &disk.trust, &disk.keys, space, FOUNDED_MS, rng)
                .map(|(_, entries)| entries)
        });
    }

    fn admit(&mut self, device: usize) {
        let Some(space) = self.some_space(device) else { return };
        let other = self.somebody();
        let person = self.person(other);
        self.govern(device, &format!("admits {other} to {space}"), |disk, rng| {
            admit_to_space(&disk.me, &disk.trust, &disk.keys, space, person, FOUNDED_MS, rng)
        });
    }

    fn take_out(&mut self, device: usize) {
        let Some(space) = self.some_space(device) else { return };
        let other = self.somebody();
        let person = self.person(other);
        if other == device {
            return;
        }
        self.govern(device, &format!("takes {other} out of {space}"), |disk, rng| {
            let last = |space, log| disk.last_data(space, log);
            let taking = Taking { reason: "it was decided", last: &last };
            let who = (space, person);
            take_out(&disk.me, &disk.trust, &disk.keys, who, taking, FOUNDED_MS, rng)
        });
    }

    /// The head or the designated lead finds one of them out.
    fn remove(&mut self, device: usize) {
        let hostile: Vec<usize> = (0..self.network.devices.len())
            .filter(|other| !self.network.devices[*other].is_honest)
            .collect();
        let chosen = self.chosen(hostile.len());
        let Some(other) = hostile.get(chosen).copied() else { return };
        let remover = device % 2;
        let person = self.person(other);
        self.govern(remover, &format!("removes {other}"), |disk, rng| {
            let last = |space, log| disk.last_data(space, log);
            let taking = Taking { reason: "found out", last: &last };
            let target = Target::Person(person);
            remove(&*disk.me, &disk.trust, &disk.keys, target, taking, FOUNDED_MS, rng)
        });
    }

    fn propose_erasure(&mut self, device: usize) {
        let Some(space) = self.some_space(device) else { return };
        let document = self.some_document();
        let saying = Saying::Erase(vec![document], ErasureReason::Request);
        self.govern(device, &format!("proposes to erase {document}"), |disk, rng| {
            let sayings = vec![saying];
            say(&disk.me, &disk.trust, &disk.keys, space, sayings, FOUNDED_MS, rng)
        });
    }

    /// Seconds what somebody has proposed whom it trusts.
    fn second_erasures(&mut self, device: usize) {
        let Some(space) = self.some_space(device) else { return };
        let erased = self.truth.erased.clone();
        let known = self.disk(device).trust.erasures(space);
        let proposed = known.into_iter().find(|(_, erasure)| {
            !erasure.is_signed() && erasure.documents.iter().all(|one| erased.contains(one))
        });
        let Some((entry, _)) = proposed else { return };
        self.govern(device, &format!("seconds an erasure in {space}"), |disk, rng| {
            let sayings = vec![Saying::Second(entry)];
            say(&disk.me, &disk.trust, &disk.keys, space, sayings, FOUNDED_MS, rng)
        });
    }

    fn meet(&mut self, device: usize) {
        let other = self.somebody();
        if other != device && !self.network.is_connected(device, other) {
            self.network.connect(device, other);
        }
    }

    fn part(&mut self) {
        let chosen = self.chosen(self.network.links.len());
        if let Some(link) = self.network.links.keys().nth(chosen).copied() {
            self.network.disconnect(link);
        }
    }

    fn misbehave(&mut self, device: usize) {
        if self.arms == Arms::Bombs && self.chosen(3) > 0 {
            return self.bomb(device);
        }
        match self.below(10) {
            0..=2 => self.meet(device),
            3..=4 => self.equivocate(device),
            5..=6 => self.abuse(device),
            _ => self.trick(device),
        }
    }

    fn trick(&mut self, device: usize) {
        let chosen = self.chosen(TRICKS.len());
        let trick = TRICKS[chosen];
        let Some(space) = self.some_space(device) else { return };
        let writing = self.writing(space, device);
        let others: Vec<_> = self.truth.saved.keys().copied().collect();
        let chosen = self.chosen(others.len());
        let disk = &self.network.devices[device].disk;
        let other = others.get(chosen).and_then(|id| disk.entries.get(id)).cloned();
        let beginning = self.beginning.get(&space).cloned().unwrap_or_default();
        let forger = Forger { disk, other: other.as_deref(), space, beginning };
        let Some(entry) = forger.play(trick, &writing, &mut self.rng) else { return };
        self.tell(format!("{device} plays {trick:?} in {space}: {}", entry.id()));
        if trick == Trick::Large {
            self.note_signed(device, &entry);
            self.truth.unreadable.insert(entry.id(), format!("{trick:?}"));
        } else {
            self.note(device, &entry, &writing);
        }
        if let Some(offence) = trick.offence() {
            self.truth.forbidden.insert(entry.id(), offence);
        }
        self.spread(device, vec![entry]);
    }

    /// Notes what a hostile member has signed, or pretends to have.
    fn note(&mut self, device: usize, entry: &Entry, writing: &Writing) {
        self.note_signed(device, entry);
        for (index, (_, text)) in (0..).zip(&writing.documents) {
            self.truth.texts.insert((entry.id(), index), text.clone());
        }
    }

    pub(super) fn note_signed(&mut self, device: usize, entry: &Entry) {
        let moment = self.truth.moment;
        let id = self.disk(device).device();
        self.truth.signed.insert(entry.id(), Signed { device: id, moment });
    }

    /// Gives each colleague another branch of its log.
    fn equivocate(&mut self, device: usize) {
        let Some(space) = self.some_space(device) else { return };
        let disk = &self.network.devices[device].disk;
        let log = disk.me.log();
        let last = disk.last_data(space, log);
        let forks = 2 + self.below(MOST_FORKS);
        self.tell(format!("{device} forks its log in {space} {forks} times at {last:?}"));
        for number in 0..forks {
            let writing = self.writing(space, device);
            let disk = &self.network.devices[device].disk;
            let Some(draft) = disk.draft(space, log, &writing) else { return };
            let key = disk.keys.key(space, draft.epoch).cloned();
            let Ok(entry) = draft.seal(&*disk.me, key.as_ref(), &mut self.rng) else { return };
            self.note(device, &entry, &writing);
            if number == 0 {
                self.network.devices[device].take_in(vec![entry.clone()]);
            }
            let to = self.somebody();
            self.hand(device, to, vec![entry]);
        }
    }

    fn abuse(&mut self, device: usize) {
        let chosen = self.chosen(ABUSES.len());
        let abuse = ABUSES[chosen];
        let Some(space) = self.some_space(device) else { return };
        let other = self.somebody();
        let (person, document) = (self.person(other), self.some_document());
        let forks = 2 + self.chosen(MOST_FORKS as usize);
        let aim = Aim { space, person, document, forks };
        let disk = &self.network.devices[device].disk;
        let entries = abuse.commit(disk, &aim, &mut self.rng);
        self.tell(format!("{device} commits {abuse:?} against {other} in {space}"));
        for entry in &entries {
            self.truth.acted(&self.network.devices[device].disk, entry, false);
            let lane = entry.header().lane;
            if lane != Lane::CHARTER {
                self.network.spaces.insert(lane.space);
            }
        }
        if abuse == Abuse::Fork {
            for entry in entries {
                let to = self.somebody();
                self.hand(device, to, vec![entry]);
            }
        } else {
            self.spread(device, entries);
        }
    }

    /// Keeps what its own build takes, and hands all to some colleagues.
    pub(super) fn spread(&mut self, device: usize, entries: Vec<Entry>) {
        self.network.devices[device].take_in(entries.clone());
        for _ in 0..=self.below(3) {
            let to = self.somebody();
            self.hand(device, to, entries.clone());
        }
    }

    /// As a session would: of what the colleague shares with it.
    fn hand(&mut self, device: usize, to: usize, mut entries: Vec<Entry>) {
        let peer = self.disk(device).device();
        let shared = self.disk(to).shared_spaces(peer);
        entries.retain(|entry| shared.contains(&entry.header().lane.space));
        if to != device && !entries.is_empty() {
            self.network.hand(device, to, entries);
        }
    }

    /// Everybody meets everybody, until nobody has anything to say.
    fn meet_everybody(&mut self) -> Result<(), String> {
        self.network.links.clear();
        for a in 0..self.network.devices.len() {
            for b in 0..a {
                self.network.connect(a, b);
            }
            self.settle()?;
        }
        for _ in 0..MAX_TENDINGS {
            let mut any = self.network.dial_again();
            self.settle()?;
            for device in 0..self.network.devices.len() {
                any |= self.network.devices[device].is_honest && self.tend(device);
                self.settle()?;
            }
            if !any {
                return self.meet_again();
            }
        }
        Err(format!("devices still owe their spaces something after {MAX_TENDINGS} rounds"))
    }

    /// New sessions, which must find nothing new.
    fn meet_again(&mut self) -> Result<(), String> {
        self.network.links.clear();
        for a in 0..self.network.devices.len() {
            for b in 0..a {
                self.network.connect(a, b);
            }
        }
        self.settle()
    }

    fn settle(&mut self) -> Result<(), String> {
        if self.network.run_until_quiet(MAX_EVENTS) {
            Ok(())
        } else {
            Err(format!("not quiet after {MAX_EVENTS} events"))
        }
    }
}
