//! What must be so of the devices with our build, once nothing is on its way any more.

use std::collections::BTreeSet;

use sheaf_charter::{DeviceId, Inserted, KeyHolder, Lane, Part, PersonId, Role, SpaceId, Trust};

use super::disk::{Place, UNREADABLE, opened};
use super::home::Home;
use super::story::Story;
use crate::{Difference, DifferenceKind, Outcome, SectionRef};

type Checked = Result<(), String>;

/// Somebody can read what was sealed while they were held for outside: they were in again.
pub(super) const IN_AGAIN: &str = "read by whoever was in again";
/// A save went with its author's disk, and whoever has it is out by now.
pub(super) const ONLY_OUTSIDE: &str = "only with those who are out";

impl Story {
    /// The first promise that is broken, if one is.
    pub(super) fn check(&mut self) -> Checked {
        if let Some(violation) = self.network.violations.first() {
            return Err(violation.clone());
        }
        let judge = self.judge()?;
        self.check_charter(&judge)?;
        self.check_ranks(&judge)?;
        for space in judge.spaces() {
            self.check_space(&judge, space)?;
            self.check_erased(&judge, space)?;
        }
        self.check_values()?;
        self.check_removal(&judge)?;
        self.check_nothing_lost(&judge)?;
        self.check_no_leak()?;
        self.check_unreadable(&judge)?;
        self.check_outcomes(&judge)
    }

    /// What the charter is by everything that any device with our build holds; and of a space by
    /// those who are in it, as far as they know: an outsider passes on nothing that they were told.
    pub(super) fn judge(&self) -> Result<Trust, String> {
        let mut judge = Trust::new();
        let honest = self.network.devices.iter().filter(|home| home.is_honest);
        let counts = |home: &Home, lane: Lane| {
            let trust = &home.disk.trust;
            lane == Lane::CHARTER
                || (lane.part == Part::Control && trust.is_member(home.disk.device(), lane.space))
        };
        let mut left: Vec<_> = honest
            .flat_map(|home| home.disk.entries.values().map(move |entry| (home, entry)))
            .filter(|(home, entry)| counts(home, entry.header().lane))
            .map(|(_, entry)| entry)
            .collect();
        left.sort_unstable_by_key(|entry| entry.id());
        left.dedup_by_key(|entry| entry.id());
        loop {
            let before = left.len();
            left.retain(|entry| matches!(judge.insert(entry), Ok(Inserted::Waits { .. })));
            match left.len() {
                0 => return Ok(judge),
                now if now == before => return Err(format!("{now} control entries never join")),
                _ => {}
            }
        }
    }

    /// The devices with our build that are in the school, and in a space of it.
    fn inside(&self, judge: &Trust, space: SpaceId) -> Vec<usize> {
        let devices = self.network.devices.iter().enumerate();
        let inside = devices
            .filter(|(_, home)| home.is_honest && judge.is_member(home.disk.device(), space));
        inside.map(|(index, _)| index).collect()
    }

    /// Rule 3, of the charter: the same entries, and the same of them has effect.
    fn check_charter(&self, judge: &Trust) -> Checked {
        let inside = self.inside(judge, SpaceId::CHARTER);
        let expected = judge.state();
        let disk = |index: usize| &self.network.devices[index].disk;
        for index in &inside {
            let state = disk(*index).trust.state();
            let equal = state.people == expected.people
                && disk(*index).trust.removed() == judge.removed()
                && state.spaces.get(&SpaceId::CHARTER) == expected.spaces.get(&SpaceId::CHARTER);
            if !equal {
                return Err(format!("device {index} has another charter than all know together"));
            }
            let first = disk(inside[0]).tips.get(&Lane::CHARTER);
            if disk(*index).tips.get(&Lane::CHARTER) != first {
                return Err(format!("device {index} has other entries of the charter"));
            }
        }
        Ok(())
    }

