//! Rounds: both sides say how far they have got, and where that differs each sends what the other
//! lacks, control parts before data.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sheaf_charter::{Lane, Part};

use super::compare::{Alone, Comparison, Side};
use super::outbox::{Job, MAX_LOAD_BYTES};
use super::outcome::{Difference, DifferenceKind, Outcome, Summary};
use super::{Config, Effect, Phase, SectionRef, Session, Sharing, Survey};
use crate::content::ContentDigest;
use crate::digest::Digest;
use crate::error::SessionError;
use crate::frame::{Frame, LaneState, Mode, Said, State};
use crate::limits::{MAX_INTRODUCED, MAX_NAMED_LANES, MAX_ROUNDS, MAX_VECTOR_BYTES, MAX_WANTS};
use crate::vector::Vector;

/// What a session remembers of its rounds.
#[derive(Default)]
pub(super) struct Round {
    /// The number of this round; the hello is round 0.
    pub number: u32,
    /// Comparisons since the last outcome.
    in_a_row: u32,
    /// What this side said in this round.
    pub mine: Option<State>,
    /// The vectors behind what this side said last: a later survey may tell others.
    said: Vec<(Lane, Arc<Vector>)>,
    /// What the other side said, in this round or already for the next.
    pub theirs: Option<State>,
    /// What the other side said of all lanes together in its hello.
    pub brief: Option<Digest>,
    /// Whether this side has said no more than that.
    is_brief: bool,
    /// Whether the other side waits for more.
    is_whole_due: bool,
    /// The last states compared.
    compared: Option<(State, State)>,
    /// Whether the last outcome was that the two differ.
    pub different: bool,
    /// What the last comparison found.
    pub comparison: Comparison,
    /// Control parts that one side alone mentioned and that were sent whole in this session.
    introduced: BTreeSet<Alone>,
    /// Lanes of which entries may come: those that this side ever mentioned in this session.
    pub mentioned: BTreeSet<Lane>,
    /// And control parts that the other side mentioned last.
    pub introducible: BTreeSet<Lane>,
    /// What is being sent in this round.
    pub transfer: Transfer,
    /// The other side's buckets.
    pub buckets: Option<Vec<(Lane, ContentDigest)>>,
    buckets_sent: Sent,
}

/// One round's exchange: how far each side has got in it.
#[derive(Default)]
pub(super) struct Transfer {
    introducing: BTreeSet<Lane>,
    own: Stage,
    /// How far the other side has got.
    pub peer: Stage,
    /// The other side's vectors.
    pub vectors: BTreeMap<Lane, Arc<Vector>>,
    /// How long they are together.
    pub vector_bytes: usize,
    /// How many entries the other side has, by these, that are not here yet.
    pub to_come: u64,
    /// The sections that the other side lacks.
    pub wants: Vec<SectionRef>,
    /// The sections that this side asked for and has not received.
    pub wanted: BTreeSet<SectionRef>,
}

impl Transfer {
    /// Takes in a vector of the other side, or the next part of one; says whether it is that.
    pub(super) fn add_vector(&mut self, lane: Lane, vector: Arc<Vector>) -> bool {
        if let Some(begun) = self.vectors.get_mut(&lane) {
            return Arc::make_mut(begun).append(Arc::unwrap_or_clone(vector));
        }
        self.vectors.insert(lane, vector);
        true
    }
}

/// The stages of an exchange, each of them ended by a frame.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub(super) enum Stage {
    /// Vectors are next.
    #[default]
    Vectors,
    /// Control entries are next.
    Control,
    /// The want list is next.
    Wants,
    /// Data and wanted sections are next.
    Data,
    /// Everything is sent.
    Ended,
}

/// Whether something was sent in this round.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Sent {
    #[default]
    NotYet,
    Done,
}

impl Session {
    /// Goes back to comparing, with a survey that is yet to be asked for: whatever was to be
    /// pushed or offered shows in it.
    pub(super) fn begin_round(&mut self) {
        self.round.number = self.round.number.wrapping_add(1);
        self.round.mine = None;
        self.round.buckets = None;
        self.round.buckets_sent = Sent::NotYet;
        self.phase = Phase::Comparing;
        self.live.clear();
        self.stale();
    }

