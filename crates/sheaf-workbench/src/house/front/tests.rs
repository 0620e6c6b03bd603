//! A newcomer's way in, and the way back in past a passphrase.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use eframe::egui::{Key, Theme, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use sheaf_school::Passphrase;
use sheaf_school::desk::{Notice, StatusLine, ToldLine};

use super::{Behind, Connect, Door, DoorField, DoorNotice, DoorRequest, Front};
use crate::Settings;
use crate::tests::drive::Dropped;
use crate::tests::responder::Responder;

/// A window at a door, and the far end of it.
struct Porch {
    harness: Harness<'static, Front>,
    asked: Rc<RefCell<Vec<DoorRequest>>>,
    tell: Sender<DoorNotice>,
}

impl Porch {
    fn at(behind: Behind) -> Self {
        Self::with(behind, Theme::Light, vec2(1400.0, 900.0))
    }

    fn with(behind: Behind, theme: Theme, size: eframe::egui::Vec2) -> Self {
        let asked: Rc<RefCell<Vec<DoorRequest>>> = Rc::default();
        let (tell, receive): (_, Receiver<DoorNotice>) = channel();
        let hears = Rc::clone(&asked);
        let send = Box::new(move |request| hears.borrow_mut().push(request));
        let harness = Harness::builder()
            .with_size(size)
            .with_theme(theme)
            .with_render_cursor(false)
            .build_eframe(move |creation| {
                let ctx = &creation.egui_ctx;
                let settings = Settings {
                    theme: if theme == Theme::Dark {
                        crate::ThemeName::Dark
                    } else {
                        crate::ThemeName::Light
                    },
                    ..Settings::default()
                };
                Front::at(ctx, Door { behind, send, receive }, settings, crate::run::wake(ctx))
            });
        let mut porch = Self { harness, asked, tell };
        porch.harness.run();
        porch
    }

    fn sees(&self, part: &str) -> bool {
        self.harness.query_all_by_label_contains(part).next().is_some()
    }

    #[track_caller]
    fn click(&mut self, part: &str) {
        let found = self.harness.get_all_by_label_contains(part).next();
        found.unwrap_or_else(|| panic!("nothing is called `{part}`")).click();
        self.harness.run_steps(4);
    }

    #[track_caller]
    fn fill(&mut self, label: &str, text: &str) {
        self.harness.get_by_label(label).focus();
        self.harness.run_steps(2);
        self.harness.event(eframe::egui::Event::Text(text.to_owned()));
        self.harness.run_steps(2);
    }

    fn say(&mut self, notice: DoorNotice) {
        self.tell.send(notice).unwrap();
        self.harness.run_steps(4);
    }

    fn keep(&mut self, name: &str) {
        if let Some(folder) = std::env::var_os("SHEAF_SCREENSHOTS").map(std::path::PathBuf::from) {
            std::fs::create_dir_all(&folder).unwrap();
            self.harness.render().unwrap().save(folder.join(format!("{name}.png"))).unwrap();
        }
    }

    fn last(&self) -> Option<DoorRequest> {
        self.asked.borrow().last().cloned()
    }
}

fn nothing() -> Behind {
    Behind::Nothing("/home/sam/sheaf".into())
}

fn inside() -> DoorNotice {
    let connect: Connect = Box::new(|_| crate::tests::open_link());
    let kept = Settings { zoom: 1.0, theme: crate::ThemeName::Dark, ..Settings::default() };
    let kept = crate::Kept::of(&kept).to_text().unwrap();
    DoorNotice::Open { connect, kept: Some(kept) }
}