    /// No hostile member has risen, nobody who outranks them has fallen.
    fn check_ranks(&self, judge: &Trust) -> Checked {
        for (index, home) in self.network.devices.iter().enumerate() {
            let person = home.disk.me.person();
            let (was, is) = (self.role(person), judge.role(person));
            if !home.is_honest && is > was {
                return Err(format!("hostile {index} rose from {was:?} to {is:?}"));
            }
            let hostile = self.network.devices.iter().filter(|home| !home.is_honest);
            let strongest = hostile.filter_map(|home| self.role(home.disk.me.person())).max();
            if home.is_honest && was >= strongest && is != was {
                return Err(format!("{index} fell from {was:?} to {is:?}"));
            }
        }
        let cast: BTreeSet<_> =
            self.network.devices.iter().map(|home| home.disk.me.person()).collect();
        let strangers = judge.people().into_iter().filter(|one| !cast.contains(&one.person));
        for stranger in strangers {
            if stranger.role > Role::Mentor || !self.hostile_lead() {
                return Err(format!("a stranger was let in as {:?}", stranger.role));
            }
        }
        Ok(())
    }

    fn hostile_lead(&self) -> bool {
        let mut hostile = self.network.devices.iter().filter(|home| !home.is_honest);
        hostile.any(|home| self.role(home.disk.me.person()) >= Some(Role::Lead))
    }

    /// Rule 3, of a space: the same entries, the same standing, the same values.
    fn check_space(&mut self, judge: &Trust, space: SpaceId) -> Checked {
        let inside = self.inside(judge, space);
        let Some(first) = inside.first().copied() else { return Ok(()) };
        // Into a space of which only outsiders were told, by whoever made it, nobody has come yet.
        let tips =
            |index: &usize| self.network.devices[*index].disk.tips.get(&Lane::control(space));
        if inside.iter().all(|index| tips(index).is_none()) {
            return Ok(());
        }
        let expected = self.network.devices[first].disk.shown(space);
        for index in inside {
            let disk = &mut self.network.devices[index].disk;
            let shown = disk.shown(space);
            let view = disk.trust.state().spaces.remove(&space);
            let all = judge.state().spaces.remove(&space);
            if view != all {
                return Err(format!("{index} knows of {space} {view:?}, all together {all:?}"));
            }
            if *shown != *expected {
                let differs = difference(&shown.sections, &expected.sections);
                return Err(format!("{index} and {first} show {space} otherwise: {differs}"));
            }
            for lane in [Lane::control(space), Lane::data(space)] {
                let tips = |index: usize| self.network.devices[index].disk.tips.get(&lane);
                if tips(index) != tips(first) {
                    return Err(format!("{index} and {first} have other entries of {lane:?}"));
                }
            }
        }
        Ok(())
    }

    /// Rule 8: nobody has a section of what is erased, and nothing is that nobody honest wanted
    /// erased.
    fn check_erased(&mut self, judge: &Trust, space: SpaceId) -> Checked {
        let erased = judge.erased(space);
        let unwanted = erased.difference(&self.truth.erased).next();
        if let Some(document) = unwanted.filter(|_| self.hostile_count() < 2) {
            return Err(format!("{document} was erased by one hostile member alone"));
        }
        for index in self.inside(judge, space) {
            let disk = &self.network.devices[index].disk;
            for (_, entry) in disk.lane(Lane::data(space)) {
                for (row, section) in entry.header().table.iter().zip(entry.sections()) {
                    if section.is_some() && erased.contains(&row.document) {
                        return Err(format!("device {index} has a section of an erased document"));
                    }
                }
            }
            // What was erased by somebody whose seconding came to nothing, as they were taken out
            // at the same moment, is gone where that was carried out.
            let mut wants = disk.wants(Lane::data(space)).into_iter();
            let proposed = |at: &SectionRef| {
                let table = &disk.entries[&at.entry].header().table;
                self.truth.erased.contains(&table[usize::from(at.index)].document)
            };
            if let Some(at) = wants.find(|at| !proposed(at)) {
                return Err(format!("device {index} lacks a section: {at:?}"));
            }
        }
        Ok(())
    }

    fn hostile_count(&self) -> usize {
        self.network.devices.iter().filter(|home| !home.is_honest).count()
    }

    /// Rule 6: each value is what one entry's author wrote there, and nothing forbidden stands.
    fn check_values(&mut self) -> Checked {
        for index in 0..self.network.devices.len() {
            if !self.network.devices[index].is_honest {
                continue;
            }
            for space in self.network.devices[index].disk.trust.spaces() {
                let shown = self.network.devices[index].disk.shown(space);
                for (place, text) in &shown.values {
                    if self.truth.texts.get(place) != Some(text) {
                        return Err(format!("{index} shows what nobody wrote, in {}", place.0));
                    }
                }
                for ((entry, _), held) in &shown.sections {
                    let offence = self.truth.forbidden.get(entry).filter(|_| held.is_none());
                    if let Some(offence) = offence {
                        return Err(format!("{entry} stands on {index}, and {offence}"));
                    }
                    let unreadable = held.as_ref() == Some(&UNREADABLE);
                    if unreadable && !self.truth.unreadable.contains_key(entry) {
                        return Err(format!("{entry} can be read, and {index} says it cannot"));
                    }
                }
            }
        }
        Ok(())
    }

