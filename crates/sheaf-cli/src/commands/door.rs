//! The window's door: what makes, joins or unlocks a school while the window stays free.

use std::net::{AddrParseError, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread;

use anyhow::{Context, Result};
use jiff::civil::Date;
use sheaf_school::{
    Clock, DemoOptions, Founding, JoinPass, Joining, Listen, Passphrase, Protection, Restoring,
    Role, SLOT_PORT, School, SchoolError, demo_home,
};
use sheaf_workbench::{
    Behind, Connect, Door, DoorField, DoorNotice, DoorRequest, JoinForm, RestoreForm, Wake,
};
use tokio::runtime::Handle;

use crate::{output, session};

/// Notices that wait for the window to draw.
const MAX_NOTICES: usize = 256;
/// How many years back an invented school goes.
const INVENTED_YEARS: u32 = 2;

/// Opens the desk of a school for the window, and its network.
pub type Opens = Box<dyn FnOnce(School) -> Result<Connect> + Send>;

/// Who stands behind the door.
pub struct Doorman {
    /// The folder of the school.
    pub home: PathBuf,
    /// The day taken as today, if one was named.
    pub as_of: Option<Date>,
    /// Where the network runs.
    pub runtime: Handle,
    /// Which networks to use.
    pub listen: Listen,
    /// Opens the desk once there is a school.
    pub opens: Opens,
}

/// A door with the doorman at work in a thread of his own.
pub fn open(doorman: Doorman, behind: Behind, wake: Wake) -> Result<Door> {
    let (send, requests) = channel();
    let (tell, receive) = sync_channel(MAX_NOTICES);
    let teller = Teller { tell, wake };
    let work = move || Work { doorman, teller, school: None }.answer_all(&requests);
    thread::Builder::new().name("sheaf-door".to_owned()).spawn(work).context("no thread left")?;
    // A doorman who has gone has said why before.
    let send = Box::new(move |request| send.send(request).unwrap_or_default());
    Ok(Door { behind, send, receive })
}

struct Teller {
    tell: SyncSender<DoorNotice>,
    wake: Wake,
}

impl Teller {
    fn tell(&self, notice: DoorNotice) {
        // Nobody listens once the window is closed.
        if self.tell.send(notice).is_ok() {
            (self.wake)();
        }
    }
}

struct Work {
    doorman: Doorman,
    teller: Teller,
    /// Founded or restored, and not gone into yet.
    school: Option<School>,
}

/// Why the door stays shut.
struct Refusal {
    field: DoorField,
    why: String,
}

impl From<SchoolError> for Refusal {
    fn from(error: SchoolError) -> Self {
        let field = match error {
            SchoolError::Locked(_) => DoorField::Passphrase,
            SchoolError::NoAnswer { .. } => DoorField::Address,
            SchoolError::Charter(_) => DoorField::Ticket,
            _ => DoorField::Whole,
        };
        Self { field, why: error.to_string() }
    }
}

impl Work {
    fn answer_all(mut self, requests: &Receiver<DoorRequest>) {
        while let Ok(request) = requests.recv() {
            match self.answer(request).and_then(of_a_person) {
                Ok(Some(school)) => return self.go_in(school),
                Ok(None) => {}
                Err(Refusal { field, why }) => {
                    self.teller.tell(DoorNotice::Refused { field, why });
                }
            }
        }
    }

    fn go_in(self, school: School) {
        let Self { doorman, teller, .. } = self;
        // Settings that cannot be read are not worth a shut door.
        let kept = School::kept_face(&doorman.home).ok().flatten();
        let school = session::on_its_day(school, doorman.as_of);
        teller.tell(match (doorman.opens)(school) {
            Ok(connect) => DoorNotice::Open { connect, kept },
            Err(error) => DoorNotice::Refused { field: DoorField::Whole, why: error.to_string() },
        });
    }

    fn clock(&self) -> Clock {
        self.doorman.as_of.map_or_else(Clock::system, Clock::as_of)
    }

    /// The school that is open now, if one is.
    fn answer(&mut self, request: DoorRequest) -> Result<Option<School>, Refusal> {
        match request {
            DoorRequest::Unlock(passphrase) => {
                Ok(Some(School::open(&self.doorman.home, Some(&passphrase), self.clock())?))
            }
            DoorRequest::Invent { pupils } => self.invent(pupils).map(Some),
            DoorRequest::Found { school, person, device, passphrase } => {
                let founding = Founding {
                    home: self.doorman.home.clone(),
                    school,
                    person,
                    device,
                    role: Role::Head,
                    protection: protect(passphrase)?,
                };
                let (school, made) = School::found(&founding, self.clock())?;
                self.school = Some(school);
                let recovery_key = made.recovery_key;
                self.teller.tell(DoorNotice::Founded { recovery_key });
                Ok(None)
            }
            DoorRequest::Join(form) => self.join(form).map(Some),
            DoorRequest::Restore(form) => self.restore(form),
            DoorRequest::Enter => Ok(self.school.take()),
        }
    }

    fn invent(&self, pupils: u32) -> Result<School, Refusal> {
        let home = &self.doorman.home;
        let options =
            DemoOptions { pupils, years: INVENTED_YEARS, seed: 1, devices: 1, plain: false };
        let tell = |words: &str| self.teller.tell(DoorNotice::Progress(words.to_owned()));
        demo_home(home, &options, &tell)?;
        Ok(School::open(home, None, self.clock())?)
    }

    fn restore(&mut self, form: RestoreForm) -> Result<Option<School>, Refusal> {
        if School::is_protected_backup(&form.file).map_err(at(DoorField::File))? {
            let missing = |field, why: &str| Refusal { field, why: why.to_owned() };
            if form.opens.is_none() {
                return Err(missing(DoorField::Opens, "The backup has a passphrase: type it"));
            }
            let protects = form.protects.as_ref();
            let protects = protects.ok_or_else(|| {
                missing(DoorField::Passphrase, "This device needs a passphrase of its own")
            })?;
            protects.check().map_err(at(DoorField::Passphrase))?;
        }
        let RestoreForm { file, opens, protects } = form;
        let restoring = Restoring { file, home: self.doorman.home.clone(), opens, protects };
        let restored = School::restore_home(&restoring, self.clock());
        let (school, restored) = restored.map_err(|error| {
            let of_opens = matches!(error, SchoolError::Locked(_));
            at(if of_opens { DoorField::Opens } else { DoorField::File })(error)
        })?;
        self.school = Some(school);
        let records = output::counted(restored.documents, "record", "records");
        self.teller.tell(DoorNotice::Restored(format!(
            "{} for {}, as it was on {}: {records}. This device goes on in a new log of \
             its own; what it wrote after that day comes back from colleagues",
            restored.school,
            restored.person,
            restored.made_at.replace('T', " at "),
        )));
        Ok(None)
    }

    fn join(&self, form: JoinForm) -> Result<School, Refusal> {
        let pass = form.pass.parse().map_err(|error: <JoinPass as FromStr>::Err| {
            let why = error.to_string();
            Refusal { field: DoorField::Ticket, why }
        })?;
        let joining = Joining {
            home: self.doorman.home.clone(),
            pass,
            person: form.person,
            device: form.device,
            addresses: address(&form.address)?,
            protection: protect(form.passphrase)?,
        };
        let joined = sheaf_school::join(&joining, self.doorman.listen, self.clock());
        let (school, _) = self.doorman.runtime.block_on(joined)?;
        Ok(school)
    }
}

/// A window has nothing to show of a locker's home.
fn of_a_person(school: Option<School>) -> Result<Option<School>, Refusal> {
    school.iter().try_for_each(School::check_reads)?;
    Ok(school)
}

/// The address that was typed, if one was; without a port it is that of every invitation.
fn address(typed: &str) -> Result<Vec<SocketAddr>, Refusal> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    let whole = typed.parse().or_else(|_| Ok(SocketAddr::new(typed.parse()?, SLOT_PORT)));
    let wrong = |_: AddrParseError| Refusal {
        field: DoorField::Address,
        why: "not an address: copy it from the other device, such as 10.4.7.22:47821".to_owned(),
    };
    Ok(vec![whole.map_err(wrong)?])
}

fn protect(passphrase: Passphrase) -> Result<Protection, Refusal> {
    passphrase.check().map_err(at(DoorField::Passphrase))?;
    Ok(Protection::Passphrase(passphrase))
}

/// Says beside which field an error belongs.
fn at(field: DoorField) -> impl Fn(SchoolError) -> Refusal {
    move |error| Refusal { field, why: error.to_string() }
}
