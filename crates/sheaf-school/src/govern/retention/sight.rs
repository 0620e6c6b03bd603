//! What of a school bears on retention: rules, the pupils' days, holds, proposals, decisions. A
//! record is judged by what it is and whom it names; what it says is not read.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::civil::Date;
use sheaf_charter::{DocumentId, EntryId, ErasureState, PersonId, SpaceId, SpaceKind};
use sheaf_records::{
    Basis, Due, KEPT_KINDS, Kind, PupilDates, RecordDates, RetentionPeriod, RetentionRules,
    Setting, Undue, due, event_day,
};
use sheaf_store::{RecordHead, Snapshot};

use super::decisions::{Decision, standing};
use crate::control::Control;
use crate::error::{Result, SchoolError};
use crate::index_row::{FOLLOW_UP_ROLE, date_of_minute, minute_of};
use crate::indexed::Found;

/// The two settings, in each of which there are records of every kind.
const SETTINGS: [Setting; 2] = [Setting::General, Setting::Safeguarding];

/// What bears on retention, as one person may see it.
pub(super) struct Sight<'a> {
    pub snapshot: &'a Snapshot<'a>,
    pub rules: &'a RetentionRules,
    pub today: Date,
    known: &'a Known,
    pupils: HashMap<DocumentId, PupilDates>,
}

/// What the control parts say that bears on retention. It is read by itself and first, so that a
/// save need not wait while a whole school is looked through.
pub(super) struct Known {
    /// The spaces that they are in, each with its setting and name.
    spaces: BTreeMap<SpaceId, (Setting, String)>,
    /// What is under a legal hold.
    holds: BTreeSet<DocumentId>,
    /// What waits for a second signature, with the erasure.
    proposed: BTreeMap<DocumentId, EntryId>,
    /// What was decided to be kept.
    decisions: HashMap<(SpaceId, DocumentId), Decision>,
}

impl Known {
    /// What one person may know.
    pub(super) fn of(snapshot: &Snapshot<'_>, control: &Control, person: PersonId) -> Result<Self> {
        let trust = &control.trust;
        let own = trust.spaces_of_person(person).into_iter();
        let setting = |space| match trust.space_kind(space) {
            Some(SpaceKind::Safeguarding) => Setting::Safeguarding,
            // What is handed over to the safeguarding leads is kept as long as what they write.
            _ if trust.hand_off(space).is_some() => Setting::Safeguarding,
            _ => Setting::General,
        };
        let spaces: BTreeMap<_, _> =
            own.map(|one| (one, (setting(one), control.space_name(one)))).collect();
        let mut proposed = BTreeMap::new();
        for space in spaces.keys() {
            let open = trust.erasures(*space).into_iter();
            for (entry, state) in open.filter(|(_, state)| ErasureState::is_open(state)) {
                proposed.extend(state.documents.iter().map(|document| (*document, entry)));
            }
        }
        let holds = spaces.keys().flat_map(|space| trust.holds(*space).into_keys()).collect();
        let decisions = standing(snapshot, control)?;
        Ok(Self { spaces, holds, proposed, decisions })
    }
}

impl<'a> Sight<'a> {
    pub(super) fn new(
        snapshot: &'a Snapshot<'a>,
        known: &'a Known,
        rules: &'a RetentionRules,
        today: Date,
    ) -> Result<Self> {
        let mut pupils = HashMap::new();
        snapshot.for_each_of_kinds([Kind::Pupil.name()], |row| {
            if known.spaces.contains_key(&row.space) {
                let id = row.record;
                pupils.insert(id, PupilDates::of(&Found::from_row(row)?.record));
            }
            Ok::<_, SchoolError>(())
        })?;
        Ok(Self { snapshot, rules, today, known, pupils })
    }

    /// Whether they are in a space.
    pub(super) fn is_in(&self, space: SpaceId) -> bool {
        self.known.spaces.contains_key(&space)
    }

    /// What a space is called.
    pub(super) fn space_name(&self, space: SpaceId) -> String {
        self.known.spaces.get(&space).map(|(_, name)| name.clone()).unwrap_or_default()
    }

    /// Whether a legal hold keeps a record.
    pub(super) fn is_held(&self, record: DocumentId) -> bool {
        self.known.holds.contains(&record)
    }

    /// The erasure of a record that waits for a second signature.
    pub(super) fn proposal(&self, record: DocumentId) -> Option<EntryId> {
        self.known.proposed.get(&record).copied()
    }

    /// What was decided about keeping a record.
    pub(super) fn decision(&self, head: &RecordHead) -> Option<&Decision> {
        self.known.decisions.get(&(head.space, head.record))
    }

