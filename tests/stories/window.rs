//! What a window does for the house: it lets a colleague in, and is remembered on its device.
//! (Rules 6 and 9.)

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sheaf_charter::Role;
use sheaf_school::desk::{
    Desk, InviteForm, InviteNews, Notice, PeerState, Reply, Request, RequestId,
};
use sheaf_school::{
    Clock, Founding, Joining, Listen, Network, NetworkSlot, Networks, Protection, School,
};
use tempfile::TempDir;

/// A window's desk, asked one thing after the other.
struct Window {
    desk: Desk,
    asked: u64,
    news: Vec<InviteNews>,
}

impl Window {
    fn over(school: &School, network: Option<Network>) -> Self {
        let slot = NetworkSlot::default();
        if let Some(network) = network {
            slot.fill(network);
        }
        let desk = Desk::open(school, &slot, Arc::new(|| {})).unwrap();
        Self { desk, asked: 0, news: Vec::new() }
    }

    fn ask(&mut self, request: Request) -> Reply {
        self.asked += 1;
        let id = RequestId(self.asked);
        self.desk.sender().send(id, request).unwrap();
        loop {
            match self.next() {
                Notice::Reply(of, reply) if of == id => return reply,
                Notice::Invite(news) => self.news.push(news),
                _ => {}
            }
        }
    }

    fn next(&self) -> Notice {
        self.desk.notices.recv_timeout(Duration::from_secs(60)).unwrap()
    }

    /// How the open invitation ends.
    fn invite_ends(&mut self) -> InviteNews {
        while self.news.is_empty() {
            if let Notice::Invite(news) = self.next() {
                self.news.push(news);
            }
        }
        self.news.remove(0)
    }
}

fn invitation(role: &str, minutes: u32) -> Request {
    Request::Invite(InviteForm { role: role.to_owned(), minutes, ..InviteForm::default() })
}

fn founded(home: &Path) -> School {
    let founding = Founding {
        home: home.to_owned(),
        school: "Invented High".to_owned(),
        person: "Ada Okafor".to_owned(),
        device: "laptop".to_owned(),
        role: Role::Head,
        protection: Protection::Demo,
    };
    School::found(&founding, Clock::system()).unwrap().0
}

fn loopback() -> Listen {
    Listen::new(Networks::Loopback, 0)
}

#[test]
fn a_colleague_joins_by_the_ticket_that_the_window_shows() {
    let dir = TempDir::new().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let school = founded(&dir.path().join("head"));
    let network = runtime.block_on(Network::start(&school, loopback())).unwrap();
    let mut window = Window::over(&school, Some(network.clone()));
    let join = |name: &str, ticket: &str| {
        let joining = Joining {
            home: dir.path().join(name),
            pass: ticket.parse().unwrap(),
            person: "Ben Ito".to_owned(),
            device: "tablet".to_owned(),
            addresses: Vec::new(),
            protection: Protection::Demo,
        };
        let joined = runtime.block_on(sheaf_school::join(&joining, loopback(), Clock::system()));
        joined.map(drop).map_err(|error| error.to_string())
    };

    let Reply::Invited(ended) = window.ask(invitation("mentor", 10)) else { panic!() };
    assert!(matches!(window.ask(Request::EndInvite), Reply::Done));
    let error = join("first", &ended.ticket).unwrap_err();
    assert_eq!(error, "the invitation was refused: nobody is inviting there now");

    let Reply::Invited(line) = window.ask(invitation("mentor", 10)) else { panic!() };
    assert!((599..=600).contains(&line.seconds), "{} s", line.seconds);
    let Reply::People(before) = window.ask(Request::People) else { panic!() };
    let waiting = before.invite.as_ref().map(|invite| invite.ticket.clone());
    assert_eq!((before.people.len(), waiting), (1, Some(line.ticket.clone())));
    join("second", &line.ticket).unwrap();
    assert_eq!(window.invite_ends(), InviteNews::Joined { person: "Ben Ito".to_owned() });
    let Reply::People(page) = window.ask(Request::People) else { panic!() };
    let seen: Vec<(&str, &str, bool)> =
        page.people.iter().map(|one| (&*one.name, &*one.role, one.is_self)).collect();
    assert_eq!(seen, [("Ada Okafor", "Head", true), ("Ben Ito", "Mentor", false)]);
    assert_eq!(page.people[1].devices[0].name, "tablet");
    assert_eq!(page.people[1].devices[0].state, PeerState::Away);
    assert_eq!(page.invite, None);
    runtime.block_on(network.stop());
}

#[test]
fn an_invitation_that_cannot_be_is_refused_with_the_reason() {
    let dir = TempDir::new().unwrap();
    let school = founded(&dir.path().join("head"));
    let mut window = Window::over(&school, None);
    let Reply::Refused(why) = window.ask(invitation("mentor", 10)) else { panic!() };
    assert!(why.starts_with("this window is not on the network"), "{why}");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let network = runtime.block_on(Network::start(&school, loopback())).unwrap();
    let mut window = Window::over(&school, Some(network.clone()));
    for (role, minutes, expected) in [
        ("king", 10, "`king` is not a role; the roles are head, dsl, deputy-dsl, lead"),
        ("mentor", 0, "an invitation lasts from 1 to 1440 minutes"),
        ("mentor", 9_999, "an invitation lasts from 1 to 1440 minutes"),
    ] {
        let Reply::Refused(why) = window.ask(invitation(role, minutes)) else { panic!() };
        assert!(why.starts_with(expected), "{why}");
    }
    let Reply::People(page) = window.ask(Request::People) else { panic!() };
    assert_eq!(page.invite, None, "nothing was opened");
    runtime.block_on(network.stop());
}

#[test]
fn a_window_is_remembered_on_its_device() {
    let dir = TempDir::new().unwrap();
    let home = dir.path().join("head");
    assert!(!School::is_home(&home).unwrap());
    let school = founded(&home);
    assert_eq!(School::kept_face(&home).unwrap(), None);
    let mut window = Window::over(&school, None);
    for text in ["{\"zoom\":1.0}", "{\"zoom\":2.0}"] {
        assert!(matches!(window.ask(Request::Keep(text.to_owned())), Reply::Done));
        assert_eq!(School::kept_face(&home).unwrap().as_deref(), Some(text));
    }
    let large = window.ask(Request::Keep("x".repeat(300_000)));
    assert!(matches!(large, Reply::Refused(_)), "too large to be settings");
    assert_eq!(School::kept_face(&home).unwrap().as_deref(), Some("{\"zoom\":2.0}"));
    let Reply::Home(line) = window.ask(Request::Home) else { panic!() };
    assert_eq!((line.folder.clone(), line.is_protected), (home, false));
    assert!(line.bytes > 10_000, "{} bytes", line.bytes);
}
