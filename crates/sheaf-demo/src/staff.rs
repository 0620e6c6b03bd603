//! The staff: who works here, in which job, and how readily each of them writes things down.

use sheaf_records::{Kind, Record, RecordId};

use crate::draw::Draw;
use crate::names::{Sex, draw_name};

/// A member of staff.
pub(crate) struct Adult {
    pub(crate) id: RecordId,
    pub(crate) role: &'static str,
    /// `Ms Okafor`: how notes name them.
    pub(crate) called: String,
    /// How often they report, relative to others.
    pub(crate) reports: f64,
    pub(crate) record: Record,
}

/// The jobs that every school has, however small: role, title, how many.
const JOBS: [(&str, &str, usize); 9] = [
    ("head", "Headteacher", 1),
    ("dsl", "Assistant head and designated safeguarding lead", 1),
    ("senior_leader", "Deputy headteacher", 2),
    ("deputy_dsl", "Deputy designated safeguarding lead", 2),
    ("senco", "SENCO", 1),
    ("pastoral_lead", "Head of year", 5),
    ("mentor", "Behaviour mentor", 4),
    ("office", "Attendance and pastoral officer", 2),
    ("teaching_assistant", "Teaching assistant", 6),
];

const SUBJECTS: [&str; 12] = [
    "English",
    "mathematics",
    "science",
    "history",
    "geography",
    "French",
    "Spanish",
    "art",
    "music",
    "drama",
    "computing",
    "physical education",
];

/// The fewest teachers, and how many pupils there are for each of the rest.
const FEWEST_TEACHERS: usize = 8;
const PUPILS_A_TEACHER: usize = 18;

/// How unequally staff report: the shape of a gamma distribution.
const REPORTING_SHAPE: f64 = 1.2;

pub(crate) fn draw_staff(draw: &mut Draw, pupils: u32) -> Vec<Adult> {
    let mut staff = Vec::new();
    for (role, title, count) in JOBS {
        for _ in 0..count {
            staff.push(draw_adult(draw, role, title.to_owned()));
        }
    }
    let teachers = usize::try_from(pupils).unwrap_or(0) / PUPILS_A_TEACHER;
    for _ in 0..teachers.max(FEWEST_TEACHERS) {
        let title = format!("Teacher of {}", draw.pick(&SUBJECTS));
        staff.push(draw_adult(draw, "teacher", title));
    }
    give_codes(&mut staff);
    staff
}

fn draw_adult(draw: &mut Draw, role: &'static str, title: String) -> Adult {
    let sex = if draw.chance(0.64) { Sex::Female } else { Sex::Male };
    let name = draw_name(draw, sex);
    let mut record = Record { id: draw.id(), kind: Kind::Staff, fields: Default::default() };
    record.set("forename", name.forename);
    record.set("surname", name.surname);
    record.set("job_title", title);
    record.set("role", role);
    record.set("active", true);
    let address = match sex {
        Sex::Female => draw.pick(&["Ms", "Miss", "Mrs"]),
        Sex::Male => "Mr",
    };
    let weight = match role {
        "head" => 0.2,
        "office" => 0.3,
        "mentor" | "pastoral_lead" => 2.0,
        _ => 1.0,
    };
    Adult {
        id: record.id,
        role,
        called: format!("{address} {}", name.surname),
        reports: weight * draw.gamma(REPORTING_SHAPE),
        record,
    }
}

/// Staff codes as timetables have them: initial and two letters, numbered where two would agree.
fn give_codes(staff: &mut [Adult]) {
    let mut given = std::collections::BTreeMap::<String, u32>::new();
    for adult in staff {
        let letters = |name: &str, count| {
            let text = adult.record.text(name).unwrap_or_default();
            text.chars().filter(|c| c.is_alphabetic()).take(count).collect::<String>()
        };
        let code = format!("{}{}", letters("forename", 1), letters("surname", 2)).to_uppercase();
        let times = given.entry(code.clone()).or_default();
        *times += 1;
        let code = if *times == 1 { code } else { format!("{code}{times}") };
        adult.record.set("staff_code", code);
    }
}
