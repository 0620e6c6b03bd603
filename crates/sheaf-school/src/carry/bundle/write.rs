//! Writing a bundle.

use std::collections::BTreeMap;
use std::path::PathBuf;

use sheaf_charter::{Certificate, DeviceId, Lane, ParcelHead, ParcelId, Part, SpaceId, Target};
use sheaf_net::{Existing, NewFile};
use sheaf_replica::{Manifest, Stretch, Use, Vector};
use sheaf_store::Snapshot;

use super::left::Written;
use crate::carry::known::known;
use crate::carry::pack::{Going, Load, Packer};
use crate::entropy;
use crate::error::{Result, SchoolError};
use crate::replicate::rank;
use crate::school::School;
use crate::shape::{BundleWritten, CarriedTo};

/// How often progress is told.
const TELL_EVERY: u64 = 1_000;

/// How much goes into a bundle.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sending {
    /// What the recipients are not known to have.
    Missing,
    /// All that they may have.
    Everything,
}

/// A bundle that is to be written.
#[derive(Clone, Debug)]
pub struct BundleOrder {
    /// The file.
    pub file: PathBuf,
    /// For whom: devices or persons, by id or name.
    pub recipients: Vec<String>,
    /// How much of it.
    pub sending: Sending,
    /// What becomes of a file of that name.
    pub existing: Existing,
}

/// One parcel of the bundle.
struct Portion {
    id: ParcelId,
    space: SpaceId,
    recipients: Vec<Certificate>,
}

impl Portion {
    fn lanes(&self) -> Vec<Lane> {
        match self.space {
            SpaceId::CHARTER => vec![Lane::CHARTER],
            space => vec![Lane::control(space), Lane::data(space)],
        }
    }
}

impl School {
    /// Writes a bundle for devices of the school: of each space that they share with this device
    /// one part, for those who are in it.
    pub fn write_bundle(&self, order: &BundleOrder, tell: &dyn Fn(&str)) -> Result<BundleWritten> {
        self.core.refresh()?;
        // A recipient who came in lately may still lack a key.
        self.core.settle_down(&self.clock)?;
        let recipients = self.recipients(&order.recipients)?;
        let parts = self.parts(&recipients);
        let devices: Vec<DeviceId> = recipients.keys().copied().collect();
        let mut written = Written::new(&order.file, self.clock.now_ms(), &devices);
        let mut file = NewFile::create(&order.file, order.existing)?;
        let (mut entries, mut spaces) = (0, Vec::new());
        self.core.store.read(|snapshot| {
            for part in &parts {
                let before = entries;
                let stretches =
                    self.write_part(snapshot, &mut file, order, (part, &parts), &mut |_| {
                        entries += 1;
                        if entries % TELL_EVERY == 0 {
                            tell(&format!("{entries} entries"));
                        }
                    })?;
                let data = stretches.iter().filter(|one| one.lane.part == Part::Data);
                data.for_each(|stretch| written.add(stretch, &self.core));
                if entries > before && part.space != SpaceId::CHARTER {
                    spaces.push(self.core.control().space_name(part.space));
                }
            }
            Ok::<_, SchoolError>(())
        })?;
        let recipients = recipients.keys().map(|device| self.carried_to(*device, order.sending));
        let recipients = recipients.collect::<Result<_>>()?;
        // Before the file is there: a copy that nobody knows of is the worse of the two.
        written.keep(&self.core)?;
        let bytes = file.finish()?;
        Ok(BundleWritten { file: order.file.clone(), recipients, spaces, entries, bytes })
    }

    /// The trusted devices that are named, this one left out.
    fn recipients(&self, names: &[String]) -> Result<BTreeMap<DeviceId, Certificate>> {
        let mut devices = BTreeMap::new();
        for name in names {
            let target = self.core.control().target_named(name);
            let target = target.map_err(|error| self.perhaps_removed(name).unwrap_or(error))?;
            let control = self.core.control();
            let trust = &control.trust;
            let of_person = trust.people().into_iter().filter(|member| match target {
                Target::Person(person) => member.person == person,
                Target::Device(_) => false,
            });
            let named = of_person.flat_map(|member| member.devices);
            devices.extend(named.map(|known| (known.device, known)));
            if let Target::Device(device) = target {
                devices.extend(trust.certificate(device).map(|known| (device, *known)));
            }
        }
        devices.remove(&self.core.device());
        if devices.is_empty() {
            return Err(SchoolError::Refused(
                "a bundle is for another device than this one; `sheaf members` lists them"
                    .to_owned(),
            ));
        }
        Ok(devices)
    }

