//! Concerns: the far end, and what people do.

use std::sync::Arc;

use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use serde_json::json;
use sheaf_school::desk::{
    Choice, ConcernCounts, ConcernLine, ConcernReply, ConcernRequest, ConcernShape, ConcernStage,
    Concerns, ConcernsPage, Danger, Deciding, ReceiptShape, RecordShape, Reply, StampShape, Then,
};

use super::drive::Window;
use super::school;
use crate::{Names, Opening, Settings};

/// What the far end remembers of concerns.
#[derive(Debug, Default)]
pub struct FarConcerns {
    /// The concerns.
    pub all: Vec<ConcernShape>,
    /// Whether whoever uses this device is outside safeguarding.
    pub is_outside: bool,
    /// What was written down.
    pub added: Vec<ConcernLine>,
    /// What was decided.
    pub decided: Vec<Deciding>,
}

impl FarConcerns {
    /// Answers.
    pub fn answer(&mut self, request: ConcernRequest) -> Reply {
        let done = match request {
            ConcernRequest::Page => {
                return Reply::Concern(ConcernReply::Page(Arc::new(self.page())));
            }
            ConcernRequest::Add(line) => {
                let stage = match self.is_outside {
                    true => ConcernStage::NotHandedOver,
                    false => ConcernStage::Received,
                };
                self.all.insert(0, concern(9, &line.words, stage));
                self.added.push(*line);
                self.all[0].clone()
            }
            ConcernRequest::Receive(id) => self.become_of(&id, ConcernStage::Received),
            ConcernRequest::Decide { concern, deciding } => {
                let stage = match deciding.then {
                    Then::GoesOn => ConcernStage::Dealing,
                    Then::Closes => ConcernStage::Closed,
                };
                self.decided.push(*deciding);
                self.become_of(&concern, stage)
            }
            ConcernRequest::Close(id) => self.become_of(&id, ConcernStage::Closed),
        };
        Reply::Concern(ConcernReply::Done(Arc::new(done)))
    }

    fn become_of(&mut self, id: &str, stage: ConcernStage) -> ConcernShape {
        let one = self.all.iter_mut().find(|one| one.record.id == id).unwrap();
        let (record, pupil_name) = (one.record.clone(), one.pupil_name.clone());
        *one = ConcernShape { record, pupil_name, ..concern(1, "", stage) };
        one.clone()
    }

    /// How many ask for something.
    pub fn counts(&self) -> ConcernCounts {
        let Concerns { not_handed_over, new, .. } = self.page().all;
        ConcernCounts { not_handed_over, new }
    }

    fn page(&self) -> ConcernsPage {
        let count = |stage| self.all.iter().filter(|one| one.stage == stage).count();
        let receives = !self.is_outside;
        let new = if receives { count(ConcernStage::HandedOver) } else { 0 };
        let not_handed_over = count(ConcernStage::NotHandedOver);
        let choices = |all: &[(&str, &str)]| {
            let choice = |(code, title): &(&str, &str)| Choice {
                code: (*code).to_owned(),
                title: (*title).to_owned(),
            };
            all.iter().map(choice).collect()
        };
        ConcernsPage {
            all: Concerns { concerns: self.all.clone(), not_handed_over, new },
            receives,
            may_write: true,
            categories: choices(&[
                ("physical", "Physical abuse"),
                ("emotional", "Emotional abuse"),
                ("neglect", "Neglect"),
                ("online", "Online"),
            ]),
            decisions: choices(&[
                ("refer", "Referred to another service"),
                ("early_help", "Early help"),
                ("monitor", "Watch, and look again"),
                ("no_action", "No further action"),
            ]),
            services: choices(&[("social_care", "Children's social care"), ("police", "Police")]),
        }
    }
}

/// What a request asks for, in words.
pub fn name(request: &ConcernRequest) -> String {
    match request {
        ConcernRequest::Page => "concerns".to_owned(),
        ConcernRequest::Add(line) => format!("concern about {}", line.who),
        ConcernRequest::Receive(_) => "receive a concern".to_owned(),
        ConcernRequest::Decide { deciding, .. } => format!("decide {}", deciding.decision),
        ConcernRequest::Close(_) => "close a concern".to_owned(),
    }
}

