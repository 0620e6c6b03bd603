//! Metrics that are shared: the far end, and what a lead and an author see.

use std::sync::Arc;

use eframe::egui::{Key, Modifiers, Theme, vec2};
use sheaf_records::RecordId;
use sheaf_school::desk::{
    MetricCard, MetricDraft, MetricDraftPage, MetricReply, MetricRequest, Notice, Reply,
    SharedMetric, SharedMetrics,
};
use sheaf_school::{
    Checked, FailedExample, FileChange, FindingPair, LineChange, MetricDone, MetricReview,
    MetricShape, MetricState, MetricVerdict, ProblemShape, ReviewSide, ReviewTable, SignatureShape,
    StampShape, TablePair,
};

use super::drive::Window;
use super::responder::Responder;
use super::school;
use crate::{Opening, Settings, ThemeName};

/// The version that waits.
const RECORD: RecordId = RecordId::from_bytes([0x5a; 16]);

/// The hash of its files.
const HASH: &str = "hash of 1.1.0";

/// What the far end remembers of shared metrics.
#[derive(Debug)]
pub struct FarSharing {
    /// What asks for something.
    pub shared: SharedMetrics,
    /// The hash of the files that the record has now.
    pub hash: String,
    /// What was decided, on which hash.
    pub decided: Vec<(String, MetricVerdict)>,
    /// What was taken back, and why.
    pub withdrawn: Vec<String>,
    /// What decisions are refused with.
    pub refuses: Option<String>,
    /// Metrics of this school, beside those that come with Sheaf.
    pub own: Vec<MetricCard>,
    /// The script of the draft.
    pub script: String,
    /// What was said of the draft when it was shared, if it was.
    pub noted: Option<Option<String>>,
}

impl Default for FarSharing {
    fn default() -> Self {
        Self {
            shared: SharedMetrics::default(),
            hash: HASH.to_owned(),
            decided: Vec::new(),
            withdrawn: Vec::new(),
            refuses: None,
            own: Vec::new(),
            script: SCRIPT.to_owned(),
            noted: None,
        }
    }
}

impl FarSharing {
    /// Answers.
    pub fn answer(&mut self, request: MetricRequest) -> Reply {
        Reply::Metric(match request {
            MetricRequest::Shared => MetricReply::Shared(Arc::new(self.shared.clone())),
            MetricRequest::Review(_) => MetricReply::Review(Arc::new(review(&self.hash))),
            MetricRequest::Decide { hash, verdict, .. } => {
                if let Some(why) = &self.refuses {
                    return Reply::Refused(why.clone());
                }
                let (state, effect) = match &verdict {
                    MetricVerdict::Approve(_) => {
                        (MetricState::Approved, "everybody runs late-to-lessons 1.1.0 now")
                    }
                    MetricVerdict::Refuse(_) => {
                        (MetricState::Refused, "late-to-lessons 1.1.0 does not run for others")
                    }
                };
                self.decided.push((hash, verdict));
                self.shared.lines.clear();
                self.shared.runs = vec![self.hash.clone()];
                MetricReply::Done(Arc::new(done(state, effect)))
            }
            MetricRequest::Withdraw { reason, .. } => {
                self.withdrawn.push(reason);
                self.shared.lines.clear();
                let effect = "late-to-lessons 1.1.0 does not run for others";
                MetricReply::Done(Arc::new(done(MetricState::Withdrawn, effect)))
            }
            MetricRequest::Restore(_) => {
                self.withdrawn.clear();
                MetricReply::Done(Arc::new(done(MetricState::Approved, "everybody runs it again")))
            }
            MetricRequest::Draft(_) | MetricRequest::BeginDraft(_) => {
                let mut page = draft_page(&self.script);
                if self.noted.is_some() {
                    page.shared = Some(MetricState::Waiting);
                    page.stands = "Shared; it waits for a lead".to_owned();
                }
                MetricReply::Draft(Arc::new(page))
            }
            MetricRequest::SaveDraft { text, .. } => {
                self.script = text;
                MetricReply::Draft(Arc::new(draft_page(&self.script)))
            }
            MetricRequest::ShareDraft { note, .. } => {
                self.noted = Some(note);
                let effect = "it waits for review: others run it once a lead has approved it";
                MetricReply::Done(Arc::new(done(MetricState::Waiting, effect)))
            }
        })
    }
}