    pub(super) fn step_comparing(&mut self) -> bool {
        if self.round.mine.is_none() {
            let Some(state) = self.own_state() else { return false };
            self.say_state(state);
            return true;
        }
        if let Some(theirs) = self.round.brief.take() {
            self.take_brief(theirs);
        }
        let is_due = self.round.is_whole_due || self.round.theirs.is_some();
        if self.round.is_brief && is_due {
            return self.say_whole().is_some();
        }
        let Some(theirs) = self.round.theirs.take() else { return false };
        let Some(mine) = self.round.mine.take() else { return false };
        self.compare(mine, theirs);
        if self.round.introduced.len() > MAX_INTRODUCED {
            let limit = MAX_INTRODUCED;
            self.fault(SessionError::TooMuch { what: "spaces that are not shared", limit });
        }
        true
    }

    /// What this side says now; none while what is shared is to be asked again.
    fn own_state(&mut self) -> Option<State> {
        let survey = self.fresh_survey()?;
        let state = state_of(survey, self.round.number, self.config.mode);
        let said = survey.lanes.iter().map(|lane| (lane.lane, Arc::clone(&lane.vector))).collect();
        self.round.said = said;
        self.round.mentioned.extend(state.lanes.iter().map(|lane| lane.lane));
        self.round.mine = Some(state.clone());
        Some(state)
    }

    fn say_state(&mut self, state: State) {
        if state.round > 0 {
            return self.send(&Frame::State(state));
        }
        self.round.is_brief = state.lanes.len() > self.config.whole_lanes;
        let said = match self.round.is_brief {
            true => Said::Brief(state.digest()),
            false => Said::Whole(state),
        };
        let Config { school, mode, .. } = self.config;
        self.send(&Frame::Hello { school, mode, said });
    }

    /// Where the other side says the same of all lanes together, it says the same of each.
    fn take_brief(&mut self, theirs: Digest) {
        match self.round.mine.clone() {
            Some(mine) if mine.digest() == theirs => {
                self.round.is_brief = false;
                self.keep_state(mine);
            }
            _ => {
                self.statistics.round_trips += 1;
                self.round.is_whole_due = true;
            }
        }
    }

    /// Says each lane after a hello that was brief, and did not say what the other side said. What
    /// is shared may be less by now, so that it is asked again; none while the answer is to come.
    fn say_whole(&mut self) -> Option<()> {
        let state = self.own_state()?;
        (self.round.is_brief, self.round.is_whole_due) = (false, false);
        self.send(&Frame::State(state));
        Some(())
    }

    fn compare(&mut self, mine: State, theirs: State) {
        self.statistics.rounds += 1;
        self.statistics.round_trips += 1;
        self.round.in_a_row += 1;
        let comparison = Comparison::new(&mine, &theirs);
        let stalled = self.round.compared.as_ref().is_some_and(|(before_mine, before_theirs)| {
            before_mine.says_the_same(&mine) && before_theirs.says_the_same(&theirs)
        });
        let mut introducing = BTreeSet::new();
        let mut introductions = false;
        for alone in &comparison.alone {
            let new = self.round.introduced.insert(*alone);
            introductions |= new;
            if new && alone.side == Side::Mine {
                introducing.insert(alone.lane);
            }
        }
        let work = !comparison.mismatched.is_empty() || comparison.lacking || introductions;
        self.round.comparison = comparison;
        self.round.compared = Some((mine, theirs));
        if work && !stalled && self.round.in_a_row < MAX_ROUNDS {
            self.phase = Phase::Transferring;
            self.round.transfer = Transfer { introducing, ..Transfer::default() };
        } else if self.round.comparison.content.is_empty() {
            self.finish();
        } else {
            self.phase = Phase::Narrowing;
        }
    }

    pub(super) fn step_transferring(&mut self) -> bool {
        let transfer = &self.round.transfer;
        let quiet = self.inbox.is_idle();
        match (transfer.own, transfer.peer) {
            (Stage::Vectors, _) => self.say_vectors(),
            (Stage::Control, peer) if peer > Stage::Vectors => self.queue_control(),
            // Control entries of the other side may say that a space is shared, or no longer: they
            // are taken in, and what is shared is asked again, before any data goes out.
            (Stage::Wants, peer) if peer > Stage::Control && quiet => self.queue_data(),
            (Stage::Data, peer) if peer > Stage::Wants => self.queue_sections(),
            (Stage::Ended, Stage::Ended) if quiet && self.outbox.is_idle() => {
                self.statistics.round_trips += 1;
                self.begin_round();
                true
            }
            _ => false,
        }
    }

