//! Who is in the school: founded once, since keys take longer to make than anything else here.

use std::sync::{Arc, OnceLock};

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sheaf_charter::{
    Entry, Founded, FoundingNames, Identity, Lane, NewPerson, Role, SpaceId, admit_person, found,
};

use super::disk::Disk;

pub(super) const FOUNDED_MS: i64 = 1_788_220_800_000;
/// The roles of the first twelve people; whoever comes after them is a mentor.
const ROLES: [Role; 12] = [
    Role::Head,
    Role::Dsl,
    Role::DeputyDsl,
    Role::Lead,
    Role::Lead,
    Role::Lead,
    Role::Mentor,
    Role::Mentor,
    Role::Mentor,
    Role::Mentor,
    Role::Mentor,
    Role::Observer,
];
const SIZES: [usize; 3] = [6, 12, 24];

/// The devices of a school, each with what it was given when it joined.
pub(super) struct Cast {
    pub disks: Vec<Disk>,
    /// Their secret signing keys, but for the founder's: those who run a build of their own sign
    /// what ours would not.
    pub secrets: Vec<[u8; 32]>,
    pub pastoral: SpaceId,
    pub safeguarding: SpaceId,
}

impl Cast {
    /// The school of a seed: one of three sizes, the large one rarely.
    pub(super) fn of(seed: u64) -> &'static Self {
        static CASTS: [OnceLock<Cast>; 3] = [const { OnceLock::new() }; 3];
        let size = match seed % 12 {
            0 => 2,
            1..=4 => 1,
            _ => 0,
        };
        CASTS[size].get_or_init(|| Self::found(SIZES[size]))
    }

    fn found(size: usize) -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(size as u64);
        let names = FoundingNames { school: "Ashdown", person: "Mary Wells", device: "laptop" };
        let Founded { identity, pastoral, safeguarding, entries, .. } =
            found(names, FOUNDED_MS, &mut rng).unwrap();
        let founding: Vec<Arc<Entry>> = entries.into_iter().map(Arc::new).collect();
        let mut founder = Disk::new(Arc::new(identity));
        founder.join(&founding);
        let mut all = founding;
        let mut identities = Vec::new();
        let mut secrets = vec![[0; 32]];
        for number in 1..size {
            let role = ROLES.get(number).copied().unwrap_or(Role::Mentor);
            // The first that is drawn.
            let mut secret = [0; 32];
            rng.clone().fill_bytes(&mut secret);
            secrets.push(secret);
            let identity = Identity::generate(&mut rng);
            let guards = role >= Role::DeputyDsl;
            let new = NewPerson {
                certificate: identity.certificate(),
                role,
                name: "Somebody",
                device_name: "a tablet",
                spaces: if guards { &[safeguarding] } else { &[] },
            };
            let (trust, keys) = (&founder.trust, &founder.keys);
            let admitted = admit_person(&founder.me, trust, keys, new, FOUNDED_MS, &mut rng);
            let admitted: Vec<_> = admitted.unwrap().into_iter().map(Arc::new).collect();
            founder.join(&admitted);
            all.extend(admitted);
            identities.push((identity, guards));
        }
        let mut disks = vec![founder];
        for (identity, guards) in identities {
            let mut disk = Disk::new(Arc::new(identity));
            let is_in =
                |entry: &&Arc<Entry>| guards || entry.header().lane != Lane::control(safeguarding);
            disk.join(&all.iter().filter(is_in).cloned().collect::<Vec<_>>());
            disks.push(disk);
        }
        Self { disks, secrets, pastoral, safeguarding }
    }
}
