//! An invented school on this machine: one home for each device, admitted and replicated.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use serde_json::json;
use sheaf_charter::{DeviceId, Identity, NewPerson, Role, SpaceId, SpaceKind, admit_person};
use sheaf_demo::{DemoSchool, RecordingBreak, TrueEffect};
use sheaf_records::{Record, RecordId};
use sheaf_replica::{Config, Happening, Intake, Mode, Session, perform};
use sheaf_store::{Home, StoreError};

use crate::clock::Clock;
use crate::core::{Core, DEMO_TODAY};
use crate::entropy;
use crate::error::{Result, SchoolError};
use crate::founding::{Founding, make_home};
use crate::journal;
use crate::protection::Protection;
use crate::register::HalfTermOf;
use crate::replicate::PeerHost;
use crate::school::School;
use crate::shape::DemoMade;

/// The file beside the homes that says what is true of the school.
const TRUTH_FILE: &str = "truth.json";

/// What kind of invented school.
#[derive(Clone, Copy, Debug)]
pub struct DemoOptions {
    /// How many pupils.
    pub pupils: u32,
    /// How many years back.
    pub years: u32,
    /// The same seed gives the same records.
    pub seed: u64,
    /// How many devices.
    pub devices: u32,
    /// Without the page cipher.
    pub plain: bool,
}

/// Makes the school. `dir/1` is the head's home, `dir/2` the safeguarding lead's, those after it
/// are mentors'. Tells what it is doing.
pub fn demo_school(dir: &Path, options: &DemoOptions, tell: &dyn Fn(&str)) -> Result<DemoMade> {
    check_place(dir, options.devices)?;
    make(Place::Folders(dir), options, tell)
}

/// Makes the school for one device, the head's, whose home is this folder: new or empty.
pub fn demo_home(home: &Path, options: &DemoOptions, tell: &dyn Fn(&str)) -> Result<DemoMade> {
    make(Place::Home(home), &DemoOptions { devices: 1, ..*options }, tell)
}

fn make(place: Place<'_>, options: &DemoOptions, tell: &dyn Fn(&str)) -> Result<DemoMade> {
    let started = Instant::now();
    tell("Inventing pupils and two years of their days…");
    let demo = sheaf_demo::generate(&sheaf_demo::Options {
        pupils: options.pupils,
        years: options.years,
        seed: options.seed,
        ..sheaf_demo::Options::default()
    })
    .map_err(|error| SchoolError::Refused(error.to_string()))?;
    let (counts, truth) = (counts(&demo), truth_json(&demo, options.seed));
    let clock = Clock::as_of(demo.today);
    let protection = if options.plain { Protection::Plain } else { Protection::Demo };
    let maker = Maker { place, protection, clock };
    let mut people = staff_of(&demo, options.devices)?;
    let first = people.remove(0);
    let head = maker.found(&demo.name, &first)?;
    let others = people
        .iter()
        .enumerate()
        .map(|(index, person)| maker.admit(&head, person, index + 2))
        .collect::<Result<Vec<_>>>()?;
    let mut devices = vec![(first.staff, head.person())];
    devices.extend(people.iter().zip(&others).map(|(one, school)| (one.staff, school.person())));
    let today = demo.today;
    maker.fill(&head, demo, &devices, tell)?;
    for (index, other) in others.iter().enumerate() {
        tell(&format!("Replicating to device {}…", index + 2));
        meet(&head, other)?;
    }
    for school in std::iter::once(&head).chain(&others) {
        let today = today.to_string();
        school.core.store.write(|txn| txn.put_setting(DEMO_TODAY, today.as_bytes()))?;
        // A reader in this process may hold the log open; it is folded in at the next chance.
        let _ = school.core.store.checkpoint()?;
    }
    let homes = std::iter::once(&head).chain(&others).map(|one| one.core.dir().into()).collect();
    let truth_file = place.dir().join(TRUTH_FILE);
    std::fs::write(&truth_file, truth)
        .map_err(|source| SchoolError::File { path: truth_file.display().to_string(), source })?;
    Ok(DemoMade {
        school: head.card()?.school,
        school_id: head.core.school_id().to_string(),
        homes,
        as_of: today.to_string(),
        truth: truth_file,
        counts,
        seconds: started.elapsed().as_secs_f64(),
    })
}

/// What is true of the invented school, for whoever checks what a metric finds.
fn truth_json(demo: &DemoSchool, seed: u64) -> String {
    let effect = |one: &TrueEffect| json!({ "type": one.ty, "rate_ratio": one.rate_ratio });
    let change = |one: &RecordingBreak| {
        let from = one.from.to_string();
        json!({ "from": from, "rate_ratio": one.rate_ratio, "what": one.what })
    };
    let truth = json!({
        "seed": seed,
        "as_of": demo.today.to_string(),
        "interventions": demo.truth.effects.iter().map(effect).collect::<Vec<_>>(),
        "recording_breaks": demo.truth.breaks.iter().map(change).collect::<Vec<_>>(),
    });
    format!("{truth:#}\n")
}