/// What such a request is called.
pub fn name(request: &MetricRequest) -> String {
    match request {
        MetricRequest::Shared => "metrics that were shared".to_owned(),
        MetricRequest::Review(_) => "review a metric".to_owned(),
        MetricRequest::Decide { hash, .. } => format!("decide on {hash}"),
        MetricRequest::Withdraw { .. } => "withdraw a metric".to_owned(),
        MetricRequest::Restore(_) => "bring a metric back".to_owned(),
        MetricRequest::Draft(folder) => format!("read the draft {folder}"),
        MetricRequest::BeginDraft(called) => format!("begin {called}"),
        MetricRequest::SaveDraft { file, .. } => format!("save {file}"),
        MetricRequest::ShareDraft { hash, .. } => format!("share {hash}"),
    }
}

/// The script of the draft, as it was begun.
const SCRIPT: &str = "// late-to-lessons: who is late to which lessons?\nfn run(cx, p) {\n  \
    let late = cx.attendance.within(p.window).group(\"year_group\").collect();\n  \
    report(\"Late to lessons\").done()\n}\n";

/// A draft whose script this is; its example fails once it counts twice, and `let =` is no script.
pub fn draft_page(script: &str) -> MetricDraftPage {
    let mut checked = Checked {
        metric: "late-to-lessons".to_owned(),
        passed: Vec::new(),
        failed: Vec::new(),
        problems: Vec::new(),
    };
    let example = "examples/one-pupil.json".to_owned();
    if let Some(line) = script.lines().position(|line| line.contains("let =")) {
        let message = "expected the name of a variable".to_owned();
        let file = "metric.rhai".to_owned();
        checked.problems.push(ProblemShape { file, line: line + 1, column: 7, message });
    } else if script.contains("* 2") {
        let why = "table 1, row 1: expected 9, got 18".to_owned();
        checked.failed.push(FailedExample { file: example, why });
    } else {
        checked.passed.push(example);
    }
    let files = [("metric.rhai", script), ("plugin.toml", "id = \"late-to-lessons\"\n")];
    MetricDraftPage {
        folder: "late-to-lessons".to_owned(),
        name: "Late to lessons".to_owned(),
        version: "0.1.0".to_owned(),
        hash: Some(format!("hash of {} letters", script.len())),
        files: files.map(|(file, text)| (file.to_owned(), text.to_owned())).to_vec(),
        checked,
        stands: "Your draft, on this device only".to_owned(),
        shared: None,
        vocabulary: Arc::new(sheaf_school::metric_vocabulary(None)),
    }
}

fn done(state: MetricState, effect: &str) -> MetricDone {
    MetricDone {
        metric: "late-to-lessons".to_owned(),
        version: "1.1.0".to_owned(),
        record: Some(RECORD.to_string()),
        state: Some(state),
        signature: None,
        path: None,
        effect: effect.to_owned(),
    }
}

