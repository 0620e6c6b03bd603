//! The passphrase is changed, a backup written, the recovery key used: by role and name.

use eframe::egui::{Key, Modifiers, Theme};
use sheaf_school::desk::{Notice, PrintedKey, Reply, SafeReply, SafeRequest};
use sheaf_school::{BackupMade, Passphrase};

use crate::Settings;
use crate::tests::drive::Window;
use crate::tests::responder::Responder;

const WORDS: &str = "four words of old";
const OTHER: &str = "four words of new";

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned())
}

/// A window into a school with a passphrase.
fn open() -> Window {
    let (far, link) = Responder::new();
    far.far.borrow_mut().is_protected = true;
    Window::over(far, link, Settings::default(), Theme::Light)
}

fn command(window: &mut Window, name: &str) {
    window.press_with(Modifiers::COMMAND, Key::K);
    window.type_words(name);
    window.press(Key::Enter);
}

fn fill(window: &mut Window, label: &str, words: &str) {
    window.focus_containing(label);
    window.press_with(Modifiers::COMMAND, Key::A);
    window.type_words(words);
}

fn asked(window: &Window) -> Vec<SafeRequest> {
    window.far.far.borrow().safe_asked.iter().map(|(_, request)| request.clone()).collect()
}

#[test]
fn the_passphrase_is_changed_by_the_keys_alone() {
    let mut window = open();
    command(&mut window, "change the passphrase");
    window.type_words(WORDS);
    fill(&mut window, "The new passphrase", "short");
    window.press(Key::Enter);
    assert!(window.sees("Too short: 12 characters are the least"));
    fill(&mut window, "The new passphrase", OTHER);
    fill(&mut window, "The same passphrase again", "another");
    window.press(Key::Enter);
    assert!(window.sees("This differs from the passphrase above"));
    window.keep("safe-passphrase");
    assert!(asked(&window).is_empty(), "nothing was asked for yet");
    fill(&mut window, "The same passphrase again", OTHER);
    window.far.far.borrow_mut().safe = Some(SafeReply::PassphraseChanged);
    window.press(Key::Enter);
    let [SafeRequest::ChangePassphrase { now, new }] = &asked(&window)[..] else { panic!() };
    assert_eq!((now, new), (&passphrase(WORDS), &passphrase(OTHER)));
    assert!(window.sees("Changed. A backup that was made before keeps its own passphrase"));
    assert!(!format!("{:?}", window.asked()).contains("four words"), "in no log");
    window.press(Key::Enter);
    assert!(!window.sees("Changed."), "the dialog is closed");
}

#[test]
fn a_wrong_passphrase_is_said_so_beside_it_and_what_was_typed_stays() {
    let mut window = open();
    command(&mut window, "back up");
    fill(&mut window, "The passphrase of this device", "a wrong one");
    window.far.far.borrow_mut().refuses =
        Some("this home is locked: the passphrase is wrong".into());
    window.press(Key::Enter);
    assert!(window.sees("the passphrase is wrong"));
    window.far.far.borrow_mut().refuses = None;
    window.keep("safe-backup");
    let made = BackupMade {
        file: "/media/stick/sheaf-2026-07-14.backup".into(),
        school: "Ashgrove Academy".to_owned(),
        made_at: "2026-07-14T14:20:00".to_owned(),
        entries: 30_000,
        documents: 20_643,
        bytes: 34_200_000,
    };
    window.far.far.borrow_mut().safe = Some(SafeReply::BackedUp(made));
    fill(&mut window, "The passphrase of this device", WORDS);
    window.press(Key::Enter);
    let SafeRequest::BackUp { file, now, seal } = asked(&window).pop().unwrap() else { panic!() };
    assert!(file.ends_with("sheaf-2026-07-14.backup"), "{}", file.display());
    assert_eq!((now, seal), (passphrase(WORDS), passphrase(WORDS)));
    assert!(window.sees("records are in /media/stick/sheaf-2026-07-14.backup"));
    window.keep("safe-backed-up");
}

#[test]
fn a_backup_may_have_a_passphrase_of_its_own_and_an_invented_school_s_has_none() {
    let mut window = open();
    command(&mut window, "back up");
    fill(&mut window, "The passphrase of this device", WORDS);
    window.click("The file has a passphrase of its own");
    fill(&mut window, "The passphrase of the file", OTHER);
    fill(&mut window, "The same passphrase again", OTHER);
    window.click("Write the backup");
    let SafeRequest::BackUp { seal, .. } = asked(&window).pop().unwrap() else { panic!() };
    assert_eq!(seal, passphrase(OTHER));

    let mut window = Window::open();
    command(&mut window, "back up");
    assert!(!window.sees("The passphrase of this device"));
    window.press(Key::Enter);
    assert!(matches!(asked(&window)[..], [SafeRequest::BackUp { .. }]));
}

/// A new key is shown once: neither Esc, nor a click beside it, nor the lock takes it away.
#[test]
fn the_recovery_key_acts_and_the_one_in_its_place_stays_until_it_is_on_paper() {
    let mut window = open();
    command(&mut window, "use the recovery key");
    window.click("Use the key");
    assert!(window.sees("Type the key as it stands on the paper"));
    window.type_words("sheafkey1old");
    window.keep("safe-recover");
    window.click("Head: Jo Marsh");
    window.click("Remove Anna Reid");
    window.click("Use the key");
    assert!(window.sees("Say why"));
    window.type_words("both heads have left");
    window.keep("safe-recover");
    window.click("Use the key");
    let SafeRequest::Recover { key, plan } = asked(&window).pop().unwrap() else { panic!() };
    assert_eq!(key.text(), "sheafkey1old");
    assert_eq!((plan.head.is_some(), plan.remove.len(), plan.replace), (true, 1, true));
    assert!(!format!("{key:?}").contains("old"));
    assert!(!window.asked().join(" ").contains("sheafkey1old"), "in no log");

    // Esc closes the dialog while it is being done; the answer opens it again.
    window.press(Key::Escape);
    assert!(!window.sees("A moment…"));
    let new = Some(PrintedKey::new("sheafkey1new".to_owned()));
    let done = SafeReply::Recovered { effect: "Jo Marsh is head now".to_owned(), new };
    let id = window.far.far.borrow().safe_asked.last().unwrap().0;
    window.far.say(Notice::Reply(id, Reply::Safe(done)));
    window.run();
    assert!(window.sees("Jo Marsh is head now") && window.sees("sheafkey1new"));
    window.keep("safe-new-key");
    window.press(Key::Escape);
    window.press(Key::Enter);
    assert!(window.sees("sheafkey1new"), "not before it is on paper");
    assert!(!window.state().can_lock());
    window.click("It is on paper, and no device has a copy");
    assert!(window.state().can_lock());
    window.press(Key::Enter);
    assert!(!window.sees("sheafkey1new"));
}
