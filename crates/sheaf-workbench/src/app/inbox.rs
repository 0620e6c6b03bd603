//! What the service says finds its place.

use std::sync::Arc;

use sheaf_school::desk::{Notice, PeoplePage, Reply};

use super::{Overlay, Workbench};
use crate::day::Errand;
use crate::desk::Purpose;
use crate::dock::View;
use crate::format;
use crate::settings::Opening;
use crate::toast::Mood;

impl Workbench {
    pub(super) fn notice(&mut self, notice: Notice) {
        match notice {
            Notice::Reply(id, reply) => {
                if let Some(purpose) = self.desk.purpose(id) {
                    let reply = self.veiled(reply);
                    self.reply(purpose, reply);
                }
            }
            Notice::Changed { records, from_elsewhere } => {
                self.model.expire(&records);
                if from_elsewhere > 0 {
                    self.model.mark_arrived(&records, self.now);
                }
            }
            Notice::Status(status) => {
                self.model.status.fill(status);
                self.model.people.expire();
                self.model.trust.expire();
                self.model.concerns.expire();
            }
            Notice::Carrying(words) => self.carrying(words),
            Notice::Listed(count) => self.pupil_list.has_written(count),
            Notice::Invite(news) => {
                self.people.hears(news);
                self.model.people.expire();
            }
        }
    }

    fn reply(&mut self, purpose: Purpose, reply: Reply) {
        match (purpose, reply) {
            (purpose, Reply::Refused(why)) => self.refused(purpose, why),
            (_, Reply::Roster(roster)) => self.model.roster.fill(roster),
            (_, Reply::Timeline { pupil, items }) => {
                self.model.timelines.entry(pupil).or_default().fill(items);
            }
            (_, Reply::PupilCard(card)) => {
                self.model.cards.entry(card.pupil).or_default().fill(card);
            }
            (purpose, Reply::Caseload(caseload)) => self.take_caseload(&purpose, caseload),
            (_, Reply::Incidents(table)) => self.take_incidents(table),
            (_, Reply::List(sheet)) => self.take_list(sheet),
            (_, Reply::ListAsks(asks)) => self.pupil_list.ask_back(asks),
            (_, Reply::Csv { text, rows }) => {
                let words = format::count(rows as u64, "row is", "rows are");
                let words = format!("{words} on the clipboard, to be pasted into a spreadsheet");
                self.toasts.say(self.now, Mood::Done, words);
                self.copied = Some(text);
            }
            (_, Reply::Recent(items)) => self.model.recent.fill(items),
            (_, Reply::Metrics(cards)) => self.model.metrics.fill(cards),
            (_, Reply::Status(status)) => self.model.status.fill(status),
            (_, Reply::Hits(hits)) => self.model.hits = Some(hits),
            (Purpose::Day(errand), Reply::Day(reply)) => self.day_reply(&errand, reply),
            (_, Reply::Day(_)) => {}
            (_, Reply::Behind(items)) => self.panel.fill(Ok(items)),
            (_, Reply::Saved { record, headline }) => {
                self.saved(record, &headline);
            }
            (Purpose::Day(Errand::Undo(record)), Reply::Detail(_)) => self.undone(record),
            (purpose, Reply::Detail(detail)) => {
                let record = detail.item.record;
                self.model.details.entry(record).or_default().fill(detail);
                self.settled(&purpose);
                self.changed(&purpose);
            }
            (_, Reply::Result(result)) => {
                self.metric.run = None;
                self.metric.refused = None;
                self.metric.forget_marks();
                self.model.results.insert(result.metric.clone(), result);
            }
            (_, Reply::Exported(path)) => self.exported(&path),
            (_, Reply::Place(place)) => self.take_place(place),
            (_, Reply::Conflicts(all)) => {
                self.conflicts.lands();
                self.model.conflicts.fill(all);
            }
            (_, Reply::People(page)) => self.take_people(page),
            (_, Reply::Invited(line)) => self.people.waits(line, self.now),
            (Purpose::Concern(errand), Reply::Concern(reply)) => self.take_concern(&errand, reply),
            (_, Reply::Concern(_)) => {}
            (Purpose::Sharing(errand), Reply::Metric(reply)) => self.take_sharing(errand, reply),
            (_, Reply::Metric(_)) => {}
            (_, Reply::Trust(reply)) => self.take_trust(reply),
            (_, Reply::Safe(reply)) => self.take_safe(reply),
            (_, Reply::Carry(reply)) => self.take_carried(&reply),
            (_, Reply::Home(home)) => self.model.home.fill(home),
            (_, Reply::Done) => {}
            (Purpose::Run, Reply::Cancelled) => self.metric.run = None,
            (_, Reply::History { record, lines }) => {
                self.model.histories.entry(record).or_default().fill(lines);
            }
            (_, Reply::EditForm(form)) => self.panel.fill_form(form),
            (_, Reply::Cancelled) => {}
        }
    }

    fn take_people(&mut self, page: Arc<PeoplePage>) {
        if let Some(line) = &page.invite {
            self.people.waits(Arc::new(line.clone()), self.now);
        }
        self.model.people.fill(page);
    }