fn side(version: &str, hash: &str, state: MetricState) -> ReviewSide {
    let shared = StampShape {
        by: "Jo Marsh".to_owned(),
        device: "laptop".to_owned(),
        at: "2026-07-13T16:20:00".to_owned(),
    };
    let signature = SignatureShape {
        key: "3f2a".repeat(16),
        fingerprint: "3f2a 3f2a 3f2a 3f2a".to_owned(),
        by: "Jo Marsh".to_owned(),
        school: "Ashdown".to_owned(),
        known_as: Some("Jo Marsh".to_owned()),
        says: "signed on a device of Jo Marsh".to_owned(),
    };
    let manifest = sheaf_school::Manifest::parse(&format!(
        "id = \"late-to-lessons\"\nname = \"Late to lessons\"\nversion = \"{version}\"\napi = 1\n\
         question = \"Who is late to which lessons?\"\nreads = [\"attendance\"]\n"
    ));
    let shape = MetricShape {
        manifest: Some(manifest.unwrap()),
        state,
        record: Some(RECORD.to_string()),
        script_hash: Some(hash.to_owned()),
        signature: Some(signature),
        shared: Some(shared),
        note: Some("Counts each pupil once, as we said on Monday of Amira Okafor".to_owned()),
        decided: None,
        why: None,
    };
    ReviewSide { shape, refused: None, seconds: 0.1, rows_read: 900 }
}

fn tables() -> Vec<TablePair> {
    let table = |late: [&str; 3]| ReviewTable {
        columns: ["Year group", "Late", "Pupils"].map(str::to_owned).to_vec(),
        rows: ["Year 8", "Year 9", "Year 10"]
            .iter()
            .zip(late)
            .map(|(year, late)| vec![(*year).to_owned(), late.to_owned(), "12".to_owned()])
            .collect(),
    };
    let pupils = ReviewTable {
        columns: ["Pupil", "Late"].map(str::to_owned).to_vec(),
        rows: vec![vec!["Amira Okafor".to_owned(), "9".to_owned()]],
    };
    let (old, new) = (Some(table(["20", "41", "8"])), Some(table(["20", "37", "8"])));
    vec![
        TablePair { title: "Late by year group".to_owned(), old, new, same: false },
        TablePair {
            title: "Late most often".to_owned(),
            old: Some(pupils.clone()),
            new: Some(pupils),
            same: true,
        },
    ]
}

fn script() -> Vec<LineChange> {
    let line = |(sign, text): (char, &str)| LineChange { sign, text: text.to_owned() };
    let lines = [
        (' ', "fn run(cx, p) {"),
        ('-', "  let late = cx.attendance.agg(#{ n: count() }).collect();"),
        ('+', "  let late = cx.attendance.agg(#{ n: n_unique(col(\"pupil\")) }).collect();"),
        (' ', "  let out = report(\"Late to lessons\").options(p);"),
    ];
    lines.into_iter().map(line).collect()
}

/// The version that waits beside the one that runs.
pub fn review(hash: &str) -> MetricReview {
    let pair = |old: &str, new: &str| FindingPair {
        old: Some(old.to_owned()),
        new: Some(new.to_owned()),
        same: old == new,
    };
    MetricReview {
        metric: "late-to-lessons".to_owned(),
        old: Some(side("1.0.0", "hash of 1.0.0", MetricState::Approved)),
        new: side("1.1.0", hash, MetricState::Waiting),
        findings: vec![
            pair("watch: Year 9: late to 41 lessons", "watch: Year 9: late to 37 lessons"),
            pair("info: Most often on Mondays", "info: Most often on Mondays"),
        ],
        tables: tables(),
        passed: vec!["examples/one-pupil.json".to_owned(), "examples/none.json".to_owned()],
        failed: Vec::new(),
        problems: Vec::new(),
        reads_more: vec!["pupils.year_group".to_owned()],
        names_pupils: true,
        files: vec![
            FileChange {
                file: "examples/none.json".to_owned(),
                change: "added",
                lines: vec![LineChange { sign: '+', text: "{}".to_owned() }],
            },
            FileChange { file: "metric.rhai".to_owned(), change: "changed", lines: script() },
        ],
    }
}

/// Whose device the window is on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Lead,
    Author,
}