const WORDS: &str = "“I don't want to go home, he gets angry.” Said while we packed up; she cried.";

/// A concern that Jo Marsh has written.
pub fn concern(number: u8, words: &str, stage: ConcernStage) -> ConcernShape {
    let stamp = StampShape {
        by: "Jo Marsh".to_owned(),
        device: "Jo's tablet".to_owned(),
        at: "2026-07-14T13:52:10".to_owned(),
    };
    let fields = json!({
        "pupil": school::pupil(number).to_string(), "words": words, "category": "emotional",
        "seen_at": "2026-07-14T13:30", "written_at": "2026-07-14T13:52", "told": "Ms Reid",
        "danger": number == 2,
    });
    let receipts = match stage {
        ConcernStage::NotHandedOver | ConcernStage::HandedOver => Vec::new(),
        _ => vec![ReceiptShape {
            state: "received".to_owned(),
            by: "A. Khan".to_owned(),
            at: "2026-07-14T14:05:00".to_owned(),
        }],
    };
    let says = match stage {
        ConcernStage::NotHandedOver => {
            "not yet handed over: it is kept on this device, and goes over by itself once the \
             device of a head or safeguarding lead was met"
        }
        ConcernStage::HandedOver => "handed over, not received yet",
        ConcernStage::Received => "received by A. Khan, 14:05",
        ConcernStage::Dealing => "being dealt with by A. Khan, 14:20",
        ConcernStage::Closed => "closed by A. Khan, 14:30",
    };
    ConcernShape {
        record: RecordShape {
            id: school::record(200 + number).to_string(),
            kind: "concern".to_owned(),
            space: "hand-off of Jo Marsh".to_owned(),
            fields: fields.as_object().unwrap().clone(),
            conflicts: Default::default(),
            created: stamp.clone(),
            changed: stamp,
            warnings: Vec::new(),
        },
        pupil_name: school::roster().pupils[usize::from(number)].name.clone(),
        stage,
        says: says.to_owned(),
        receipts,
        decisions: Vec::new(),
    }
}

/// A window over concerns.
fn window(all: Vec<ConcernShape>, is_outside: bool, settings: Settings) -> Window {
    let (far, link) = super::responder::Responder::new();
    far.far.borrow_mut().concerns = FarConcerns { all, is_outside, ..FarConcerns::default() };
    Window::over(far, link, settings, eframe::egui::Theme::Light)
}

/// From a pupil's page a mentor writes a concern with the keys alone, and is told where it stands.
#[test]
fn a_mentor_writes_a_concern_from_a_pupil_s_page_with_the_keys_alone() {
    let mut window = window(Vec::new(), true, Settings::default());
    window.press_with(Modifiers::COMMAND, Key::K);
    window.type_words("amira");
    window.press(Key::Enter);
    assert!(window.sees("Write a concern…"), "the page offers it too");
    window.press_with(Modifiers::COMMAND | Modifiers::SHIFT, Key::G);
    assert!(window.sees("Amira Okafor") && window.sees("Only you and those who receive concerns"));
    window.type_words("He shouted.");
    window.keep("concern-write");
    window.press_with(Modifiers::COMMAND, Key::Enter);
    let far = window.far.far.borrow();
    let line = far.concerns.added.first().expect("a concern was saved");
    assert_eq!(
        (line.who.as_str(), line.words.as_str()),
        (&*school::pupil(0).to_string(), "He shouted.")
    );
    drop(far);
    assert!(window.sees("The concern is saved, not yet handed over"), "said plainly");
    window.press_with(Modifiers::COMMAND, Key::Num1);
    assert!(window.sees("1 concern of yours is not yet handed over"));
    window.keep("concern-today-mentor");
}