    /// That a name is of somebody or of a device that was removed, if it is.
    fn perhaps_removed(&self, name: &str) -> Option<SchoolError> {
        let control = self.core.control();
        let same = |other: &str| !other.is_empty() && other.eq_ignore_ascii_case(name.trim());
        let mut removed = control.trust.former_devices().into_iter();
        let known = removed.find(|known| {
            let (device, person) = (known.device.to_string(), known.person.to_string());
            same(&device)
                || same(&person)
                || same(&control.device_name(&device))
                || same(&control.person_name(&person))
        })?;
        let who = control.called(Target::Device(known.device));
        let words =
            format!("{who} was removed from the school: nothing is written for it any more");
        Some(SchoolError::NotAllowed(words))
    }

    /// The charter for all; then each space that this device is in, for those who are too. Who has
    /// left one may be the only one to know that, and what they wrote there last.
    fn parts(&self, recipients: &BTreeMap<DeviceId, Certificate>) -> Vec<Portion> {
        let control = self.core.control();
        let trust = &control.trust;
        let mut spaces = trust.spaces_of_person(self.person());
        spaces.extend(trust.spaces_left_by(self.person()));
        spaces.sort_by_key(|space| rank(trust, *space));
        let part = |space: SpaceId| {
            let inside = recipients
                .values()
                .filter(|known| space == SpaceId::CHARTER || trust.is_member(known.device, space));
            let recipients: Vec<Certificate> = inside.copied().collect();
            let id = ParcelId::generate(&mut entropy::rng());
            (!recipients.is_empty()).then_some(Portion { id, space, recipients })
        };
        std::iter::once(SpaceId::CHARTER).chain(spaces).filter_map(part).collect()
    }

    fn write_part(
        &self,
        snapshot: &Snapshot<'_>,
        file: &mut NewFile,
        order: &BundleOrder,
        (part, parts): (&Portion, &[Portion]),
        each: &mut dyn FnMut(Lane),
    ) -> Result<Vec<Stretch>> {
        let school = self.core.school_id();
        let loads = part.lanes().into_iter().map(|lane| {
            let known = match order.sending {
                Sending::Missing => known_to_all(snapshot, &part.recipients, lane)?,
                Sending::Everything => Vector::new(),
            };
            Load::after(snapshot, lane, &known)
        });
        let loads = loads.collect::<Result<Vec<_>>>()?;
        let others = parts.iter().skip(1).map(|other| other.id);
        let manifest = Manifest {
            purpose: Use::Bundle,
            school,
            writer: self.core.device(),
            written_ms: self.clock.now_ms(),
            stretches: loads.iter().map(|load| load.stretch.clone()).collect(),
            recipients: Vec::new(),
            parts: if part.space == SpaceId::CHARTER { others.collect() } else { Vec::new() },
            documents: Vec::new(),
        };
        let mut rng = entropy::rng();
        let (head, pieces) = ParcelHead::for_devices(part.id, school, &part.recipients, &mut rng)?;
        let identity = &self.core.identity;
        let sealed = (&head, pieces);
        let mut packer = Packer::begin(&order.file, file, sealed, &manifest, identity)?;
        for load in &loads {
            load.each(snapshot, |entry| {
                packer.add(&entry)?;
                each(load.stretch.lane);
                Ok(Going::On)
            })?;
            packer.end_lane()?;
        }
        packer.finish()?;
        Ok(loads.into_iter().map(|load| load.stretch).collect())
    }

    fn carried_to(&self, device: DeviceId, sending: Sending) -> Result<CarriedTo> {
        let is_known = self.core.store.read(|snapshot| known(snapshot, device, Lane::CHARTER))?;
        let control = self.core.control();
        let owner = control.trust.owner(device).map(|person| person.to_string());
        Ok(CarriedTo {
            device_id: device.to_string(),
            device: control.device_name(&device.to_string()),
            person: owner.map(|person| control.person_name(&person)).unwrap_or_default(),
            everything: sending == Sending::Everything || is_known.is_none(),
        })
    }
}

/// How far all of these devices are known to have got.
fn known_to_all(snapshot: &Snapshot<'_>, devices: &[Certificate], lane: Lane) -> Result<Vector> {
    let vectors = devices.iter().map(|device| known(snapshot, device.device, lane));
    let vectors: Option<Vec<Vector>> = vectors.collect::<Result<Vec<_>>>()?.into_iter().collect();
    Ok(vectors.map(|vectors| Vector::least(&vectors)).unwrap_or_default())
}
