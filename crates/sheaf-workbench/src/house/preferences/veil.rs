//! Initials instead of names, for a screen that others see: what comes in is veiled at the door,
//! so that no view can show what it was never given.

use std::collections::BTreeMap;
use std::sync::Arc;

use sheaf_records::Kind;
use sheaf_school::desk::{
    Caseload, ConcernReply, ConflictLine, Conflicts, Detail, DetailRow, DuePage, EditKind,
    ErasuresPage, HistoryLine, Hit, IncidentRow, IncidentTable, ListedPupil, MetricResult,
    PupilCard, Reply, ResultTable, Roster, TimelineItem, TrustReply,
};

use crate::format::initials;

/// What stands in place of free text, which may name anybody.
const HIDDEN: &str = "Text is hidden while names are";

/// Longer names are looked for by their first words.
const MOST_WORDS: usize = 5;

/// The names to hide.
#[derive(Clone, Debug, Default)]
pub struct Veil {
    names: BTreeMap<String, String>,
}

impl Veil {
    /// A veil over these pupils.
    pub fn of(roster: &Roster) -> Self {
        let names = roster.pupils.iter().map(|pupil| (pupil.name.clone(), initials(&pupil.name)));
        Self { names: names.collect() }
    }

    /// Whether the names to hide are known.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// A reply without names and without free text.
    pub fn reply(&self, reply: Reply) -> Reply {
        match reply {
            Reply::Roster(roster) => Reply::Roster(Arc::new(self.roster(&roster))),
            Reply::Saved { record, headline } => {
                Reply::Saved { record, headline: self.words(&headline) }
            }
            Reply::Timeline { pupil, items } => {
                Reply::Timeline { pupil, items: self.items(&items) }
            }
            Reply::Detail(detail) => Reply::Detail(Arc::new(self.detail(&detail))),
            Reply::Recent(items) => Reply::Recent(self.items(&items)),
            Reply::Behind(items) => Reply::Behind(self.items(&items)),
            Reply::Hits(hits) => Reply::Hits(hits.iter().map(|hit| self.hit(hit)).collect()),
            Reply::Result(result) => Reply::Result(Arc::new(self.result(&result))),
            Reply::Conflicts(all) => Reply::Conflicts(Arc::new(self.conflicts(&all))),
            Reply::History { record, lines } => {
                Reply::History { record, lines: lines.iter().map(|one| self.step(one)).collect() }
            }
            Reply::Incidents(table) => Reply::Incidents(Arc::new(self.incidents(&table))),
            Reply::Csv { text, rows } => Reply::Csv { text: self.words(&text), rows },
            Reply::PupilCard(card) => Reply::PupilCard(Arc::new(self.card(&card))),
            Reply::Caseload(all) => Reply::Caseload(Arc::new(self.caseload(&all))),
            // What is not seen cannot be changed.
            Reply::List(_) | Reply::ListAsks(_) => {
                Reply::Refused("a list is looked at only while names are shown".to_owned())
            }
            Reply::EditForm(form) if !matches!(form.kind, EditKind::Choice(_)) => {
                Reply::Refused("text is changed only while names are shown".to_owned())
            }
            Reply::Concern(ConcernReply::Page(_)) => {
                Reply::Refused("concerns are looked at only while names are shown".to_owned())
            }
            Reply::Day(reply) => Reply::Day(self.day(reply)),
            Reply::Metric(reply) => Reply::Metric(self.metric(reply)),
            Reply::Trust(TrustReply::Erasures(page)) => {
                Reply::Trust(TrustReply::Erasures(Arc::new(self.erasures(&page))))
            }
            Reply::Trust(TrustReply::Retention(page)) => {
                Reply::Trust(TrustReply::Retention(Arc::new(self.due(&page))))
            }
            Reply::Trust(TrustReply::Held(page)) => {
                let mut veiled = (*page).clone();
                veiled.lines.iter_mut().for_each(|line| line.would.clear());
                Reply::Trust(TrustReply::Held(Arc::new(veiled)))
            }
            // None of these says anything of a pupil.
            Reply::Concern(ConcernReply::Done(_))
            | Reply::Trust(_)
            | Reply::Metrics(_)
            | Reply::EditForm(_)
            | Reply::Exported(_)
            | Reply::Place(_)
            | Reply::Status(_)
            | Reply::People(_)
            | Reply::Invited(_)
            | Reply::Home(_)
            | Reply::Safe(_)
            | Reply::Carry(_)
            | Reply::Done
            | Reply::Cancelled
            | Reply::Refused(_) => reply,
        }
    }

