//! A shared folder, a bundle, a typed address, an always-on device: by role and name.

use std::path::PathBuf;

use eframe::egui::{Key, Modifiers, Theme};
use sheaf_school::desk::{CarryReply, CarryRequest, FolderLine, Notice, Reply};
use sheaf_school::{
    BundleRead, BundleWritten, Came, CarriedTo, Existing, FolderStands, FolderSynced, Sending,
    SessionShape,
};

use crate::Settings;
use crate::tests::drive::Window;

const DRIVE: &str = "S:\\Pastoral\\Sheaf";

fn command(window: &mut Window, name: &str) {
    window.press_with(Modifiers::COMMAND, Key::K);
    window.type_words(name);
    window.press(Key::Enter);
}

fn asked(window: &Window) -> Vec<CarryRequest> {
    window.far.far.borrow().carried.iter().map(|(_, request)| request.clone()).collect()
}

/// At the people, on a network that keeps its devices apart: the carriers stand first.
fn apart() -> Window {
    let mut window = Window::open();
    window.far.far.borrow_mut().trust.is_apart = true;
    window.press_with(Modifiers::COMMAND, Key::Num9);
    window
}

fn done(reply: CarryReply) -> Reply {
    Reply::Carry(Box::new(reply))
}

/// What the far end answers next.
fn answers(window: &Window, reply: Reply) {
    window.far.far.borrow_mut().carries.push_back(reply);
}

fn session(carrier: &str, sent: u64, received: u64) -> SessionShape {
    SessionShape {
        peer: DRIVE.to_owned(),
        person: "Jo Marsh".to_owned(),
        carrier: carrier.to_owned(),
        sent,
        received,
        bytes_out: 0,
        bytes_in: 0,
        round_trips: 1,
        outcome: "equal".to_owned(),
        held: Default::default(),
        seconds: 0.1,
    }
}

fn read(records: u64, colleagues: u64) -> BundleRead {
    BundleRead {
        file: "E:\\sheaf.bundle".into(),
        person: "Anna Reid".to_owned(),
        device: "Anna's laptop".to_owned(),
        device_id: "device of Anna's laptop".to_owned(),
        written_at: "2026-07-13T15:40".to_owned(),
        entries: 12,
        new: records,
        already_here: 0,
        held: Default::default(),
        waiting: 0,
        refused: Default::default(),
        came: Came { records, colleagues },
        spaces: Vec::new(),
        notes: vec!["2 entries build on earlier ones that are not here".to_owned()],
    }
}

#[test]
fn a_shared_folder_is_used_by_the_keys_alone() {
    let mut window = Window::open();
    command(&mut window, "use a shared folder");
    window.press(Key::Enter);
    assert!(window.sees("Which folder? Type its place"));
    window.type_words(DRIVE);
    window.keep("carry-folder");
    let why = format!("{DRIVE} is not there: check the name, and that the drive is in");
    answers(&window, Reply::Refused(why.clone()));
    window.press(Key::Enter);
    assert!(window.sees(&why), "what is wrong is said beside the box");
    let came = Came { records: 7, colleagues: 3 };
    let session = session("folder", 4, 9);
    let (notes, unread, unwritten) = (Vec::new(), None, None);
    let synced = FolderSynced { session, came, notes, unread, unwritten };
    answers(&window, done(CarryReply::Uses(synced)));
    window.press(Key::Enter);
    assert_eq!(asked(&window), vec![CarryRequest::UseFolder(PathBuf::from(DRIVE)); 2]);
    assert!(window.sees("7 records from 3 colleagues came out of it"));
    assert!(window.sees("Sheaf looks there from now on, whenever it is open"));
    window.keep("carry-folder-done");
    window.press(Key::Enter);
    assert!(!window.sees("came out of it"), "Enter closes it");
}

#[test]
fn the_folders_in_use_stand_on_the_page_and_can_be_stopped() {
    let mut window = Window::with(Settings::default(), Theme::Dark);
    let line = |folder: &str, stands| FolderLine { folder: folder.into(), stands };
    let away = "U:\\Sheaf is not there: check the name, and that the drive is in";
    window.far.far.borrow_mut().trust.folders = vec![
        line(DRIVE, FolderStands::Level),
        line("U:\\Sheaf", FolderStands::Away(away.to_owned())),
    ];
    window.far.far.borrow_mut().trust.is_apart = true;
    window.press_with(Modifiers::COMMAND, Key::Num9);
    assert!(window.sees("Everything that lies there is here") && window.sees(away));
    window.keep("carry-people");
    answers(&window, done(CarryReply::Stopped("U:\\Sheaf".into())));
    window.click("Stop using U:\\Sheaf");
    assert_eq!(asked(&window), [CarryRequest::StopFolder("U:\\Sheaf".into())]);
    assert!(window.sees("U:\\Sheaf is used no more; what lies there stays, for the others"));
}