    fn say_vectors(&mut self) -> bool {
        let Some(survey) = self.fresh_survey() else { return false };
        let mismatched = &self.round.comparison.mismatched;
        let lanes = survey.lanes.iter().filter(|lane| mismatched.contains(&lane.lane));
        let vectors = sayable(lanes.map(|lane| (lane.lane, &lane.vector)).collect());
        let frames: Vec<Frame> = vectors
            .into_iter()
            .flat_map(|(lane, vector)| {
                let parts = vector.parts(MAX_LOAD_BYTES).into_iter();
                parts.map(move |vector| Frame::Vector { lane, vector })
            })
            .collect();
        frames.iter().for_each(|frame| self.send(frame));
        self.send(&Frame::VectorsEnd);
        self.round.transfer.own = Stage::Control;
        true
    }

    fn queue_control(&mut self) -> bool {
        let Some(lanes) = self.lanes_to_send(Part::Control) else { return false };
        self.statistics.round_trips += 1;
        self.queue(lanes);
        self.outbox.push(Job::Say(Frame::ControlEnd));
        self.round.transfer.own = Stage::Wants;
        true
    }

    fn queue_data(&mut self) -> bool {
        let Some(lanes) = self.lanes_to_send(Part::Data) else { return false };
        let common = &self.round.comparison.common;
        let survey = self.survey.iter().flat_map(|survey| &survey.lanes);
        let wants: Vec<SectionRef> = survey
            .filter(|lane| common.contains(&lane.lane))
            .flat_map(|lane| lane.wants.iter().copied())
            .take(MAX_WANTS)
            .collect();
        self.round.transfer.wanted = wants.iter().copied().collect();
        self.outbox.push(Job::Say(Frame::Wants(wants)));
        self.queue(lanes);
        self.round.transfer.own = Stage::Data;
        true
    }

    fn queue_sections(&mut self) -> bool {
        let Some(survey) = self.fresh_survey() else { return false };
        let common = &self.round.comparison.common;
        let mut wants = self.round.transfer.wants.clone();
        wants.retain(|want| common.contains(&want.lane) && survey.get(want.lane).is_some());
        if !wants.is_empty() {
            self.outbox.push(Job::Sections(wants));
        }
        self.outbox.push(Job::Say(Frame::RoundEnd));
        self.round.transfer.own = Stage::Ended;
        true
    }

    /// The lanes of a part that are shared now and of which the other side lacks something or has
    /// not heard, in the order of the survey.
    fn lanes_to_send(&self, part: Part) -> Option<Vec<(Lane, Arc<Vector>)>> {
        let transfer = &self.round.transfer;
        let lanes = self.fresh_survey()?.lanes.iter().map(|survey| survey.lane);
        let asked = lanes.filter(|lane| lane.part == part).filter_map(|lane| {
            let introduced = transfer.introducing.contains(&lane).then(Arc::default);
            transfer.vectors.get(&lane).cloned().or(introduced).map(|vector| (lane, vector))
        });
        Some(asked.collect())
    }

    fn queue(&mut self, lanes: Vec<(Lane, Arc<Vector>)>) {
        for (lane, vector) in lanes {
            self.outbox.push(Job::after(lane, vector));
        }
    }

    pub(super) fn step_narrowing(&mut self) -> bool {
        if self.round.buckets_sent == Sent::NotYet {
            let Some(lanes) = self.own_buckets() else { return false };
            self.send(&Frame::Buckets(lanes));
            self.round.buckets_sent = Sent::Done;
            return true;
        }
        if self.round.buckets.is_none() {
            return false;
        }
        self.finish();
        true
    }

    fn own_buckets(&self) -> Option<Vec<(Lane, ContentDigest)>> {
        let survey = self.fresh_survey()?;
        let differing = self.round.comparison.content.iter().take(MAX_NAMED_LANES);
        let contents = differing.filter_map(|lane| {
            let content = survey.get(*lane)?.content.clone()?;
            Some((*lane, content))
        });
        Some(contents.collect())
    }

    /// A comparison has ended: say how, and go live.
    fn finish(&mut self) {
        self.phase = Phase::Live;
        self.round.in_a_row = 0;
        let outcome = self.outcome();
        self.round.different = matches!(outcome, Outcome::Different(_));
        let summary = Summary {
            outcome,
            level: self.level(),
            unanswered: self.round.comparison.unanswered(),
            refused: self.refused.clone(),
            statistics: self.statistics,
        };
        self.effects.push_back(Effect::Finished(summary));
    }

    /// The lanes that both sides mentioned and of which they said the same entries. A side that
    /// lacks sections says only how many: any of those entries may be without its content there.
    fn level(&self) -> Vec<(Lane, Arc<Vector>)> {
        let comparison = &self.round.comparison;
        let is_whole = |(_, theirs): &(State, State)| theirs.lacking == 0;
        if !self.round.compared.as_ref().is_some_and(is_whole) {
            return Vec::new();
        }
        let is_level =
            |lane: &Lane| comparison.common.contains(lane) && !comparison.mismatched.contains(lane);
        self.round.said.iter().filter(|(lane, _)| is_level(lane)).cloned().collect()
    }