#[test]
fn a_school_is_set_up_its_key_put_away_and_opened() {
    let mut porch = Porch::at(nothing());
    porch.keep("front-ways");
    porch.click("Set up my school");
    porch.click("Set up the school");
    assert!(porch.sees("What is the school called?"));
    porch.fill("The school's name", "Ashgrove Academy");
    porch.fill("Your name", "Sam Okoro");
    porch.fill("A passphrase for this device", "too short");
    porch.click("Set up the school");
    assert!(porch.sees("Too short: 12 characters are the least"));
    porch.fill("A passphrase for this device", ", and now long enough");
    porch.fill("The same passphrase again", "another one");
    porch.click("Set up the school");
    assert!(porch.sees("This differs from the passphrase above"));
    porch.keep("front-found");
    assert_eq!(porch.last(), None, "nothing was asked for yet");
    porch.fill("The same passphrase again", "");
    let again = porch.harness.get_by_label("The same passphrase again");
    again.focus();
    porch.harness.run_steps(2);
    porch.harness.key_press_modifiers(eframe::egui::Modifiers::COMMAND, Key::A);
    porch.harness.run_steps(2);
    let words = "too short, and now long enough";
    porch.harness.event(eframe::egui::Event::Text(words.to_owned()));
    porch.harness.run_steps(2);
    porch.click("Set up the school");
    let passphrase = Passphrase::new(words.to_owned());
    let expected = DoorRequest::Found {
        school: "Ashgrove Academy".to_owned(),
        person: "Sam Okoro".to_owned(),
        device: "This laptop".to_owned(),
        passphrase,
    };
    assert_eq!(porch.last(), Some(expected));
    assert!(porch.sees("Making the school…"));
    porch.say(DoorNotice::Founded { recovery_key: "sheafkey1mz2gk53qorqxe5dfon2ca43".to_owned() });
    porch.harness.run();
    porch.keep("front-key");
    assert!(porch.sees("sheafkey1mz2gk53qorqxe5dfon2ca43"));
    porch.click("Open the school");
    assert_ne!(porch.last(), Some(DoorRequest::Enter), "not before it is on paper");
    porch.click("It is on paper, and no device has a copy");
    porch.click("Open the school");
    assert_eq!(porch.last(), Some(DoorRequest::Enter));
    porch.say(inside());
    porch.harness.run();
    assert!(porch.sees("Amira Okafor"), "the school is open");
    assert_eq!(porch.harness.ctx.theme(), Theme::Dark, "as it was kept");
}

#[test]
fn an_invented_school_says_how_far_it_is() {
    let mut porch = Porch::at(nothing());
    porch.click("Try with an invented school");
    porch.keep("front-invent");
    porch.click("120 pupils");
    porch.harness.key_press(Key::Enter);
    porch.harness.run_steps(4);
    assert_eq!(porch.last(), Some(DoorRequest::Invent { pupils: 120 }));
    porch.say(DoorNotice::Progress("Writing 1200 of 3000 records down…".to_owned()));
    assert!(porch.sees("Writing 1200 of 3000 records down…"));
    porch.keep("front-inventing");
    let why = "the disk that holds the home is full; free some space, nothing was changed";
    porch.say(DoorNotice::Refused { field: DoorField::Whole, why: why.to_owned() });
    assert!(porch.sees(why), "the form is there again, with the reason");
    porch.click("Back");
    assert!(porch.sees("Welcome to Sheaf"));
}

#[test]
fn a_ticket_that_is_none_is_said_so_beside_it() {
    let mut porch = Porch::at(nothing());
    porch.click("Join a colleague");
    porch.click("Join the school");
    assert!(porch.sees("Type the four words, or paste the ticket"));
    porch.fill("The four words, or the ticket", "hello");
    porch.fill("Your name", "Jo Marsh");
    porch.fill("A passphrase for this device", "four words will do");
    porch.fill("The same passphrase again", "four words will do");
    porch.click("Join the school");
    assert!(matches!(porch.last(), Some(DoorRequest::Join(_))));
    let why = "this is not a ticket: it begins with `sheaf1`".to_owned();
    porch.say(DoorNotice::Refused { field: DoorField::Ticket, why });
    assert!(porch.sees("this is not a ticket"));
    porch.keep("front-join");
    porch.fill("The four words, or the ticket", "s");
    assert!(!porch.sees("this is not a ticket"), "typing takes the error away");
}