    /// When a record is due; none where it is none of those that a period can be set for.
    pub(super) fn judge(&self, head: &RecordHead) -> Result<Option<Result<Due<'a>, Undue>>> {
        let kind = KEPT_KINDS.into_iter().find(|kind| kind.name() == head.kind);
        let setting = self.known.spaces.get(&head.space).map(|(setting, _)| *setting);
        let Some((kind, setting)) = kind.zip(setting) else {
            return Ok(None);
        };
        let pupils = self.named(kind, head)?.into_iter();
        let pupils = pupils.map(|pupil| self.pupils.get(&pupil).copied()).collect();
        let event = self.event(kind, setting, head)?;
        let dates = RecordDates { kind, setting, event, pupils };
        Ok(Some(due(&dates, self.rules, self.today)))
    }

    /// The pupils whom a record names, or whose it is.
    pub(super) fn named(&self, kind: Kind, head: &RecordHead) -> Result<BTreeSet<DocumentId>> {
        if kind == Kind::Pupil {
            return Ok([head.record].into());
        }
        let links = self.snapshot.links(head.record)?.into_iter();
        Ok(links.filter(|link| link.role != FOLLOW_UP_ROLE).map(|link| link.related).collect())
    }

    /// The day of a record, where its period runs from that.
    fn event(&self, kind: Kind, setting: Setting, head: &RecordHead) -> Result<Option<Date>> {
        if self.years_from_event(kind, setting).is_none() {
            return Ok(None);
        }
        if !matches!(kind, Kind::Intervention | Kind::Suspension) {
            return Ok(date_of_minute(head.sort_at));
        }
        // Those count from their end, which the index does not tell by itself.
        let row = self.snapshot.record(head.record)?;
        let record =
            row.map(|row| Ok::<_, SchoolError>(Found::from_row(row)?.record)).transpose()?;
        Ok(record.and_then(|record| event_day(&record)))
    }

    fn years_from_event(&self, kind: Kind, setting: Setting) -> Option<u8> {
        match self.rules.in_force(kind, setting, self.today)?.period {
            RetentionPeriod::Years { years, from: Basis::Event } => Some(years),
            _ => None,
        }
    }

    /// Every record that may be due or lacks a date, each once: those about pupils who may be at
    /// the end of a period or lack a date themselves, those that are old enough, and those that
    /// name nobody. All others are not looked at.
    pub(super) fn candidates(&self, mut visit: impl FnMut(RecordHead) -> Result<()>) -> Result<()> {
        let mut seen = HashSet::new();
        let mut take = |heads: Vec<RecordHead>| {
            heads.into_iter().filter(|head| seen.insert(head.record)).try_for_each(&mut visit)
        };
        let pupils = self.pupils.iter().filter(|(_, dates)| self.is_of_interest(**dates));
        for (pupil, _) in pupils {
            take(self.snapshot.head(*pupil)?.into_iter().collect())?;
            take(self.snapshot.heads_about(*pupil)?)?;
        }
        for pupil in self.snapshot.related_not_here(FOLLOW_UP_ROLE)? {
            take(self.snapshot.heads_about(pupil)?)?;
        }
        for kind in KEPT_KINDS {
            let from_event = SETTINGS.map(|setting| self.years_from_event(kind, setting));
            if let Some(least) = from_event.into_iter().flatten().min()
                && let Some(minute) = self.years_ago(least)
            {
                take(self.snapshot.heads_before(kind.name(), minute)?)?;
            }
            if is_about_somebody(kind) && from_event.contains(&None) {
                take(self.snapshot.heads_about_nothing(kind.name(), FOLLOW_UP_ROLE)?)?;
            }
        }
        Ok(())
    }

    /// Whether a record that names this pupil alone would be due by any rule, or would lack a date.
    fn is_of_interest(&self, pupil: PupilDates) -> bool {
        let pairs = KEPT_KINDS.into_iter().flat_map(|kind| SETTINGS.map(|setting| (kind, setting)));
        let mut judged = pairs.map(|(kind, setting)| {
            let dates = RecordDates { kind, setting, event: None, pupils: vec![Some(pupil)] };
            due(&dates, self.rules, self.today)
        });
        judged.any(|judged| match judged {
            Ok(due) => due.date <= self.today,
            Err(why) => is_lacking(why),
        })
    }

    /// The first minute of the day after the one so many years ago: what comes before it may be
    /// old enough.
    fn years_ago(&self, years: u8) -> Option<i64> {
        let then = self.today.checked_sub(jiff::Span::new().years(years)).ok()?;
        // A 29 February counts from the day after the 28th.
        let after = then.checked_add(jiff::Span::new().days(2)).ok()?;
        Some(minute_of(after.at(0, 0, 0, 0)))
    }
}

/// Whether a record of a kind lacks something while it names nobody. A caseload or an intervention
/// that nobody is in says nothing of anybody.
const fn is_about_somebody(kind: Kind) -> bool {
    !matches!(kind, Kind::Pupil | Kind::Caseload | Kind::Intervention)
}

/// Whether somebody could add what is missing; anything else comes with time, or not at all.
pub(super) const fn is_lacking(why: Undue) -> bool {
    matches!(
        why,
        Undue::NobodyNamed | Undue::PupilNotHere | Undue::NoBirthDate | Undue::NeverOnRoll
    )
}