fn line(who: Who, state: MetricState) -> SharedMetric {
    let says = match (who, state) {
        (_, MetricState::Refused) => "Refused by Priya Nair: counts those who left",
        (Who::Author, _) => "Shared by you, 13 Jul 2026",
        (Who::Lead, _) => "Shared by Jo Marsh, 13 Jul 2026",
    };
    SharedMetric {
        record: RECORD,
        hash: HASH.to_owned(),
        name: "Late to lessons".to_owned(),
        version: "1.1.0".to_owned(),
        state,
        is_own: who == Who::Author,
        says: says.to_owned(),
    }
}

fn window(who: Who, state: MetricState, theme: Theme) -> Window {
    let (far, link) = Responder::new();
    let shared = SharedMetrics {
        may_decide: who == Who::Lead,
        lines: vec![line(who, state)],
        runs: Vec::new(),
        drafts: Vec::new(),
    };
    far.far.borrow_mut().sharing.shared = shared;
    let name = if theme == Theme::Light { ThemeName::Light } else { ThemeName::Dark };
    Window::over(far, link, Settings { theme: name, ..Settings::default() }, theme)
}

fn waiting(who: Who) -> Window {
    window(who, MetricState::Waiting, Theme::Light)
}

fn decided(window: &Window) -> Vec<(String, MetricVerdict)> {
    window.far.far.borrow().sharing.decided.clone()
}

/// A lead sees on the first page that something waits, opens it without a mouse, sees what it says
/// beside what everybody runs, and approves the files in sight.
#[test]
fn a_lead_sees_what_waits_and_approves_it() {
    for (theme, word) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let mut window = window(Who::Lead, MetricState::Waiting, theme);
        assert!(window.sees("Metrics to review"));
        window.keep(&format!("metrics-to-review-{word}"));
        window.press(Key::ArrowDown);
        window.press(Key::Enter);
        for words in ["late to 41 lessons", "late to 37 lessons", "Most often on Mondays"] {
            assert!(window.sees(words), "{words}");
        }
        assert!(window.sees("Both examples give what they say: one pupil, none"));
        assert!(window.sees("It may name pupils"));
        assert!(window.sees("It reads more than before: pupils.year_group"));
        assert!(window.sees("1 of 3 rows differ") && window.sees("same in both: Late most often"));
        window.keep(&format!("metric-review-{word}"));
        window.set_size(vec2(1400.0, 1500.0));
        window.run();
        assert!(window.sees("n_unique(col(\"pupil\"))"), "the line that is new");
        assert!(window.sees("1 line added, 1 removed"));
        window.keep(&format!("metric-review-whole-{word}"));
        window.focus_containing("Approve for everybody");
        window.press(Key::Enter);
        assert_eq!(decided(&window), [(HASH.to_owned(), MetricVerdict::Approve(None))]);
        assert!(window.sees("Approved: everybody runs late-to-lessons 1.1.0 now"));
        assert!(!window.sees("late to 37 lessons"), "the review is closed");
        let asked = window.asked();
        assert!(asked.iter().filter(|one| *one == "metrics").count() > 1, "the list is another");
        window.press_with(Modifiers::COMMAND, Key::Num1);
        assert!(!window.sees("Metrics to review"));
    }
}

/// A refusal says what has to change; what was written of it outlives the page.
#[test]
fn a_refusal_needs_a_reason() {
    let mut window = waiting(Who::Lead);
    window.click_containing("Late to lessons");
    window.click("Refuse");
    assert_eq!(decided(&window), [], "not without a reason");
    window.focus_containing("What has to change");
    window.type_words("Counts those who left");
    window.press(Key::Escape);
    assert!(!window.sees("late to 37 lessons"), "Esc closes it");
    window.click_containing("Late to lessons");
    window.click("Refuse");
    let refuse = MetricVerdict::Refuse("Counts those who left".to_owned());
    assert_eq!(decided(&window), [(HASH.to_owned(), refuse)]);
    assert!(window.sees("Refused: late-to-lessons 1.1.0 does not run for others"));
}