    fn settled(&mut self, purpose: &Purpose) {
        if matches!(purpose, Purpose::Settle(_)) {
            self.conflicts.has_settled();
            self.model.expire(&[]);
            self.toasts.say(self.now, Mood::Done, "Settled here; other devices follow");
        }
    }

    fn refused(&mut self, purpose: Purpose, why: String) {
        match purpose {
            Purpose::Roster => self.model.roster.refuse(why),
            Purpose::Recent => self.model.recent.refuse(why),
            Purpose::Metrics => self.model.metrics.refuse(why),
            Purpose::Status => self.model.status.refuse(why),
            Purpose::Timeline(pupil) => {
                self.model.timelines.entry(pupil).or_default().refuse(why);
            }
            Purpose::Detail(record) => self.model.details.entry(record).or_default().lose(why),
            Purpose::EditForm | Purpose::Change => self.panel.refuse_change(why),
            Purpose::History(record) => {
                self.model.histories.entry(record).or_default().refuse(why);
            }
            Purpose::Behind => self.panel.fill(Err(why)),
            Purpose::Run => {
                self.metric.run = None;
                self.metric.refused = Some(why);
            }
            Purpose::Log => match &mut self.form {
                Some(form) => {
                    form.saving = None;
                    form.error = Some(why);
                }
                None => self.toasts.say(self.now, Mood::Fault, why),
            },
            Purpose::Search => {
                self.model.hits = Some(Arc::from([]));
                self.toasts.say(self.now, Mood::Fault, why);
            }
            Purpose::PupilCard(pupil) => self.model.cards.entry(pupil).or_default().refuse(why),
            Purpose::Caseload => self.model.caseload.refuse(why),
            Purpose::List => self.pupil_list.refuse(why),
            Purpose::Incidents => self.model.incidents.refuse(why),
            Purpose::Conflicts => self.model.conflicts.refuse(why),
            Purpose::People => self.model.people.refuse(why),
            Purpose::Home => self.model.home.refuse(why),
            Purpose::Safe => self.safe_refused(why),
            Purpose::Carry => self.carry_refused(why),
            Purpose::Concern(errand) => self.concern_refused(&errand, why),
            Purpose::Sharing(errand) => self.sharing_refused(errand, why),
            Purpose::Trust(errand) => self.trust_refused(&errand, why),
            Purpose::Invite => self.people.refuse(why),
            Purpose::Settle(_) => {
                self.conflicts.lands();
                self.toasts.say(self.now, Mood::Fault, why);
            }
            Purpose::Day(errand) => self.day_refused(&errand, why),
            Purpose::Export | Purpose::Look => self.export_refused(why),
            Purpose::ChangeCaseload(_)
            | Purpose::IncidentCsv
            | Purpose::Cancel
            | Purpose::EndInvite
            | Purpose::Keep => {
                self.toasts.say(self.now, Mood::Fault, why);
            }
        }
    }

    /// Opens what the window was to open with, as soon as what it needs is here.
    pub(super) fn open_first(&mut self) {
        let Some(opening) = self.opening else { return };
        if self.try_open(opening).is_some() {
            self.opening = None;
        }
    }

    fn try_open(&mut self, opening: Opening) -> Option<()> {
        let recent = self.model.recent.get();
        match opening {
            Opening::Today => {
                recent?;
            }
            Opening::Timeline | Opening::Record => {
                self.model.roster.get()?;
                let newest = recent?.iter().find(|item| !item.pupils.is_empty());
                let Some(newest) = newest.cloned() else { return Some(()) };
                if let Some((pupil, _, _)) = newest.pupils.first() {
                    self.open_pupil(*pupil);
                }
                if opening == Opening::Record {
                    self.panel.open(newest.record);
                }
            }
            Opening::Caseload => {
                self.model.roster.get()?;
                recent?;
                self.go(View::Caseload);
                self.model.caseload.get()?;
            }
            Opening::Incidents => {
                self.model.roster.get()?;
                recent?;
                self.go_incidents();
                self.model.incidents.get()?;
            }
            Opening::Metric => {
                let first = self.model.metrics.get()?.first().map(|card| card.id.clone());
                if let Some(metric) = first {
                    self.open_metric(metric);
                    self.run_metric();
                }
            }
            Opening::Gallery => {
                self.model.metrics.get()?;
                self.go(View::Gallery);
            }
            Opening::Concerns => {
                self.go(View::Concerns);
                self.model.concerns.get()?;
            }
            Opening::Conflicts => self.go(View::Conflicts),
            Opening::People => self.go(View::People),
            Opening::Removals => self.go(View::Removals),
            Opening::Held => self.go(View::Held),
            Opening::Erasures => self.go(View::Erasures),
            Opening::Retention => self.go(View::Retention),
            Opening::Settings => self.go(View::Settings),
            Opening::Import => self.go(View::PupilList),
            Opening::QuickLog => {
                self.model.roster.get()?;
                recent?;
                self.open_quick_log();
            }
            Opening::Palette => {
                self.model.roster.get()?;
                self.model.metrics.get()?;
                recent?;
                self.open_palette();
            }
            Opening::Help => {
                recent?;
                self.overlay = Overlay::Help;
            }
        }
        Some(())
    }
}
