//! Reading a bundle: first all of it is checked, then it is taken in.

use std::path::Path;

use sheaf_charter::{Entry, ParcelId, SpaceId};
use sheaf_net::{ParcelFault, ParcelReader, open_file};
use sheaf_replica::{Manifest, Use};

use crate::carry::came::came;
use crate::carry::known::{Known, note_known};
use crate::carry::met::{Carrier, note_met};
use crate::carry::take::Taker;
use crate::carry::unpack::Parcel;
use crate::error::{Result, SchoolError};
use crate::records::time_text;
use crate::school::School;
use crate::shape::{BundleRead, CarriedSpace};

/// How often progress is told.
const TELL_EVERY: u64 = 1_000;

/// What is read of a bundle, in this order.
enum Found {
    /// What a part says of itself.
    Part(Manifest),
    /// Entries of that part, of one lane.
    Entries(Vec<Entry>),
}

impl School {
    /// Reads a bundle that a colleague has written for this device. One that is damaged, cut short
    /// or not for this device changes nothing; reading one twice does nothing twice.
    pub fn read_bundle(&self, file: &Path, tell: &dyn Fn(&str)) -> Result<BundleRead> {
        self.core.refresh()?;
        self.walk(file, &mut |_| Ok(()))?;
        let mut taker = Taker::new(self);
        let mut parts = Vec::new();
        let mut told = 0;
        let taken = self.walk(file, &mut |found| match found {
            Found::Part(manifest) => {
                parts.push(manifest);
                Ok(())
            }
            Found::Entries(entries) => {
                taker.take(entries)?;
                // The charter has come first: now it can be told who wrote it.
                let cover = parts.first().filter(|_| parts.len() > 1);
                cover.map_or(Ok(()), |cover| self.check_writer(file, cover))?;
                if taker.tally.entries / TELL_EVERY > told {
                    told = taker.tally.entries / TELL_EVERY;
                    tell(&format!("{} entries", taker.tally.entries));
                }
                Ok(())
            }
        });
        taker.done();
        taken?;
        let cover = parts.first().ok_or_else(|| carried(file, "it holds nothing"))?;
        self.check_writer(file, cover)?;
        self.note_parts(&parts)?;
        let when = (cover.written_ms, self.clock.now_ms());
        note_met(&self.core, cover.writer, Carrier::Bundle, when)?;
        self.bundle_read(file, cover, &taker)
    }

    /// Reads a bundle from its first byte to its last, and gives what opens here.
    fn walk(&self, file: &Path, give: &mut dyn FnMut(Found) -> Result<()>) -> Result<()> {
        let school = self.core.school_id();
        let mut reader = ParcelReader::new(file, open_file(file)?);
        let head = reader.next_head()?.ok_or_else(|| carried(file, "it is empty"))?;
        if !head.is_of(school) {
            return Err(carried(file, "it is of another school; nothing was read"));
        }
        let Some(pieces) = head.open(school, &self.core.identity) else {
            return Err(carried(
                file,
                "it is sealed for other devices of this school; ask its writer for one that is \
                 for this device",
            ));
        };
        let cover = Parcel::open(&mut reader, &head, pieces, school)?;
        if !cover.is_for(Use::Bundle) {
            return Err(carried(file, "it is a file of a shared folder, not a bundle"));
        }
        let (writer, following) = (cover.manifest.writer, cover.manifest.parts.clone());
        let mut seen = vec![head.id()];
        give(Found::Part(cover.manifest.clone()))?;
        cover.each(&mut reader, |entries| give(Found::Entries(entries)))?;
        for expected in &following {
            let begun = reader.next_head()?;
            let head = begun.ok_or_else(|| reader.fault(ParcelFault::CutShort))?;
            if head.id() != *expected {
                let words = out_of_place(head.id(), &seen);
                return Err(reader.fault(ParcelFault::Contents(words.to_owned())).into());
            }
            seen.push(head.id());
            let Some(pieces) = head.open(school, &self.core.identity) else {
                reader.pass_over()?;
                continue;
            };
            let part = Parcel::open(&mut reader, &head, pieces, school)?;
            if !part.is_for(Use::Bundle) || part.manifest.writer != writer {
                let words = "a part of it is of another bundle".to_owned();
                return Err(reader.fault(ParcelFault::Contents(words)).into());
            }
            give(Found::Part(part.manifest.clone()))?;
            part.each(&mut reader, |entries| give(Found::Entries(entries)))?;
        }
        match reader.next_head()? {
            None => Ok(()),
            Some(head) => {
                let words = out_of_place(head.id(), &seen);
                Err(reader.fault(ParcelFault::Contents(words.to_owned())).into())
            }
        }
    }

    /// Refuses what is by no device that this school has ever had.
    fn check_writer(&self, file: &Path, cover: &Manifest) -> Result<()> {
        if self.core.control().trust.owner(cover.writer).is_some() {
            return Ok(());
        }
        Err(carried(
            file,
            "the device that wrote it was never in this school; nothing of it counts",
        ))
    }

    /// Whoever wrote it has all of it.
    fn note_parts(&self, parts: &[Manifest]) -> Result<()> {
        for part in parts {
            let lanes = part.stretches.iter().map(|stretch| (stretch.lane, &stretch.reach));
            note_known(&self.core, part.writer, Known::AtLeast, lanes)?;
        }
        Ok(())
    }

    fn bundle_read(&self, file: &Path, cover: &Manifest, taker: &Taker) -> Result<BundleRead> {
        let (tally, waiting) = (&taker.tally, taker.waiting());
        let control = self.core.control();
        let device_id = cover.writer.to_string();
        let owner = control.trust.owner(cover.writer).map(|person| person.to_string());
        let mut notes = Vec::new();
        if control.trust.is_removed(cover.writer) {
            notes.push(
                "The device that wrote it was removed from the school: what it wrote itself past \
                 its removal is kept and does not stand"
                    .to_owned(),
            );
        }
        if waiting > 0 {
            notes.push(format!(
                "{waiting} entries build on earlier ones that are not here and were left out; ask \
                 for a bundle written with --everything"
            ));
        }
        let spaces = tally.spaces.iter().filter(|(space, _)| **space != SpaceId::CHARTER);
        let space = |(space, (entries, new)): (&SpaceId, &(u64, u64))| CarriedSpace {
            name: control.space_name(*space),
            entries: *entries,
            new: *new,
        };
        Ok(BundleRead {
            file: file.to_owned(),
            person: owner.map(|person| control.person_name(&person)).unwrap_or_default(),
            device: control.device_name(&device_id),
            device_id,
            written_at: time_text(&self.clock, cover.written_ms),
            entries: tally.entries,
            new: tally.new,
            already_here: tally.already_here,
            held: tally.held.clone(),
            waiting,
            refused: tally.refused.clone(),
            came: came(&self.core, &tally.joined)?,
            spaces: spaces.map(space).collect(),
            notes,
        })
    }
}

fn out_of_place(found: ParcelId, seen: &[ParcelId]) -> &'static str {
    if seen.contains(&found) {
        "a part of it comes twice; copy it again"
    } else {
        "a part of it is missing, or follows its end; copy it again"
    }
}

fn carried(file: &Path, what: &str) -> SchoolError {
    SchoolError::Carried { path: file.display().to_string(), what: what.to_owned() }
}