/// What is approved was seen: when the files change meanwhile nothing can be decided before they
/// have been looked at anew.
#[test]
fn files_that_changed_meanwhile_are_looked_at_again() {
    let mut window = waiting(Who::Lead);
    window.click_containing("Late to lessons");
    assert!(window.sees("Approve for everybody"));
    {
        let mut far = window.far.far.borrow_mut();
        far.sharing.hash = "hash of other files".to_owned();
        far.sharing.shared.lines[0].hash = "hash of other files".to_owned();
    }
    window.far.say(Notice::Changed { records: Arc::from([RECORD]), from_elsewhere: 1 });
    window.run();
    assert!(window.sees("Its files have changed since you opened it"));
    assert!(!window.sees("Approve for everybody") && !window.sees("Refuse"));
    window.keep("metric-review-changed");
    window.click("Look again");
    window.click("Approve for everybody");
    let approved = ("hash of other files".to_owned(), MetricVerdict::Approve(None));
    assert_eq!(decided(&window), [approved]);
}

/// Somebody else was quicker: there is nothing left to decide; and what the school refuses is said
/// where the decision was made.
#[test]
fn a_decision_that_comes_too_late_says_so() {
    let mut window = waiting(Who::Lead);
    window.click_containing("Late to lessons");
    let why = "late-to-lessons 1.1.0 waits no longer: it is refused by now";
    window.far.far.borrow_mut().sharing.refuses = Some(why.to_owned());
    window.click("Approve for everybody");
    assert!(window.sees(why) && window.sees("late to 37 lessons"));
    window.far.far.borrow_mut().sharing.shared.lines.clear();
    window.far.say(Notice::Changed { records: Arc::from([]), from_elsewhere: 1 });
    window.run();
    assert!(window.sees("It waits no longer") && !window.sees("Approve for everybody"));
    assert_eq!(decided(&window), []);
}

/// An author is asked for nothing while theirs waits, sees it in the list, cannot approve it, and
/// can take it back and bring it back.
#[test]
fn an_author_waits_for_a_lead() {
    let mut window = waiting(Who::Author);
    assert!(!window.sees("Metrics to review"));
    window.press_with(Modifiers::COMMAND, Key::Num2);
    assert!(window.sees("Waiting for a lead"));
    window.click_containing("Late to lessons");
    assert!(window.sees("late to 37 lessons") && window.sees("A lead decides"));
    assert!(!window.sees("Approve for everybody") && !window.sees("Refuse"));
    window.keep("metric-review-author");
    window.click("Withdraw it");
    assert_eq!(window.far.far.borrow().sharing.withdrawn, ["taken back by its author"]);
    assert!(window.sees("Withdrawn: ") && !window.sees("late to 37 lessons"));
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert!(window.asked().contains(&"bring a metric back".to_owned()));
}

/// An author whose metric was refused reads why on the first page.
#[test]
fn an_author_reads_why_theirs_was_refused() {
    let mut window = window(Who::Author, MetricState::Refused, Theme::Light);
    assert!(window.sees("Metrics of yours that were refused"));
    assert!(window.sees("Refused by Priya Nair: counts those who left"));
    window.keep("metric-refused");
    window.click_containing("Late to lessons");
    assert!(!window.sees("Approve for everybody") && window.sees("Withdraw it"));
}