    fn erasures(&self, page: &ErasuresPage) -> ErasuresPage {
        let mut veiled = page.clone();
        for record in veiled.erasures.iter_mut().flat_map(|line| &mut line.here) {
            record.title = self.words(&record.title);
        }
        veiled
    }

    fn due(&self, page: &DuePage) -> DuePage {
        let mut veiled = page.clone();
        for line in veiled.groups.iter_mut().flat_map(|group| &mut group.lines) {
            line.title = match line.kind {
                Kind::Pupil => initials(&line.title),
                _ => self.words(&line.title),
            };
            line.pupils = line.pupils.iter().map(|name| initials(name)).collect();
            if let Some((_, _, because)) = &mut line.kept {
                *because = hidden(because);
            }
        }
        veiled
    }

    fn roster(&self, roster: &Roster) -> Roster {
        let mut veiled = roster.clone();
        for pupil in &mut veiled.pupils {
            pupil.name = initials(&pupil.name);
        }
        veiled
    }

    pub(super) fn items(&self, items: &[TimelineItem]) -> Arc<[TimelineItem]> {
        items.iter().map(|item| self.item(item)).collect()
    }

    pub(super) fn item(&self, item: &TimelineItem) -> TimelineItem {
        let mut veiled = item.clone();
        veiled.headline = self.words(&item.headline);
        veiled.text = hidden(&item.text);
        for (_, name, _) in &mut veiled.pupils {
            *name = initials(name);
        }
        veiled
    }

    fn detail(&self, detail: &Detail) -> Detail {
        let item = self.item(&detail.item);
        let told = |row: &DetailRow| {
            let mut row = self.row(row, &detail.item);
            // The narrative is known by standing above, word for word.
            if row.value == detail.item.text {
                row.value.clone_from(&item.text);
            }
            row
        };
        let rows = detail.rows.iter().map(told).collect();
        Detail { rows, item: item.clone(), keeping: detail.keeping.clone() }
    }

    fn row(&self, row: &DetailRow, item: &TimelineItem) -> DetailRow {
        let mut veiled = row.clone();
        let shorten = |words: &str| {
            let known = item.pupils.iter().find(|(_, name, _)| name == words);
            known.map_or_else(|| self.words(words), |(_, name, _)| initials(name))
        };
        veiled.title = self.words(&row.title);
        veiled.value = shorten(&row.value);
        for contender in &mut veiled.contenders {
            contender.words = shorten(&contender.words);
        }
        veiled
    }

    fn hit(&self, hit: &Hit) -> Hit {
        Hit { headline: self.words(&hit.headline), excerpt: hidden(&hit.excerpt), ..hit.clone() }
    }

    fn conflicts(&self, all: &Conflicts) -> Conflicts {
        let line = |line: &ConflictLine| ConflictLine {
            item: self.item(&line.item),
            row: self.row(&line.row, &line.item),
        };
        Conflicts { lines: all.lines.iter().map(line).collect(), ..all.clone() }
    }

    /// What was done stays; the words of it may name anybody.
    fn step(&self, step: &HistoryLine) -> HistoryLine {
        let mut veiled = step.clone();
        veiled.reason = hidden(&step.reason);
        for change in &mut veiled.changes {
            change.title = self.words(&change.title);
            change.before = hidden(&change.before);
            change.after = hidden(&change.after);
            change.settled.clear();
            change.at_once.clear();
        }
        veiled
    }

    fn incidents(&self, table: &IncidentTable) -> IncidentTable {
        let row = |row: &Arc<IncidentRow>| {
            Arc::new(IncidentRow { pupils: self.words(&row.pupils), ..(**row).clone() })
        };
        IncidentTable { rows: table.rows.iter().map(row).collect(), ..table.clone() }
    }