    /// Rule 7: what a member signs after a manager with our build cut their logs does not stand,
    /// unless they were let in again, or are in after all because what put them out is void; nor
    /// does a removal come undone. What a device did that was itself removed as lost is another
    /// question: any manager may remove a device; and so is what somebody did while they were taken
    /// out of the space.
    fn check_removal(&mut self, judge: &Trust) -> Checked {
        for space in judge.spaces() {
            for index in self.inside(judge, space) {
                let shown = self.network.devices[index].disk.shown(space);
                for ((entry, _), held) in &shown.sections {
                    let Some(signed) = self.truth.signed.get(entry) else { continue };
                    let cuts = self.truth.cuts.get(&(space, signed.device)).into_iter().flatten();
                    let late = cuts.filter(|(cut, by)| {
                        signed.moment > *cut
                            && judge.is_member(*by, space)
                            && !judge.is_member(signed.device, space)
                            && !self.was_let_in_after(space, signed.device, *cut)
                    });
                    if held.is_none() && late.count() > 0 {
                        return Err(format!("{entry} stands on {index}, written past the cut"));
                    }
                }
            }
        }
        for (person, by) in &self.truth.removed {
            if judge.role(*person).is_some() && judge.certificate(*by).is_some() {
                return Err(format!("{person} was removed and is in"));
            }
        }
        Ok(())
    }

    fn was_let_in_after(&self, space: SpaceId, device: DeviceId, moment: u64) -> bool {
        let homes = self.network.devices.iter().map(|home| &home.disk.me);
        let person = homes.into_iter().find(|me| me.device() == device).map(|me| me.person());
        let let_in = person.and_then(|person| self.truth.let_in.get(&(space, person)));
        let_in.into_iter().flatten().any(|(at, _)| *at >= moment)
    }

    /// Every save that somebody with our build made is with every colleague of its space, and with
    /// them; not with those who were put back to before it and are out by now, nor with anybody
    /// where all who could have given it back to them are.
    pub(super) fn check_nothing_lost(&mut self, judge: &Trust) -> Checked {
        let mut with_those_outside = 0;
        for (id, saved) in &self.truth.saved {
            let author = &self.network.devices[saved.device].disk;
            let mut homes = self.network.devices.iter();
            let Some(entry) = homes.find_map(|home| home.disk.entries.get(id)) else {
                return Err(format!("{id} of {} is nowhere", saved.device));
            };
            let space = entry.header().lane.space;
            let is_in = judge.is_member(author.device(), space);
            let inside = self.inside(judge, space);
            let has = |index: &usize| self.network.devices[*index].disk.entries.contains_key(id);
            let gone = self.truth.put_back.contains(id) && !has(&saved.device);
            if gone && is_in && !inside.iter().any(has) {
                with_those_outside += 1;
                continue;
            }
            if !has(&saved.device) && (is_in || !gone) {
                return Err(format!("device {} lost its own {id}", saved.device));
            }
            if let Some(index) = inside.iter().find(|index| is_in && !has(index)) {
                return Err(format!("device {index} lacks {id} of {}", saved.device));
            }
        }
        self.excuse(ONLY_OUTSIDE, with_those_outside);
        Ok(())
    }

    /// Counts what is no fault, so that it shows that it happens, and how rarely.
    fn excuse(&mut self, what: &str, times: u64) {
        if times > 0 {
            *self.borne.entry(what.to_owned()).or_default() += times;
        }
    }

    /// Rule 5: nobody has data of a space into which nobody ever let them, whoever offered it; and
    /// no word of it but from a hostile member who was in.
    fn check_no_leak(&self) -> Checked {
        let was_in =
            |home: &Home, space| self.truth.let_in.contains_key(&(space, home.disk.me.person()));
        for (index, home) in self.network.devices.iter().enumerate() {
            for entry in home.disk.entries.values().filter(|_| home.is_honest) {
                let lane = entry.header().lane;
                if lane == Lane::CHARTER || was_in(home, lane.space) {
                    continue;
                }
                let mut hostile = self.network.devices.iter().filter(|home| !home.is_honest);
                if lane.part == Part::Data || !hostile.any(|home| was_in(home, lane.space)) {
                    return Err(format!("device {index} has an entry of {lane:?}"));
                }
            }
        }
        Ok(())
    }

