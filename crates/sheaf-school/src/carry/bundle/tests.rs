//! Bundles as no honest device writes them.

use std::path::{Path, PathBuf};

use sheaf_charter::{Certificate, Identity, Lane, ParcelHead, ParcelId, SpaceId, SpaceKind};
use sheaf_replica::{Manifest, Use, Vector};

use crate::carry::folder::tests::Devices;
use crate::carry::pack::{Going, Load, Packer};
use crate::entropy;
use crate::shape::CarriedSpace;
use crate::{BundleOrder, Existing, School, Sending};

/// What a bundle by this device says, and who signs it.
struct Forger<'a> {
    school: &'a School,
    /// Who is said to have written it.
    writer: Certificate,
    /// Who signs that.
    signs: &'a Identity,
}

impl Forger<'_> {
    /// A bundle of the charter and of these spaces, all for one device.
    fn write(&self, file: &Path, to: &School, spaces: &[SpaceId]) -> PathBuf {
        let ids: Vec<ParcelId> =
            spaces.iter().map(|_| ParcelId::generate(&mut entropy::rng())).collect();
        let cover = ParcelId::generate(&mut entropy::rng());
        let mut out = self.part(file, to, (cover, vec![Lane::CHARTER]), ids.clone());
        for (id, space) in ids.into_iter().zip(spaces) {
            let lanes = vec![Lane::control(*space), Lane::data(*space)];
            out.extend(self.part(file, to, (id, lanes), Vec::new()));
        }
        std::fs::write(file, out).unwrap();
        file.to_owned()
    }

    fn part(
        &self,
        file: &Path,
        to: &School,
        (id, lanes): (ParcelId, Vec<Lane>),
        parts: Vec<ParcelId>,
    ) -> Vec<u8> {
        let core = &self.school.core;
        let school = core.school_id();
        let devices = [to.core.identity.certificate()];
        let (head, pieces) =
            ParcelHead::for_devices(id, school, &devices, &mut entropy::rng()).unwrap();
        let mut out = Vec::new();
        let written = core.store.read(|snapshot| {
            let loads = lanes.iter().map(|lane| Load::after(snapshot, *lane, &Vector::new()));
            let loads = loads.collect::<crate::error::Result<Vec<_>>>()?;
            let manifest = Manifest {
                purpose: Use::Bundle,
                school,
                writer: self.writer.device,
                written_ms: 0,
                stretches: loads.iter().map(|load| load.stretch.clone()).collect(),
                recipients: Vec::new(),
                parts,
                documents: Vec::new(),
            };
            let sealed = (&head, pieces);
            let mut packer = Packer::begin(file, &mut out, sealed, &manifest, self.signs)?;
            for load in &loads {
                load.each(snapshot, |entry| packer.add(&entry).map(|()| Going::On))?;
                packer.end_lane()?;
            }
            packer.finish()
        });
        written.unwrap();
        out
    }
}

fn safeguarding(school: &School) -> SpaceId {
    let control = school.core.control();
    let mut spaces = control.trust.spaces().into_iter();
    spaces.find(|space| control.trust.space_kind(*space) == Some(SpaceKind::Safeguarding)).unwrap()
}

/// Rule 5. A colleague who puts a space into a mentor's bundle that the mentor is not in leaves
/// nothing of its records there.
#[test]
fn data_of_a_space_that_this_device_is_not_in_is_refused() {
    let devices = Devices::new(3);
    let [head, _, mentor] = devices.schools.as_slice() else { panic!("three devices") };
    let space = safeguarding(head);
    let told = head.space_for(sheaf_records::Kind::Incident, Some("safeguarding"));
    assert_eq!(told.unwrap(), space);
    devices.log_in(0, "safeguarding", "canary-vermilion");
    let dir = tempfile::TempDir::new().unwrap();
    let (writer, signs) = (head.core.identity.certificate(), &head.core.identity);
    let forger = Forger { school: head, writer, signs };
    let file = forger.write(&dir.path().join("bundle"), mentor, &[space]);
    let read = mentor.read_bundle(&file, &|_| {}).unwrap();
    assert_eq!(read.refused.keys().collect::<Vec<_>>(), ["this device is not in their space"]);
    let lanes = [Lane::data(space)];
    for lane in lanes {
        let here = mentor.core.store.read(|snapshot| snapshot.entry_count(lane)).unwrap();
        assert_eq!(here, 0);
    }
}

/// Rule 5. Of a bundle for two each opens the parts of the spaces that they are in, and no other.
#[test]
fn no_part_of_a_space_opens_for_somebody_outside_it() {
    let devices = Devices::new(3);
    let [head, dsl, mentor] = devices.schools.as_slice() else { panic!("three devices") };
    let dir = tempfile::TempDir::new().unwrap();
    let order = BundleOrder {
        file: dir.path().join("bundle"),
        recipients: [dsl, mentor].map(|one| one.core.device().to_string()).to_vec(),
        sending: Sending::Everything,
        existing: Existing::Kept,
    };
    head.write_bundle(&order, &|_| {}).unwrap();
    let read = |school: &School| school.read_bundle(&order.file, &|_| {}).unwrap();
    let (by_lead, by_mentor) = (read(dsl), read(mentor));
    let names = |spaces: &[CarriedSpace]| -> Vec<String> {
        let mut names: Vec<_> = spaces.iter().map(|one| one.name.clone()).collect();
        names.sort();
        names
    };
    let own = format!("hand-off of {}", mentor.card().unwrap().person);
    assert_eq!(names(&by_mentor.spaces), [own.clone(), "pastoral".to_owned()]);
    assert_eq!(names(&by_lead.spaces), [own, "pastoral".to_owned(), "safeguarding".to_owned()]);
    assert!(by_lead.refused.is_empty() && by_mentor.refused.is_empty());
}

#[test]
fn a_bundle_by_a_device_that_was_never_in_the_school_is_refused() {
    let devices = Devices::new(2);
    let [head, other] = devices.schools.as_slice() else { panic!("two devices") };
    let stranger = Identity::generate(&mut entropy::rng());
    let dir = tempfile::TempDir::new().unwrap();
    let forger = Forger { school: head, writer: stranger.certificate(), signs: &stranger };
    let file = forger.write(&dir.path().join("bundle"), other, &[]);
    let refused = other.read_bundle(&file, &|_| {}).unwrap_err().to_string();
    assert!(refused.ends_with("was never in this school; nothing of it counts"), "{refused}");
}

#[test]
fn a_bundle_that_its_writer_did_not_sign_is_refused() {
    let devices = Devices::new(2);
    let [head, other] = devices.schools.as_slice() else { panic!("two devices") };
    let stranger = Identity::generate(&mut entropy::rng());
    let dir = tempfile::TempDir::new().unwrap();
    let writer = head.core.identity.certificate();
    let forger = Forger { school: head, writer, signs: &stranger };
    let file = forger.write(&dir.path().join("bundle"), other, &[]);
    let refused = other.read_bundle(&file, &|_| {}).unwrap_err().to_string();
    assert!(refused.ends_with("is not signed by the device that it names"), "{refused}");
}