/// Where the other device is not found by itself, and only then, its address is asked for.
#[test]
fn a_device_that_is_not_found_is_asked_for_by_its_address() {
    let mut porch = Porch::at(nothing());
    porch.click("Join a colleague");
    let label = "The address that the other device shows";
    assert!(!porch.sees(label));
    porch.fill("The four words, or the ticket", "tulip canister giraffe yogurt");
    porch.fill("Your name", "Jo Marsh");
    porch.fill("A passphrase for this device", "four words will do");
    porch.fill("The same passphrase again", "four words will do");
    porch.click("Join the school");
    let why = "no device answers to `tulip`".to_owned();
    porch.say(DoorNotice::Refused { field: DoorField::Address, why });
    assert!(porch.sees(label) && porch.sees("no device answers to `tulip`"));
    porch.keep("front-join-address");
    porch.fill(label, "10.4.7.22:47821");
    porch.click("Join the school");
    let Some(DoorRequest::Join(form)) = porch.last() else { panic!("nothing was asked") };
    assert_eq!(
        (form.pass.as_str(), form.address.as_str()),
        ("tulip canister giraffe yogurt", "10.4.7.22:47821",)
    );
    assert!(!format!("{form:?}").contains("tulip"), "in no log");
}

#[test]
fn a_locked_school_asks_for_its_passphrase_in_the_window() {
    let mut porch = Porch::at(Behind::Locked("/home/sam/sheaf".into()));
    porch.harness.key_press(Key::Enter);
    porch.harness.run_steps(4);
    assert!(porch.sees("Type the passphrase of this device"));
    porch.harness.event(eframe::egui::Event::Text("a wrong one".to_owned()));
    porch.harness.run_steps(2);
    porch.harness.key_press(Key::Enter);
    porch.harness.run_steps(4);
    let typed = Passphrase::new("a wrong one".to_owned());
    assert_eq!(porch.last(), Some(DoorRequest::Unlock(typed)));
    let why = "this home is locked: the passphrase is wrong".to_owned();
    porch.say(DoorNotice::Refused { field: DoorField::Passphrase, why });
    assert!(porch.sees("the passphrase is wrong"));
    porch.keep("front-locked");
    assert!(!format!("{:?}", porch.harness.state()).contains("a wrong one"), "in no log");
    porch.say(inside());
    porch.harness.run();
    assert!(porch.sees("Amira Okafor"));
}

#[test]
fn the_door_is_at_rest_when_nothing_happens_and_fits_a_small_dark_window() {
    let mut porch = Porch::with(nothing(), Theme::Dark, vec2(900.0, 600.0));
    porch.harness.step();
    porch.harness.step();
    let causes = porch.harness.ctx.repaint_causes();
    assert!(!porch.harness.ctx.has_requested_repaint(), "{causes:?}");
    porch.keep("front-ways-dark");
    porch.click("Set up my school");
    porch.harness.run();
    porch.keep("front-found-dark");
}