#[test]
fn a_bundle_is_written_for_chosen_colleagues_and_replaces_nothing_by_mistake() {
    let mut window = Window::open();
    command(&mut window, "write a bundle");
    window.press(Key::Enter);
    assert!(window.sees("For whom? Choose one colleague or more") && asked(&window).is_empty());
    assert!(!window.sees("The office"), "an always-on device could read none");
    window.click("Jo Marsh, mentor");
    window.click("Anna Reid, safeguarding lead");
    window.click("Anna Reid, safeguarding lead");
    window.focus_containing("The new file");
    window.press_with(Modifiers::COMMAND, Key::A);
    window.type_words("E:\\jo.bundle");
    let there = "E:\\jo.bundle is there already; give another name, or --force to replace it";
    answers(&window, Reply::Refused(there.to_owned()));
    window.press(Key::Enter);
    assert!(window.sees("A file of that name is there already") && !window.sees("--force"));
    window.click("Replace the file that is there");
    window.keep("carry-write");
    let to = CarriedTo {
        device_id: String::new(),
        device: "Jo's tablet".to_owned(),
        person: "Jo Marsh".to_owned(),
        everything: false,
    };
    answers(
        &window,
        done(CarryReply::Written(BundleWritten {
            file: "E:\\jo.bundle".into(),
            recipients: vec![to],
            spaces: vec!["pastoral".to_owned()],
            entries: 12,
            bytes: 40_000,
        })),
    );
    window.click("Write the bundle");
    let order = |existing| CarryRequest::WriteBundle {
        file: "E:\\jo.bundle".into(),
        recipients: vec!["id of Jo Marsh".to_owned()],
        sending: Sending::Missing,
        existing,
    };
    assert_eq!(asked(&window), [order(Existing::Kept), order(Existing::Replaced)]);
    assert!(window.sees("Written to E:\\jo.bundle, for Jo Marsh and nobody else"));
    assert!(window.sees("what is erased later stays in it"));
}

#[test]
fn a_bundle_is_read_and_tells_how_far_it_is() {
    let mut window = Window::open();
    command(&mut window, "read a bundle");
    window.type_words("E:\\sheaf.bundle");
    window.press(Key::Enter);
    window.far.say(Notice::Carrying("3000 entries".to_owned()));
    window.run();
    assert!(window.sees("3000 entries"));
    window.press(Key::Enter);
    assert_eq!(asked(&window).len(), 1, "it is at work");
    let (id, _) = window.far.far.borrow().carried[0].clone();
    window.far.say(Notice::Reply(id, done(CarryReply::Read(read(7, 3)))));
    window.run();
    assert!(window.sees("7 records from 3 colleagues. Anna Reid wrote it on 2026-07-13 at 15:40"));
    assert!(window.sees("2 entries build on earlier ones"));
    window.keep("carry-read-done");
}

#[test]
fn what_is_done_after_the_dialog_was_closed_is_said_all_the_same() {
    let mut window = Window::open();
    command(&mut window, "read a bundle");
    window.type_words("E:\\sheaf.bundle");
    window.press(Key::Enter);
    window.press(Key::Escape);
    let (id, _) = window.far.far.borrow().carried[0].clone();
    window.far.say(Notice::Reply(id, done(CarryReply::Read(read(1, 1)))));
    window.run();
    assert!(window.sees("1 record from 1 colleague. Anna Reid wrote it"));
}

#[test]
fn a_typed_address_leads_to_a_colleague() {
    let mut window = apart();
    window.click("Connect to an address…");
    window.type_words("10.4.7.9");
    answers(&window, done(CarryReply::Connected(session("quic", 0, 3))));
    window.press(Key::Enter);
    assert_eq!(asked(&window), [CarryRequest::Connect("10.4.7.9".to_owned())]);
    let words =
        "Connected with Jo Marsh: what was missing here has come. Its address is remembered";
    assert!(window.sees(words));
}

#[test]
fn an_always_on_device_is_let_in_by_its_own_words() {
    let mut window = apart();
    window.click("Add an always-on device…");
    assert!(window.sees("It keeps everything sealed and can read nothing"));
    assert!(!window.sees("Also into"), "it is in no space");
    window.click("Invite");
    assert!(window.asked().contains(&"invite locker for 30".to_owned()));
    assert!(window.sees("sheaf serve --locker"));
    window.keep("carry-locker");
}