/// The list says who wrote what and where it stands; what everybody runs is taken back only with a
/// reason, and undone by keys.
#[test]
fn what_everybody_runs_can_be_taken_back() {
    let (far, link) = Responder::new();
    let card = MetricCard {
        id: "late-to-lessons".to_owned(),
        name: "Late to lessons".to_owned(),
        origin: "By Jo Marsh, approved by Priya Nair".to_owned(),
        state: MetricState::Approved,
        record: Some(RECORD),
        may_withdraw: true,
        ..school::metrics().remove(0)
    };
    let draft = MetricCard {
        id: "door-slams".to_owned(),
        name: "Door slams".to_owned(),
        origin: "Your draft, on this device only".to_owned(),
        state: MetricState::Draft,
        ..school::metrics().remove(0)
    };
    far.far.borrow_mut().sharing.own = vec![card, draft];
    let settings = Settings { opening: Opening::Gallery, ..Settings::default() };
    let mut window = Window::over(far, link, settings, Theme::Light);
    assert!(window.sees("By Jo Marsh, approved by Priya Nair"), "in the gallery");
    window.keep("metric-gallery-own");
    window.press_with(Modifiers::COMMAND, Key::Num2);
    assert!(window.sees("Written at this school"));
    assert!(!window.sees("Withdraw…"), "not what comes with Sheaf");
    window.click_containing("Door slams; Your draft");
    assert!(!window.sees("Withdraw…"), "nothing is shared of a draft");
    window.click_containing("Late to lessons; By Jo Marsh");
    window.keep("metric-own");
    window.click("Withdraw…");
    window.press(Key::Enter);
    assert!(window.far.far.borrow().sharing.withdrawn.is_empty(), "not without a reason");
    window.type_words("Counts twice");
    window.keep("metric-withdraw");
    window.press(Key::Enter);
    assert_eq!(window.far.far.borrow().sharing.withdrawn, ["Counts twice"]);
    assert!(!window.sees("Withdraw this metric"), "the dialog is closed");
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert!(window.far.far.borrow().sharing.withdrawn.is_empty());
}

/// While names are hidden a review shows none, not in its tables and not in what the author wrote.
#[test]
fn a_review_is_veiled() {
    let mut window = waiting(Who::Lead);
    window.click_containing("Late to lessons");
    assert!(window.sees("Amira Okafor"), "in the note");
    window.press_with(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::I);
    assert!(!window.sees("late to 37 lessons"), "what was in sight goes");
    window.click_containing("Late to lessons");
    assert!(window.sees("late to 37 lessons") && !window.sees("Amira"));
}

/// A teacher begins a metric, writes in it, saves by keys, reads which example fails and where the
/// script is broken, and can share it only once all of that is mended.
#[test]
fn a_draft_that_fails_its_examples_is_not_shared() {
    for (theme, word) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let mut window = window(Who::Author, MetricState::Waiting, theme);
        window.press_with(Modifiers::COMMAND, Key::Num2);
        window.click("New…");
        window.type_words("Late to lessons");
        window.keep(&format!("metric-new-{word}"));
        window.press(Key::Enter);
        assert!(window.asked().contains(&"begin Late to lessons".to_owned()));
        assert!(window.sees("Its example gives what it says: one pupil"));
        window.keep(&format!("metric-draft-{word}"));
        window.focus_containing("Text of metric.rhai");
        window.press_with(Modifiers::COMMAND, Key::End);
        window.type_words("// * 2");
        assert!(window.sees("metric.rhai (not saved)"));
        assert!(window.sees("Save it first, so that its examples run"));
        window.click("Share with the school");
        window.press_with(Modifiers::COMMAND, Key::S);
        assert!(window.sees("examples/one-pupil.json: table 1, row 1: expected 9, got 18"));
        assert!(window.sees("Its examples do not give what they say"));
        window.keep(&format!("metric-draft-fails-{word}"));
        window.click("Share with the school");
        window.focus_containing("Text of metric.rhai");
        window.type_words(" let =");
        window.press_with(Modifiers::COMMAND, Key::S);
        assert!(window.sees("metric.rhai, line 6, column 7: expected the name of a variable"));
        window.keep(&format!("metric-draft-broken-{word}"));
        window.click("Share with the school");
        assert_eq!(window.far.far.borrow().sharing.noted, None, "nothing of that is shared");
    }
}