/// A device that was told that it is removed: the banner, the two steps, and the way in anew.
#[test]
fn a_removed_device_is_wiped_and_stands_at_the_first_page() {
    let (far, link) = Responder::new();
    let near = far.clone();
    let again = |_| {
        let (_, receive) = channel();
        Door { behind: nothing(), send: Box::new(|_| {}), receive }
    };
    let mut window = Harness::builder()
        .with_size(vec2(900.0, 600.0))
        .with_max_steps(24)
        .with_render_cursor(false)
        .build_eframe(move |creation| {
            let ctx = &creation.egui_ctx;
            near.wakes(crate::run::wake(ctx));
            let wake = crate::run::wake(ctx);
            Front::inside(ctx, link, Settings::default(), wake).with_door(Box::new(again))
        });
    window.run();
    let sees = |window: &Harness<'_, Front>, part: &str| {
        window.query_all_by_label_contains(part).next().is_some()
    };
    assert!(!sees(&window, "was removed from the school"));
    let at = Some(jiff::civil::date(2026, 7, 3).at(10, 15, 0, 0));
    let told = ToldLine { by: "Anna Reid".to_owned(), at };
    let status = StatusLine { told_out: Some(told), ..crate::tests::school::status() };
    far.say(Notice::Status(Arc::new(status)));
    window.run();
    assert!(sees(&window, "Anna Reid’s device said on 3 July, 10:15 that this device was removed"));
    keep(&mut window, "trust-told");
    let click = |window: &mut Harness<'_, Front>, name: &str| {
        window.get_by_label(name).click();
        window.run();
    };
    click(&mut window, "Wipe this device…");
    keep(&mut window, "trust-wipe-one");
    window.key_press(Key::Enter);
    window.run();
    assert!(!sees(&window, "its keys first"), "Enter takes the default, which is Cancel");
    click(&mut window, "Wipe this device…");
    assert!(sees(&window, "never reached a colleague is lost") && !sees(&window, "Wipe it now"));
    click(&mut window, "Go on…");
    click(&mut window, "Wipe it now");
    assert!(!far.far.borrow().asked.contains(&"wipe".to_owned()), "the word is missing");
    window.get_by_label("To confirm, type wipe").focus();
    window.run();
    window.event(eframe::egui::Event::Text("wipe".to_owned()));
    window.run();
    keep(&mut window, "trust-wipe-two");
    click(&mut window, "Wipe it now");
    assert!(far.far.borrow().asked.contains(&"wipe".to_owned()));
    assert!(sees(&window, "Join a colleague") && !sees(&window, "Ashgrove Academy"));
}

pub(super) fn keep(window: &mut Harness<'_, Front>, name: &str) {
    if let Some(folder) = std::env::var_os("SHEAF_SCREENSHOTS").map(std::path::PathBuf::from) {
        std::fs::create_dir_all(&folder).unwrap();
        window.render().unwrap().save(folder.join(format!("{name}.png"))).unwrap();
    }
}

/// Whether passphrases are needed, the backup says, and beside which box.
#[test]
fn a_backup_is_dropped_on_the_window_and_restored() {
    let mut porch = Porch::at(nothing());
    porch.harness.input_mut().dropped_files = vec![Arc::new(Dropped("/media/stick/sheaf.backup"))];
    porch.harness.step();
    porch.harness.input_mut().dropped_files.clear();
    porch.harness.run();
    assert!(porch.sees("Restore a backup") && !porch.sees("Set up my school"));
    porch.click("Restore it");
    let form = |opens: Option<&str>, protects: Option<&str>| {
        let typed = |text: Option<&str>| text.map(|text| Passphrase::new(text.to_owned()));
        let (opens, protects) = (typed(opens), typed(protects));
        let file = "/media/stick/sheaf.backup".into();
        Some(DoorRequest::Restore(super::RestoreForm { file, opens, protects }))
    };
    assert_eq!(porch.last(), form(None, None));
    assert!(porch.sees("Reading the backup…"));
    let why = "The backup has a passphrase: type it".to_owned();
    porch.say(DoorNotice::Refused { field: DoorField::Opens, why });
    porch.harness.event(eframe::egui::Event::Text("four words of old".to_owned()));
    porch.harness.run_steps(2);
    porch.fill("A passphrase for this device", "four words of new");
    porch.click("Restore it");
    assert!(porch.sees("This differs from the passphrase above"));
    porch.keep("front-restore");
    porch.fill("The same passphrase again", "four words of new");
    porch.click("Restore it");
    assert_eq!(porch.last(), form(Some("four words of old"), Some("four words of new")));
    porch.say(DoorNotice::Restored("Ashgrove Academy for Sam Okoro, as it was on …".to_owned()));
    porch.harness.run();
    porch.keep("front-restored");
    assert!(porch.sees("Ashgrove Academy for Sam Okoro") && !porch.sees("Back"));
    porch.harness.key_press(Key::Enter);
    porch.harness.run_steps(4);
    assert_eq!(porch.last(), Some(DoorRequest::Enter));
    porch.say(inside());
    porch.harness.run();
    assert!(porch.sees("Amira Okafor"));
}
