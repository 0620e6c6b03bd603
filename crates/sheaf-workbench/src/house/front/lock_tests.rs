//! A window that is left alone, locked, and opened again by its passphrase.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use eframe::egui::{Event, Key, Modifiers, Pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use sheaf_school::Passphrase;

use super::idle::Moment;
use super::{Behind, Connect, Door, DoorNotice, DoorRequest, Front};
use crate::Settings;
use crate::tests::far_day;
use crate::tests::responder::{Far, Responder};

const MINUTE: Duration = Duration::from_secs(60);

/// A window into a school with a passphrase, its clock, and both far ends.
struct Desk {
    window: Harness<'static, Front>,
    far: Rc<RefCell<Far>>,
    clock: Rc<Cell<Moment>>,
    asked: Rc<RefCell<Vec<DoorRequest>>>,
    tell: Rc<RefCell<Option<Sender<DoorNotice>>>>,
}

impl Desk {
    fn open() -> Self {
        Self::over(Far { is_protected: true, ..Far::default() })
    }

    fn over(far: Far) -> Self {
        let far = Rc::new(RefCell::new(far));
        let clock = Rc::new(Cell::new(Moment::now()));
        let asked: Rc<RefCell<Vec<DoorRequest>>> = Rc::default();
        let tell: Rc<RefCell<Option<Sender<DoorNotice>>>> = Rc::default();
        let (time, hears, tells) = (Rc::clone(&clock), Rc::clone(&asked), Rc::clone(&tell));
        let again = move |_| {
            let (sender, receive): (_, Receiver<DoorNotice>) = channel();
            *tells.borrow_mut() = Some(sender);
            let hears = Rc::clone(&hears);
            let send = Box::new(move |request| hears.borrow_mut().push(request));
            Door { behind: Behind::Locked("/home/sam/sheaf".into()), send, receive }
        };
        let (near, link) = Responder::over(Rc::clone(&far));
        let mut window = Harness::builder()
            .with_size(vec2(1400.0, 900.0))
            .with_max_steps(24)
            .with_render_cursor(false)
            .build_eframe(move |creation| {
                let ctx = &creation.egui_ctx;
                near.wakes(crate::run::wake(ctx));
                let wake = crate::run::wake(ctx);
                let front = Front::inside(ctx, link, Settings::default(), wake);
                front.with_door(Box::new(again)).with_clock(move || time.get())
            });
        window.run();
        Self { window, far, clock, asked, tell }
    }

    fn wait(&mut self, time: Duration) {
        self.clock.set(self.clock.get().after(time));
        self.window.run();
    }

    fn sees(&self, part: &str) -> bool {
        self.window.query_all_by_label_contains(part).next().is_some()
    }

    fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.window.key_press_modifiers(modifiers, key);
        self.window.run();
    }

    fn type_words(&mut self, words: &str) {
        self.window.event(Event::Text(words.to_owned()));
        self.window.run();
    }

    #[track_caller]
    fn click_containing(&mut self, part: &str) {
        self.window.get_all_by_label_contains(part).next().unwrap().click();
        self.window.run();
    }

    fn keep(&mut self, name: &str) {
        super::tests::keep(&mut self.window, name);
    }

    /// Types the passphrase; the school opens.
    fn unlock(&mut self) {
        self.type_words("four words will do");
        self.window.key_press(Key::Enter);
        // Something turns until the school is open.
        self.window.run_steps(4);
        let typed = Passphrase::new("four words will do".to_owned());
        assert_eq!(self.asked.borrow().last(), Some(&DoorRequest::Unlock(typed)));
        let mut far = self.far.take();
        // The window that kept it has gone.
        far.day.left.extend(far.day.draft.take().map(|draft| (far_day::left_draft().0, draft)));
        let connect: Connect = Box::new(move |_| Responder::over(Rc::new(RefCell::new(far))).1);
        let notice = DoorNotice::Open { connect, kept: None };
        self.tell.borrow().as_ref().unwrap().send(notice).unwrap();
        self.window.run();
    }
}