/// The key alone, from anywhere: the pupil is found by name, danger is answered at once, and what
/// was typed outlives Esc.
#[test]
fn a_concern_is_written_from_anywhere() {
    let mut window = window(Vec::new(), true, Settings::default());
    window.press(Key::C);
    assert!(window.sees("Say whom it is about"));
    window.type_words("ben car");
    window.press(Key::Enter);
    window.type_words("A bruise on his arm.");
    window.click("The child is in danger now");
    assert!(window.sees("call 999"));
    window.click("Neglect");
    window.keep("concern-write-danger");
    window.press(Key::Escape);
    assert!(!window.sees("call 999"));
    window.press_with(Modifiers::COMMAND | Modifiers::SHIFT, Key::G);
    window.click("Save and hand over");
    let far = window.far.far.borrow();
    let line = &far.concerns.added[0];
    assert_eq!((line.danger, line.category.as_deref()), (Danger::Now, Some("neglect")));
    assert_eq!(line.who, school::pupil(1).to_string());
}

/// Whoever receives concerns cannot overlook a new one: it stands before all else, and in the
/// status line on every page. It is received and decided on from the list.
#[test]
fn a_new_concern_is_received_and_decided_on() {
    let all = vec![
        concern(2, WORDS, ConcernStage::HandedOver),
        concern(0, "Came to school without a coat again.", ConcernStage::Closed),
    ];
    let mut window = window(all, false, Settings::default());
    assert!(window.sees("1 new concern: nobody has received it yet"));
    let everywhere = window.query_all_by_label("1 new concern").count();
    assert_eq!(everywhere, 1, "in the status line of every page");
    window.keep("concern-today-dsl");
    window.click_containing("Chloé Dubois; 2026-07-14 13:52");
    assert!(window.sees(WORDS) && window.sees("written 14 July, 13:52 by Jo Marsh"));
    window.keep("concern-list-dsl");
    window.click("Receive the concern about Chloé Dubois");
    assert!(window.sees("The concern is received by A. Khan, 14:05; Jo Marsh is told"));
    window.click_containing("Decide on the concern about");
    assert!(window.sees("Say what was decided"));
    window.click("Decision: Referred to another service");
    assert!(window.sees("Say to which service"));
    window.click("Referred to: Children's social care");
    window.focus_containing("Rationale");
    window.type_words("A pattern.");
    window.keep("concern-decide");
    window.click("Keep the decision");
    let far = window.far.far.borrow();
    let decided = &far.concerns.decided[0];
    assert_eq!((decided.decision.as_str(), decided.rationale.as_str()), ("refer", "A pattern."));
    assert_eq!(decided.referred_to.as_deref(), Some("social_care"));
    drop(far);
    assert!(!window.sees("Decision: Referred"), "the dialog has closed");
}

/// A mentor sees where each of theirs stands, and no button that is not theirs to press.
#[test]
fn a_mentor_sees_the_receipts() {
    let all = vec![
        concern(1, WORDS, ConcernStage::NotHandedOver),
        concern(3, "He had nothing to eat since yesterday.", ConcernStage::HandedOver),
        concern(0, "She asked me not to tell anybody.", ConcernStage::Received),
        concern(4, "Came late and in yesterday's clothes.", ConcernStage::Dealing),
    ];
    let settings = Settings { opening: Opening::Concerns, ..Settings::default() };
    let mut window = window(all, true, settings);
    for words in [
        "Not yet handed over",
        "Handed over, not received yet",
        "Received by A. Khan, 14:05",
        "Being dealt with by A. Khan, 14:20",
    ] {
        assert!(window.sees(words), "{words}");
    }
    window.keep("concern-list-mentor");
    assert!(!window.sees("Receive the concern") && !window.sees("Decide on"));
}

/// Behind initials nothing of a concern is shown, and none is written.
#[test]
fn while_names_are_hidden_so_are_concerns() {
    let all = vec![concern(2, WORDS, ConcernStage::HandedOver)];
    let settings =
        Settings { names: Names::Initials, opening: Opening::Concerns, ..Settings::default() };
    let mut window = window(all, false, settings);
    assert!(window.sees("Concerns are hidden"));
    assert!(!window.sees("Chloé") && !window.sees("go home"));
    window.press(Key::C);
    assert!(!window.sees("Say whom it is about"));
}