/// Every home is to be new, and none inside another: looked at before the first is made.
fn check_place(dir: &Path, devices: u32) -> Result<()> {
    if Home::open(dir).is_ok() {
        let dir = dir.display();
        return Err(SchoolError::Refused(format!(
            "{dir} is the home of a school; name a new folder for an invented one"
        )));
    }
    for number in 1..=devices {
        let home = dir.join(number.to_string());
        let taken = std::fs::read_dir(&home).is_ok_and(|mut files| files.next().is_some());
        if taken || home.is_file() {
            return Err(StoreError::NotEmpty(home).into());
        }
    }
    Ok(())
}

/// Attendance under the ids that the devices of the school would give it.
fn placed(head: &School, space: SpaceId, mut attendance: Vec<Record>) -> Result<Vec<Record>> {
    for record in &mut attendance {
        if let Some(place) = HalfTermOf::of(record) {
            record.id = head.core.attendance_id(space, &place)?;
        }
    }
    Ok(attendance)
}

/// A member of staff with a device.
struct Person {
    staff: RecordId,
    name: String,
    role: Role,
}

/// Where the homes are to be.
#[derive(Clone, Copy)]
enum Place<'a> {
    /// In numbered folders of this one.
    Folders(&'a Path),
    /// This folder is the only one.
    Home(&'a Path),
}

impl<'a> Place<'a> {
    const fn dir(self) -> &'a Path {
        match self {
            Self::Folders(dir) | Self::Home(dir) => dir,
        }
    }
}

struct Maker<'a> {
    place: Place<'a>,
    protection: Protection,
    clock: Clock,
}

impl Maker<'_> {
    fn home(&self, number: usize) -> PathBuf {
        match self.place {
            Place::Folders(dir) => dir.join(number.to_string()),
            Place::Home(home) => home.to_owned(),
        }
    }

    fn found(&self, school: &str, head: &Person) -> Result<School> {
        let founding = Founding {
            home: self.home(1),
            school: school.to_owned(),
            person: head.name.clone(),
            device: format!("{}'s laptop", head.name),
            role: Role::Head,
            protection: self.protection.clone(),
        };
        Ok(School::found(&founding, self.clock.clone())?.0)
    }

    /// Admits a person with a new home, as an invitation would, and hands the control parts over.
    fn admit(&self, head: &School, person: &Person, number: usize) -> Result<School> {
        let identity = Identity::generate(&mut entropy::rng());
        let now_ms = self.clock.now_ms();
        let spaces = match person.role {
            Role::Dsl => head.space_of_kind(SpaceKind::Safeguarding),
            _ => None,
        };
        let spaces: Vec<SpaceId> = spaces.into_iter().collect();
        let device_name = format!("{}'s laptop", person.name);
        let new = NewPerson {
            certificate: identity.certificate(),
            role: person.role,
            name: &person.name,
            device_name: &device_name,
            spaces: &spaces,
        };
        let core = &head.core;
        core.store.write(|txn| {
            core.refresh_from(txn)?;
            let entries = {
                let control = core.control();
                let (trust, keys) = (&control.trust, &control.keys);
                admit_person(&core.identity, trust, keys, new, now_ms, &mut entropy::rng())?
            };
            entries.iter().try_for_each(|entry| journal::append(txn, entry, now_ms))
        })?;
        core.refresh()?;
        core.settle_down(&self.clock)?;
        let entries = head.control_entries_for(identity.device())?;
        let (home, store) = make_home(&self.home(number), &self.protection, &identity)?;
        let core = Core::begin(home, store, identity, now_ms, &entries)?;
        Ok(School::of(core, self.clock.clone()))
    }

    fn fill(
        &self,
        head: &School,
        demo: DemoSchool,
        devices: &[(RecordId, sheaf_charter::PersonId)],
        tell: &dyn Fn(&str),
    ) -> Result<()> {
        let pastoral = head.space_of_kind(SpaceKind::Pastoral);
        let pastoral =
            pastoral.ok_or_else(|| SchoolError::NotAllowed("there is no such space".into()))?;
        let mut staff = demo.staff;
        for (record, person) in devices {
            if let Some(record) = staff.iter_mut().find(|one| one.id == *record) {
                record.set("person", person.to_string());
            }
        }
        let groups: [Vec<Record>; 3] = [demo.calendars, demo.code_lists, staff];
        let first: Vec<Record> = groups.into_iter().flatten().collect();
        head.core.save_bulk(&self.clock, pastoral, first, &|_| {})?;
        head.core.reload_lists()?;
        let attendance = placed(head, pastoral, demo.attendance)?;
        let rest = [
            demo.pupils,
            demo.caseloads,
            demo.incidents,
            demo.room_stays,
            demo.suspensions,
            demo.positive_events,
            demo.detentions,
            demo.call_outs,
            demo.interventions,
            demo.intervention_sessions,
            attendance,
            demo.scores,
            demo.plans,
        ];
        let rest: Vec<Record> = rest.into_iter().flatten().collect();
        let total = rest.len();
        head.core.save_bulk(&self.clock, pastoral, rest, &|count| {
            tell(&format!("Writing {count} of {total} records down…"));
        })
    }
}