    fn card(&self, card: &PupilCard) -> PupilCard {
        let mut veiled = card.clone();
        for fact in &mut veiled.facts {
            fact.value = self.words(&fact.value);
        }
        veiled
    }

    fn caseload(&self, all: &Caseload) -> Caseload {
        let mut veiled = all.clone();
        for line in &mut veiled.lines {
            line.name = initials(&line.name);
            line.note = hidden(&line.note);
            if let Some((_, words)) = &mut line.last {
                *words = self.words(words);
            }
        }
        veiled
    }

    fn result(&self, result: &MetricResult) -> MetricResult {
        let mut veiled = result.clone();
        for finding in &mut veiled.findings {
            finding.text = self.words(&finding.text);
        }
        for words in veiled.compared.iter_mut().flat_map(|compared| &mut compared.only_before) {
            *words = self.words(words);
        }
        for (_, pupils) in &mut veiled.lists {
            for pupil in pupils.iter_mut() {
                *pupil = ListedPupil { name: initials(&pupil.name), ..pupil.clone() };
            }
        }
        for case in &mut veiled.cases {
            case.name = initials(&case.name);
            // The chart of a pupil bears their name.
            if let Some(chart) = &mut case.chart {
                Arc::make_mut(chart).title.clone_from(&case.name);
            }
        }
        for table in &mut veiled.tables {
            self.table(table);
        }
        veiled
    }

    fn table(&self, table: &mut ResultTable) {
        for cell in table.rows.iter_mut().flatten() {
            *cell = self.words(cell);
        }
    }

    /// Words with every name that is known made into initials.
    pub fn words(&self, words: &str) -> String {
        let parts: Vec<&str> = words.split(' ').collect();
        let mut out: Vec<String> = Vec::with_capacity(parts.len());
        let mut at = 0;
        while at < parts.len() {
            let longest = MOST_WORDS.min(parts.len() - at);
            let found = (1..=longest).rev().find_map(|count| {
                let joined = parts.get(at..at + count)?.join(" ");
                let bare = joined.trim_end_matches([',', ';', ':', '.', ')']);
                let short = self.names.get(bare.trim_start_matches('('))?;
                let after = joined.strip_prefix(bare).unwrap_or_default();
                Some((count, format!("{short}{after}")))
            });
            match found {
                Some((count, short)) => {
                    out.push(short);
                    at += count;
                }
                None => {
                    out.extend(parts.get(at).map(|part| (*part).to_owned()));
                    at += 1;
                }
            }
        }
        out.join(" ")
    }
}

pub(super) fn hidden(text: &str) -> String {
    if text.is_empty() { String::new() } else { HIDDEN.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{desk, school};

    #[test]
    fn a_name_becomes_initials_wherever_it_stands() {
        let veil = Veil::of(&school::roster());
        for (words, expected) in [
            ("Amira Okafor", "AO"),
            ("Zoë van der Berg, Year 9", "ZB, Year 9"),
            ("9 pupils with Ben Carter: 12", "9 pupils with BC: 12"),
            ("Defiance, corridor", "Defiance, corridor"),
            ("", ""),
        ] {
            assert_eq!(veil.words(words), expected, "{words:?}");
        }
    }

    #[test]
    fn no_name_and_no_narrative_comes_through() {
        let roster = school::roster();
        let veil = Veil::of(&roster);
        let first = school::timeline().remove(0);
        let replies = [
            Reply::Roster(Arc::new(roster.clone())),
            Reply::Recent(school::recent().into()),
            Reply::Behind(school::timeline().into()),
            Reply::Detail(Arc::new(school::detail(&first))),
            Reply::Hits(school::hits("the").into()),
            Reply::Result(Arc::new(school::result("repeat-referrals", &[]))),
            Reply::Result(Arc::new(school::result("impact", &[]))),
            Reply::Conflicts(Arc::new(desk::conflicts(3))),
        ];
        let narrative = school::recent().into_iter().map(|item| item.text).find(|t| !t.is_empty());
        for reply in replies {
            let text = format!("{:?}", veil.reply(reply));
            for pupil in &roster.pupils {
                assert!(!text.contains(&pupil.name), "{} in {text}", pupil.name);
            }
            assert!(!text.contains(narrative.as_deref().unwrap()), "{text}");
        }
    }
}
