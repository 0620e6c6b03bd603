//! What hostile members sign in control parts: acts that their role lacks, and those that it has,
//! turned against their colleagues.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::Rng;
use sheaf_charter::{
    Act, DocumentId, Draft, Entry, EntryId, EpochId, ErasureReason, Identity, Lane, LogCut, LogId,
    PersonId, Reach, Role, SpaceId, SpaceKind,
};

use super::disk::Disk;

/// An abuse of the charter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Abuse {
    /// Removes a person, usually of a higher rank.
    RemovePerson,
    /// Removes a colleague's device as if it were lost: any manager may.
    RemoveDevice,
    /// Lets a stranger in as head.
    AdmitHead,
    /// Lets a stranger in as a mentor.
    AdmitMentor,
    /// Makes itself head.
    RaiseSelf,
    /// Makes a colleague an observer.
    Demote,
    /// Cuts a colleague's logs off from the beginning.
    CutOff,
    /// Creates a space with colleagues in it, and leaves.
    CreateAndLeave,
    /// Lets a colleague into a space.
    LetIn,
    /// Takes a colleague out of a space, with nothing of what they wrote.
    TakeOut,
    /// Proposes an erasure and seconds it.
    Erase,
    /// Says nothing, again and again in one place of its log.
    Fork,
}

pub(super) const ABUSES: [Abuse; 12] = [
    Abuse::RemovePerson,
    Abuse::RemoveDevice,
    Abuse::AdmitHead,
    Abuse::AdmitMentor,
    Abuse::RaiseSelf,
    Abuse::Demote,
    Abuse::CutOff,
    Abuse::CreateAndLeave,
    Abuse::LetIn,
    Abuse::TakeOut,
    Abuse::Erase,
    Abuse::Fork,
];

/// Against whom, where, and about what.
pub(super) struct Aim {
    pub space: SpaceId,
    pub person: PersonId,
    pub document: DocumentId,
    /// How often a log forks.
    pub forks: usize,
}

impl Abuse {
    /// The entries of this abuse, each on top of the one before but for forks.
    pub(super) fn commit(self, disk: &Disk, aim: &Aim, rng: &mut ChaCha20Rng) -> Vec<Entry> {
        let mut hand = Hand { disk, written: Vec::new() };
        let person = aim.person;
        let device = disk.trust.people().into_iter().find(|member| member.person == person);
        let device = device.and_then(|member| Some(member.devices.first()?.device));
        let log = device.map(|device| LogId::derive(device, 0));
        let nothing = |log| LogCut { log, control: Reach::Nothing, data: Reach::Nothing };
        let cuts: Vec<_> = log.map(nothing).into_iter().collect();
        let mut acts = |space, acts| hand.write(space, acts, rng);
        match self {
            Self::RemovePerson => {
                acts(SpaceId::CHARTER, vec![Act::RemovePerson { person, cuts: cuts.clone() }]);
                acts(aim.space, vec![Act::Cut { cuts }]);
            }
            Self::RemoveDevice => {
                let Some(device) = device else { return Vec::new() };
                acts(SpaceId::CHARTER, vec![Act::RemoveDevice { device, cuts }]);
            }
            Self::AdmitHead | Self::AdmitMentor => {
                let role = if self == Self::AdmitHead { Role::Head } else { Role::Mentor };
                let certificate = Identity::generate(rng).certificate();
                hand.write(SpaceId::CHARTER, vec![Act::AdmitPerson { role, certificate }], rng);
            }
            Self::RaiseSelf => {
                let (person, role) = (disk.me.person(), Role::Head);
                acts(SpaceId::CHARTER, vec![Act::SetRole { person, role, cuts: Vec::new() }]);
            }
            Self::Demote => {
                let role = Role::Observer;
                acts(SpaceId::CHARTER, vec![Act::SetRole { person, role, cuts }]);
            }
            Self::CutOff => acts(aim.space, vec![Act::Cut { cuts }]),
            Self::CreateAndLeave => {
                let Some(school) = disk.trust.school() else { return Vec::new() };
                let mut nonce = [0; 16];
                rng.fill_bytes(&mut nonce);
                let kind = SpaceKind::Other;
                let space = SpaceId::derive(school, disk.device(), kind, &nonce);
                let create = Act::CreateSpace { nonce, kind };
                hand.write(space, vec![create, Act::AdmitToSpace { person }], rng);
                let leave = Act::LeaveSpace { person: disk.me.person(), cuts: Vec::new() };
                hand.write(space, vec![leave], rng);
            }
            Self::LetIn => acts(aim.space, vec![Act::AdmitToSpace { person }]),
            Self::TakeOut => acts(aim.space, vec![Act::LeaveSpace { person, cuts }]),
            Self::Erase => {
                let (documents, reason) = (vec![aim.document], ErasureReason::Request);
                acts(aim.space, vec![Act::Erase { documents, reason }]);
                let Some(entry) = hand.written.last().map(Entry::id) else { return Vec::new() };
                hand.write(aim.space, vec![Act::SecondErasure { entry }], rng);
            }
            Self::Fork => {
                for _ in 0..aim.forks {
                    let one = Hand { disk, written: Vec::new() }.draft(aim.space, rng);
                    hand.seal(Draft { acts: vec![Act::Describe], ..one }, rng);
                }
            }
        }
        hand.written
    }
}

/// Writes control entries without asking whether they have effect.
struct Hand<'a> {
    disk: &'a Disk,
    written: Vec<Entry>,
}

impl Hand<'_> {
    fn write(&mut self, space: SpaceId, acts: Vec<Act>, rng: &mut ChaCha20Rng) {
        let draft = self.draft(space, rng);
        self.seal(Draft { acts, ..draft }, rng);
    }

    fn seal(&mut self, draft: Draft, rng: &mut ChaCha20Rng) {
        self.written.extend(draft.seal(&*self.disk.me, None, rng));
    }

    fn draft(&self, space: SpaceId, rng: &mut ChaCha20Rng) -> Draft {
        let (disk, lane) = (self.disk, Lane::control(space));
        let log = disk.me.log();
        let stored = disk.trust.tip(space, log);
        let here = self.written.iter().rfind(|entry| entry.header().lane == lane);
        let here = here.map(|entry| (entry.header().seq, entry.id()));
        let tip = here.or(stored);
        let mut charter_heads = disk.trust.heads_to_name(SpaceId::CHARTER, log);
        let in_charter = self.written.iter().rfind(|entry| entry.header().lane == Lane::CHARTER);
        if let Some(own) = in_charter {
            charter_heads = vec![own.id()];
        }
        let control_heads = match here {
            _ if lane == Lane::CHARTER => Vec::new(),
            Some((_, id)) => vec![id],
            None => disk.trust.heads_to_name(space, log),
        };
        Draft {
            school: disk.trust.school().unwrap(),
            lane,
            log,
            seq: tip.map_or(0, |(seq, _)| seq + 1),
            previous: tip.map_or(EntryId::ZERO, |(_, id)| id),
            charter_heads,
            control_heads,
            epoch: EpochId::ZERO,
            // So that the branches of a fork are different.
            claimed_ms: i64::from(rng.next_u32()),
            acts: Vec::new(),
            sections: Vec::new(),
        }
    }
}