#[test]
fn a_window_that_nobody_touches_says_so_and_locks() {
    let mut desk = Desk::open();
    desk.wait(9 * MINUTE);
    assert!(desk.sees("Amira Okafor") && !desk.sees("Sheaf locks in"));
    desk.wait(Duration::from_secs(40));
    assert!(desk.sees("Sheaf locks in 20 seconds. Move the mouse to stay"));
    desk.keep("lock-warning");
    desk.window.event(Event::PointerMoved(Pos2::new(700.0, 400.0)));
    desk.window.run();
    assert!(!desk.sees("Sheaf locks in"), "somebody is there");
    desk.wait(9 * MINUTE + Duration::from_secs(59));
    assert!(desk.sees("Sheaf locks in 1 second."));
    assert_eq!(Rc::strong_count(&desk.far), 2, "here and behind the window");
    desk.wait(Duration::from_secs(1));
    assert!(desk.sees("Locked after 10 minutes without a touch"));
    assert!(!desk.sees("Amira Okafor") && !desk.sees("Ashgrove Academy"));
    assert_eq!(Rc::strong_count(&desk.far), 1, "nothing behind the window is left");
    desk.keep("lock-locked");
    desk.unlock();
    assert!(desk.sees("Amira Okafor"));
    desk.wait(9 * MINUTE);
    assert!(desk.sees("Amira Okafor"), "the time begins anew");
}

#[test]
fn what_was_begun_is_there_again_behind_the_passphrase() {
    let mut desk = Desk::open();
    desk.press(Modifiers::NONE, Key::N);
    desk.type_words("Leon");
    desk.press(Modifiers::NONE, Key::Enter);
    assert!(desk.sees("Leon Martins"));
    desk.press(Modifiers::COMMAND, Key::L);
    assert!(desk.sees("Locked. What you had begun is there when you unlock"));
    assert!(!desk.sees("Leon"));
    desk.unlock();
    assert!(desk.sees("Log an incident") && desk.sees("Leon Martins"));
    desk.keep("lock-back");
}

#[test]
fn a_change_of_a_record_that_was_being_written_is_there_again() {
    let mut desk = Desk::open();
    desk.press(Modifiers::COMMAND, Key::K);
    desk.type_words("amira");
    desk.press(Modifiers::NONE, Key::Enter);
    desk.click_containing("Reflection room, periods 3 and 4");
    desk.click_containing("Withdraw…");
    desk.type_words("written down twice");
    desk.press(Modifiers::COMMAND, Key::L);
    assert!(desk.sees("Locked.") && !desk.sees("written down twice"));
    assert!(!format!("{:?}", desk.window.state()).contains("twice"), "in no log");
    desk.unlock();
    assert!(desk.sees("Withdraw the record") && desk.sees("Amira Okafor"));
    let why = desk.window.get_all_by_value("written down twice").next();
    assert!(why.is_some(), "the reason is still there");
}

#[test]
fn a_concern_that_was_being_written_is_there_again() {
    let mut desk = Desk::open();
    desk.press(Modifiers::COMMAND, Key::K);
    desk.type_words("amira");
    desk.press(Modifiers::NONE, Key::Enter);
    desk.press(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::G);
    desk.type_words("not wanting to go home");
    desk.press(Modifiers::COMMAND, Key::L);
    assert!(desk.sees("Locked.") && !desk.sees("Safeguarding concern"));
    desk.unlock();
    assert!(desk.sees("Safeguarding concern") && desk.sees("Amira Okafor"));
    let words = desk.window.get_all_by_value("not wanting to go home").next();
    assert!(words.is_some(), "the words are still there");
}

#[test]
fn a_closed_lid_counts_and_the_first_key_after_it_reaches_nobody() {
    let mut desk = Desk::open();
    desk.clock.set(desk.clock.get().after_sleep(25 * MINUTE));
    desk.press(Modifiers::NONE, Key::N);
    assert!(desk.sees("Locked after 10 minutes") && !desk.sees("Log an incident"));
}

#[test]
fn what_was_typed_reaches_a_desk_that_was_busy() {
    let mut desk = Desk::open();
    desk.press(Modifiers::NONE, Key::N);
    desk.far.borrow_mut().is_busy = true;
    desk.type_words("Leon");
    desk.press(Modifiers::COMMAND, Key::L);
    assert!(desk.sees("Locked.") && desk.far.borrow().day.draft.is_none());
    assert_eq!(Rc::strong_count(&desk.far), 2, "the desk has not taken it yet");
    desk.far.borrow_mut().is_busy = false;
    desk.window.run();
    assert_eq!(
        desk.far.borrow().day.draft.as_ref().map(|draft| draft.typed.as_str()),
        Some("Leon")
    );
    assert_eq!(Rc::strong_count(&desk.far), 1);
}

#[test]
fn an_invented_school_does_not_lock() {
    let mut desk = Desk::over(Far::default());
    desk.press(Modifiers::COMMAND, Key::L);
    desk.wait(60 * MINUTE);
    assert!(desk.sees("Amira Okafor") && desk.asked.borrow().is_empty());
}