    fn outcome(&self) -> Outcome {
        let comparison = &self.round.comparison;
        let mut differences: Vec<Difference> = comparison
            .mismatched
            .iter()
            .map(|lane| Difference { lane: *lane, kind: self.differing_entries(*lane) })
            .collect();
        differences.extend(comparison.content.iter().map(|lane| {
            let kind = DifferenceKind::Content { buckets: self.differing_buckets(*lane) };
            Difference { lane: *lane, kind }
        }));
        let mut held = BTreeMap::new();
        let lanes = self.survey.iter().flat_map(|survey| &survey.lanes);
        for survey in lanes.filter(|survey| comparison.common.contains(&survey.lane)) {
            if !survey.wants.is_empty() {
                let kind = DifferenceKind::Sections { missing: survey.wants.len() };
                differences.push(Difference { lane: survey.lane, kind });
            }
            for (reason, count) in &survey.held {
                *held.entry(reason.clone()).or_insert(0) += count;
            }
        }
        match (differences.is_empty(), held.is_empty()) {
            (false, _) => Outcome::Different(differences),
            (true, false) => Outcome::EqualWithHeld(held),
            (true, true) => Outcome::Equal,
        }
    }

    fn differing_entries(&self, lane: Lane) -> DifferenceKind {
        let here = self.survey.as_ref().and_then(|survey| survey.get(lane));
        match here.map_or(0, |here| here.vector.log_bytes()) {
            bytes if bytes > MAX_VECTOR_BYTES => DifferenceKind::TooLong { bytes },
            _ => DifferenceKind::Entries,
        }
    }

    fn differing_buckets(&self, lane: Lane) -> Vec<u8> {
        let theirs = self.round.buckets.iter().flatten().find(|(named, _)| *named == lane);
        let mine = self.survey.as_ref().and_then(|survey| survey.get(lane)?.content.as_ref());
        match (mine, theirs) {
            (Some(mine), Some((_, theirs))) => mine.differing(theirs),
            _ => Vec::new(),
        }
    }

    /// Whether the lanes shared now are not those that this side mentioned last.
    pub(super) fn shares_other_lanes(&self, survey: &Survey) -> bool {
        let Some((mine, _)) = &self.round.compared else { return false };
        let same = |survey: &super::LaneSurvey| mine.get(survey.lane).is_some();
        survey.lanes.len() != mine.lanes.len() || !survey.lanes.iter().all(same)
    }

    /// Whether a lane of a space that one of the two has left is not as this side said it last.
    pub(super) fn parts_otherwise(&self, survey: &Survey) -> bool {
        let Some((mine, _)) = &self.round.compared else { return false };
        let mut partings = survey.lanes.iter().filter(|lane| lane.sharing == Sharing::Parting);
        partings
            .any(|lane| mine.get(lane.lane).is_some_and(|said| said.vector != lane.vector.digest()))
    }
}

/// Those of the vectors that may be said in one round: where they are too long together, the
/// shortest, and the others once those are equal. Whoever makes one too long by itself, by forking
/// logs or admitting devices without end, keeps back what that lane has, and no other.
fn sayable(mut vectors: Vec<(Lane, &Arc<Vector>)>) -> Vec<(Lane, &Arc<Vector>)> {
    let all: usize = vectors.iter().map(|(_, vector)| vector.log_bytes()).sum();
    if all > MAX_VECTOR_BYTES {
        vectors.sort_by_cached_key(|(_, vector)| vector.log_bytes());
        let mut bytes = 0;
        vectors.retain(|(_, vector)| {
            bytes += vector.log_bytes();
            bytes <= MAX_VECTOR_BYTES
        });
    }
    vectors
}

fn state_of(survey: &Survey, round: u32, mode: Mode) -> State {
    let mut lanes: Vec<LaneState> = survey
        .lanes
        .iter()
        .map(|survey| LaneState {
            lane: survey.lane,
            vector: survey.vector.digest(),
            content: match mode {
                Mode::Replica => survey.content.as_ref().map(ContentDigest::overall),
                Mode::Locker => None,
            },
        })
        .collect();
    lanes.sort_unstable_by_key(|state| state.lane);
    let lacking: usize = survey.lanes.iter().map(|survey| survey.wants.len()).sum();
    State { round, lacking: u32::try_from(lacking).unwrap_or(u32::MAX), lanes }
}