impl School {
    pub(crate) fn space_of_kind(&self, kind: SpaceKind) -> Option<SpaceId> {
        let control = self.core.control();
        let mut spaces = control.trust.spaces_of_person(self.person()).into_iter();
        spaces.find(|space| control.trust.space_kind(*space) == Some(kind))
    }

    /// The control entries that a device that has just joined needs: of the charter and of each
    /// space that it and this one keep.
    pub(crate) fn control_entries_for(
        &self,
        device: DeviceId,
    ) -> Result<Vec<sheaf_charter::Entry>> {
        let spaces = self.core.control().trust.shared_spaces(self.core.device(), device);
        self.core.store.read(|snapshot| {
            let mut entries = Vec::new();
            for space in spaces {
                entries.extend(snapshot.control_entries(space)?);
            }
            Ok(entries)
        })
    }
}

fn counts(demo: &DemoSchool) -> BTreeMap<String, u64> {
    let count = |records: &[Record]| records.len() as u64;
    BTreeMap::from([
        ("pupils".to_owned(), count(&demo.pupils)),
        ("staff".to_owned(), count(&demo.staff)),
        ("incidents".to_owned(), count(&demo.incidents)),
        ("room_stays".to_owned(), count(&demo.room_stays)),
        ("suspensions".to_owned(), count(&demo.suspensions)),
        ("positive_events".to_owned(), count(&demo.positive_events)),
        ("detentions".to_owned(), count(&demo.detentions)),
        ("call_outs".to_owned(), count(&demo.call_outs)),
        ("attendance".to_owned(), count(&demo.attendance)),
        ("scores".to_owned(), count(&demo.scores)),
        ("plans".to_owned(), count(&demo.plans)),
        ("interventions".to_owned(), count(&demo.interventions)),
        ("intervention_sessions".to_owned(), count(&demo.intervention_sessions)),
        ("caseloads".to_owned(), count(&demo.caseloads)),
        ("calendars".to_owned(), count(&demo.calendars)),
    ])
}

/// The head, the safeguarding lead, then mentors.
fn staff_of(demo: &DemoSchool, devices: u32) -> Result<Vec<Person>> {
    let job = |record: &Record| record.text("job_title").unwrap_or_default().to_lowercase();
    let mut people = Vec::new();
    for number in 1..=devices {
        let (role, wanted): (Role, &[&str]) = match number {
            1 => (Role::Head, &["headteacher", "head"]),
            2 => (Role::Dsl, &["designated safeguarding lead", "dsl"]),
            _ => (Role::Mentor, &["mentor"]),
        };
        let free =
            |record: &&Record| !people.iter().any(|person: &Person| person.staff == record.id);
        let fits = |record: &&Record| wanted.iter().any(|words| job(record).contains(words));
        let found = demo.staff.iter().filter(free).find(fits);
        let found = found.or_else(|| demo.staff.iter().find(free));
        let none = || SchoolError::Refused("the invented school has too few staff".to_owned());
        let record = found.ok_or_else(none)?;
        let name = sheaf_records::full_name(record);
        people.push(Person { staff: record.id, name, role });
    }
    Ok(people)
}

/// Replicates between two homes in one process: the session of the network, without one.
fn meet(one: &School, other: &School) -> Result<()> {
    let mut sides = [side(one, other), side(other, one)];
    let mut frames: [Vec<Vec<u8>>; 2] = Default::default();
    for (session, _) in &mut sides {
        session.start();
    }
    let mut level = [false; 2];
    while level != [true; 2] {
        let mut moved = false;
        for (index, (session, host)) in sides.iter_mut().enumerate() {
            let arrived = frames.get_mut(1 - index).map(std::mem::take).unwrap_or_default();
            for frame in &arrived {
                session.receive(frame);
            }
            let mut happenings = Vec::new();
            perform(session, host, |happening| happenings.push(happening))?;
            for happening in happenings {
                moved = true;
                match happening {
                    Happening::Send(frame) => {
                        frames.iter_mut().skip(index).take(1).for_each(|f| f.push(frame.clone()));
                    }
                    Happening::Finished(_) => {
                        level.iter_mut().skip(index).take(1).for_each(|done| *done = true);
                    }
                    Happening::TakenIn(_) => {}
                    Happening::Closed(_) => return Err(stopped()),
                }
            }
        }
        if !moved {
            return Err(stopped());
        }
    }
    Ok(())
}

fn stopped() -> SchoolError {
    SchoolError::Refused("the two devices did not become level".to_owned())
}

fn side(school: &School, peer: &School) -> (Session, PeerHost) {
    let seed = u64::from_be_bytes(entropy::bytes());
    let config = Config::new(school.core.school_id(), Mode::Replica, seed);
    let intake = Arc::new(Mutex::new(Intake::new(school.core.school_id())));
    let host = PeerHost::new(school, peer.core.device(), intake);
    (Session::new(config), host)
}