    /// Rules 5 and 7: whoever was not in when something was sealed, is not let in later, and is not
    /// in after all because what put them out is void, for now or only until something else did,
    /// cannot open it, whatever they get hold of.
    fn check_unreadable(&mut self, judge: &Trust) -> Checked {
        let mut in_again = 0;
        let homes = || self.network.devices.iter();
        let all: Vec<_> = homes().flat_map(|home| home.disk.entries.values()).collect();
        let control = || all.iter().filter(|entry| entry.header().lane.part == Part::Control);
        for (index, home) in homes().enumerate() {
            let me = &home.disk.me;
            let mut keys = home.disk.keys.clone();
            let Some(school) = judge.school() else { continue };
            keys.learn(school, control().map(|entry| &***entry), KeyHolder::Device(me));
            for (id, saved) in &self.truth.saved {
                let Some(entry) = homes().find_map(|home| home.disk.entries.get(id)) else {
                    continue;
                };
                let space = entry.header().lane.space;
                let later = self.was_let_in_after(space, me.device(), saved.moment);
                let is_in = judge.is_member(me.device(), space);
                let outside = saved.outside.get(&me.person()).filter(|_| !later && !is_in);
                let Some(outside) = outside else { continue };
                let mut sections = (0..).zip(&entry.header().table);
                if !sections
                    .any(|(at, _)| opened(&keys, entry, at).is_some_and(|read| read.is_ok()))
                {
                    continue;
                }
                if !self.truth.was_in_again(entry, me.person(), outside) {
                    return Err(format!("device {index} can read {id}, sealed without it"));
                }
                in_again += 1;
            }
        }
        self.excuse(IN_AGAIN, in_again);
        Ok(())
    }

    /// Rule 3 as sessions say it: between two who are in, all is equal. Two who were both taken out
    /// of a space and have not heard of it may differ there for ever: nobody tells them where a
    /// log was cut.
    fn check_outcomes(&self, judge: &Trust) -> Checked {
        for (link, ends) in &self.network.links {
            let homes = ends.ends.iter().map(|end| &self.network.devices[end.device]);
            let ours = homes.clone().all(|home| home.is_honest);
            let inside = homes.clone().all(|home| judge.certificate(home.disk.device()).is_some());
            for end in ends.ends.iter().filter(|_| ours && inside) {
                let Some(last) = &end.last else {
                    return Err(format!("session {link} of {} never finished", end.device));
                };
                let both_in =
                    |space| homes.clone().all(|home| judge.is_member(home.disk.device(), space));
                let differ =
                    |one: &Difference| both_in(one.lane.space) && !self.lacks_what_was_erased(one);
                let different = match &last.outcome {
                    Outcome::Different(differences) => differences.iter().any(differ),
                    _ => false,
                };
                if different || !last.refused.is_empty() {
                    return Err(format!("session {link} of {} ended {last:?}", end.device));
                }
                if !end.session.is_quiet() {
                    return Err(format!("session {link} of {} is not quiet", end.device));
                }
            }
        }
        Ok(())
    }

    /// See [`Self::check_erased`]: sections may be missing of what somebody wanted erased.
    fn lacks_what_was_erased(&self, difference: &Difference) -> bool {
        matches!(difference.kind, DifferenceKind::Sections { .. }) && !self.truth.erased.is_empty()
    }

    /// The role that a person had when the story began.
    fn role(&self, person: PersonId) -> Option<Role> {
        self.roles.get(&person).copied()
    }
}

fn difference<V: PartialEq + std::fmt::Debug>(
    one: &std::collections::BTreeMap<Place, V>,
    other: &std::collections::BTreeMap<Place, V>,
) -> String {
    let places: BTreeSet<_> = one.keys().chain(other.keys()).collect();
    let differs = places.into_iter().find(|place| one.get(place) != other.get(place));
    differs.map_or_else(String::new, |place| {
        format!("{place:?}: {:?} and {:?}", one.get(place), other.get(place))
    })
}