/// A draft that holds is shared with a word to the lead; that can be undone.
#[test]
fn a_draft_that_holds_is_shared() {
    let mut window = waiting(Who::Author);
    let line = MetricDraft {
        folder: "late-to-lessons".to_owned(),
        name: "Late to lessons 0.1.0".to_owned(),
        says: "Your draft, on this device only".to_owned(),
    };
    window.far.far.borrow_mut().sharing.shared.drafts = vec![line];
    window.far.say(Notice::Changed { records: Arc::from([]), from_elsewhere: 0 });
    window.press_with(Modifiers::COMMAND, Key::Num2);
    window.click_containing("Late to lessons 0.1.0");
    window.focus_containing("A word to the lead");
    window.type_words("For May");
    window.click("Share with the school");
    let noted = window.far.far.borrow().sharing.noted.clone();
    assert_eq!(noted, Some(Some("For May".to_owned())));
    assert!(window.sees("Shared: it waits for review"));
    assert!(window.sees("Exactly this is shared already"));
    window.click("Close");
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.far.far.borrow().sharing.withdrawn, ["undone"]);
}

/// Begins a draft; the caret stands at the end of its script.
fn begin_and_go_to_the_end(window: &mut Window) {
    window.press_with(Modifiers::COMMAND, Key::Num2);
    window.click("New…");
    window.type_words("Late");
    window.press(Key::Enter);
    window.focus_containing("Text of metric.rhai");
    window.press_with(Modifiers::COMMAND, Key::End);
}

/// What was typed and not saved outlives the page, and Tab leaves the text.
#[test]
fn a_draft_keeps_what_was_typed() {
    let mut window = waiting(Who::Author);
    begin_and_go_to_the_end(&mut window);
    window.type_words("// mine");
    window.press(Key::Tab);
    window.type_words("nowhere");
    window.press(Key::Escape);
    assert!(!window.sees("metric.rhai (not saved)"), "Esc closes it");
    window.click("New…");
    window.type_words("Late");
    window.press(Key::Enter);
    assert!(window.sees("metric.rhai (not saved)"));
    window.press_with(Modifiers::COMMAND, Key::S);
    let script = window.far.far.borrow().sharing.script.clone();
    assert!(script.ends_with("// mine"), "{script}");
}

/// While a word of the language is typed, what it may become hangs below it: the arrows choose, Tab
/// takes it, Escape sends them away, and Enter begins a new line as always.
#[test]
fn a_script_goes_on_with_words_of_the_language() {
    for (theme, word) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let mut window = window(Who::Author, MetricState::Waiting, theme);
        begin_and_go_to_the_end(&mut window);
        window.type_words("let k = stats::ka");
        assert!(window.sees("stats::kaplan_meier("));
        window.press(Key::Tab);
        assert!(!window.sees("Words that fit"), "a word that was taken is whole");
        window.type_words("1); let t = cx.");
        assert!(window.sees("cx.absence -> ") || window.sees("cx.incidents -> table"));
        window.type_words("inc");
        assert!(window.sees("cx.incidents -> table"));
        window.keep(&format!("metric-words-{word}"));
        window.press(Key::Escape);
        assert!(!window.sees("cx.incidents -> table"), "they are sent away, the page stays");
        window.type_words("idents; stats::wil");
        window.click_containing("stats::wilson(");
        window.type_words("1, 2); let t = cx.inc");
        window.type_words("i");
        window.press(Key::Enter);
        window.type_words("x.fil");
        window.press(Key::ArrowDown);
        window.press(Key::ArrowUp);
        window.press(Key::Tab);
        window.keep(&format!("metric-words-after-{word}"));
        window.press_with(Modifiers::COMMAND, Key::S);
        let script = window.far.far.borrow().sharing.script.clone();
        let end = "let k = stats::kaplan_meier(1); let t = cx.incidents; stats::wilson(1, 2); \
                   let t = cx.inci\nx.filter(";
        assert!(script.ends_with(end), "{script}");
    }
}
