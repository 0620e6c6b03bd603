//! A small invented school for tests, made of plain records.

use jiff::civil::{Date, date};
use sheaf_records::{Fields, Kind, Record, RecordId, SchoolCalendar};

/// A record of a kind with an id made of a number.
pub fn record(kind: Kind, number: u64) -> Record {
    let mut bytes = [0; 16];
    bytes[0] = kind as u8 + 1;
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    Record { id: RecordId::from_bytes(bytes), kind, fields: Fields::new() }
}

/// A pupil on the roll from one day to another.
pub fn pupil(number: u64, year_group: &str, from: Date, to: Option<Date>) -> Record {
    let mut pupil = record(Kind::Pupil, number);
    spell(&mut pupil, "roll", "C", from, to);
    spell(&mut pupil, "year_group", year_group, from, None);
    pupil
}

/// Adds a spell to a pupil.
pub fn spell(pupil: &mut Record, what: &str, value: &str, from: Date, to: Option<Date>) {
    let key = format!("{:026}", pupil.rows("spells").count());
    pupil.set_row("spells", &key, "what", what);
    pupil.set_row("spells", &key, "value", value);
    pupil.set_row("spells", &key, "from", from);
    if let Some(to) = to {
        pupil.set_row("spells", &key, "to", to);
    }
}

/// A referral of a pupil on a day.
pub fn referral(number: u64, pupil: &Record, day: Date, reason: &str) -> Record {
    let mut stay = record(Kind::RoomStay, number);
    stay.set("pupil", pupil.id);
    stay.set("referred_at", day.at(10, 15, 0, 0));
    stay.set("reason", reason);
    stay
}

/// A caseload whose pupils came onto it on these days.
pub fn caseload(number: u64, pupils: &[(&Record, Date)]) -> Record {
    let mut caseload = record(Kind::Caseload, number);
    for (pupil, opened) in pupils {
        caseload.set_row("pupils", &pupil.id.to_string(), "opened", *opened);
    }
    caseload
}

/// An incident with these pupils and their roles.
pub fn incident(number: u64, day: Date, category: &str, pupils: &[(&Record, &str)]) -> Record {
    let mut incident = record(Kind::Incident, number);
    incident.set("occurred_at", day.at(11, 5, 0, 0));
    incident.set("category", category);
    for (pupil, role) in pupils {
        incident.set_row("participants", &pupil.id.to_string(), "role", *role);
    }
    incident
}

/// An intervention that a pupil is in from a day on, of ten sessions of forty minutes.
pub fn intervention(number: u64, day: Date, pupil: &Record) -> Record {
    let mut run = record(Kind::Intervention, number);
    run.set("type", "mentoring");
    run.set("title", "Mentoring");
    run.set("planned_sessions", 10_i64);
    run.set("session_minutes", 40_i64);
    run.set_row("enrolments", &pupil.id.to_string(), "decided", day);
    run.set_row("enrolments", &pupil.id.to_string(), "start", day);
    run
}

/// A session of half an hour of an intervention.
pub fn session(
    number: u64,
    intervention: u64,
    day: Date,
    pupil: &Record,
    attended: bool,
) -> Record {
    let mut session = record(Kind::InterventionSession, number);
    session.set("intervention", record(Kind::Intervention, intervention).id);
    session.set("date", day);
    session.set("status", "held");
    session.set("minutes", 30_i64);
    session.set_row("pupils", &pupil.id.to_string(), "attended", attended);
    session
}

/// A suspension for disruption from a day on.
pub fn suspension(number: u64, pupil: &Record, day: Date, sessions: i64) -> Record {
    let mut out = record(Kind::Suspension, number);
    out.set("pupil", pupil.id);
    out.set("type", "SUSP");
    out.set("start", day);
    out.set("sessions", sessions);
    out.set_row("reasons", "DB", "rank", 1_i64);
    out
}

/// A positive event of one pupil.
pub fn positive_event(number: u64, day: Date, pupil: &Record, points: i64) -> Record {
    let mut praise = record(Kind::PositiveEvent, number);
    praise.set("occurred_at", day.at(11, 5, 0, 0));
    praise.set("type", "kindness");
    praise.set_row("pupils", &pupil.id.to_string(), "points", points);
    praise
}

/// A detention of a pupil that was missed.
pub fn detention(number: u64, day: Date, pupil: &Record) -> Record {
    let mut detention = record(Kind::Detention, number);
    detention.set("pupil", pupil.id);
    detention.set("starts_at", day.at(15, 5, 0, 0));
    detention.set("type", "after_school");
    detention.set("reason", "no_homework");
    detention.set("status", "not_attended");
    detention
}

/// A call-out about a pupil, answered after some minutes.
pub fn call_out(number: u64, day: Date, pupil: &Record, minutes: i8) -> Record {
    let mut call = record(Kind::CallOut, number);
    call.set("raised_at", day.at(10, 15, 0, 0));
    call.set("arrived_at", day.at(10, 15 + minutes, 0, 0));
    call.set("reason", "disruption");
    call.set_row("pupils", &pupil.id.to_string(), "outcome", "walked");
    call
}

/// What a teacher's answers about a pupil come to.
pub fn score(number: u64, day: Date, pupil: &Record, total: i64) -> Record {
    let mut score = record(Kind::Score, number);
    score.set("pupil", pupil.id);
    score.set("date", day);
    score.set("measure", "sdq");
    score.set("informant", "teacher");
    score.set_row("totals", "total", "score", total);
    score.set_row("totals", "prosocial", "score", 6_i64);
    score
}

/// A plan of a pupil from a day on, with one target that was met and one that was not.
pub fn plan(number: u64, day: Date, pupil: &Record) -> Record {
    let mut plan = record(Kind::Plan, number);
    plan.set("pupil", pupil.id);
    plan.set("type", "pastoral_support");
    plan.set("start", day);
    for (at, met) in ["met", "not_met"].into_iter().enumerate() {
        plan.set_row("targets", &format!("{at:026}"), "met", met);
    }
    plan
}

/// The first half-term of a pupil's attendance in 2024/25, with these marks by day, column, code.
pub fn attendance(number: u64, pupil: &Record, marks: &[(Date, &str, &str)]) -> Record {
    let mut attendance = record(Kind::Attendance, number);
    attendance.set("pupil", pupil.id);
    attendance.set("year", "2024/25");
    attendance.set("half_term", "autumn_1");
    for (day, column, code) in marks {
        attendance.set_row("marks", &day.to_string(), column, *code);
    }
    attendance
}

/// The constructed school of `testdata`: 120 pupils, 186 referrals.
pub fn constructed() -> Vec<Record> {
    let lines = |text: &'static str| text.lines().skip(1).map(|line| line.split(',').collect());
    let mut pupils = Vec::new();
    for cells in lines(include_str!("../testdata/pupils.csv")) {
        let cells: Vec<&str> = cells;
        let (from, to) = (cells[3].parse().unwrap(), cells[4].parse().unwrap());
        let mut one = pupil(cells[0].parse().unwrap(), cells[1], from, Some(to));
        spell(&mut one, "free_meals", cells[2], from, None);
        pupils.push(one);
    }
    let mut records = Vec::new();
    for cells in lines(include_str!("../testdata/incidents.csv")) {
        let cells: Vec<&str> = cells;
        let who: usize = cells[1].parse().unwrap();
        let day = cells[2].parse().unwrap();
        records.push(referral(cells[0].parse().unwrap(), &pupils[who - 1], day, cells[4]));
    }
    records.extend(pupils);
    records
}

/// The calendars of 2023/24 and 2024/25; the second is that of the published school-day case, with
/// its INSET days, its closure and the bank holidays of England.
pub fn calendars() -> [Record; 2] {
    let mut first = year(1, "2023/24", date(2023, 9, 1), date(2024, 7, 23));
    for (code, from, to) in [
        ("autumn_1", date(2023, 9, 4), date(2023, 10, 20)),
        ("autumn_2", date(2023, 10, 30), date(2023, 12, 15)),
        ("spring_1", date(2024, 1, 8), date(2024, 2, 9)),
        ("spring_2", date(2024, 2, 19), date(2024, 3, 28)),
        ("summer_1", date(2024, 4, 15), date(2024, 5, 24)),
        ("summer_2", date(2024, 6, 3), date(2024, 7, 23)),
    ] {
        first.set_row("terms", code, "from", from);
        first.set_row("terms", code, "to", to);
    }
    let mut second = year(2, "2024/25", date(2024, 9, 1), date(2025, 7, 22));
    for (code, from, to) in [
        ("autumn_1", date(2024, 9, 2), date(2024, 10, 25)),
        ("autumn_2", date(2024, 11, 4), date(2024, 12, 20)),
        ("spring_1", date(2025, 1, 6), date(2025, 2, 14)),
        ("spring_2", date(2025, 2, 24), date(2025, 4, 4)),
        ("summer_1", date(2025, 4, 22), date(2025, 5, 23)),
        ("summer_2", date(2025, 6, 2), date(2025, 7, 22)),
    ] {
        second.set_row("terms", code, "from", from);
        second.set_row("terms", code, "to", to);
    }
    for day in ["2024-09-02", "2024-11-04", "2025-01-06", "2025-06-02", "2025-07-22"] {
        second.set_row("inset", day, "title", "INSET");
    }
    for day in ["2025-01-08", "2024-12-25", "2025-04-21", "2025-05-05", "2025-05-26"] {
        second.set_row("closures", day, "title", "closed");
    }
    second.set_row("periods", "P1", "title", "Period 1");
    second.set_row("periods", "P1", "order", 1_i64);
    second.set_row("periods", "P1", "kind", "lesson");
    second.set_row("periods", "P1", "starts", "09:00");
    second.set_row("periods", "P1", "ends", "10:00");
    [first, second]
}

fn year(number: u64, name: &str, from: Date, to: Date) -> Record {
    let mut year = record(Kind::Calendar, number);
    year.set("year", name);
    year.set("from", from);
    year.set("to", to);
    year
}

/// Both years as a calendar.
pub fn calendar() -> SchoolCalendar {
    SchoolCalendar::new(&calendars()).unwrap()
}

/// A seeded stream of numbers (SplitMix64).
pub struct Random(pub u64);

impl Random {
    /// The next number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }

    /// One of these values.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        *self.one_of(from)
    }

    /// One of these.
    pub fn one_of<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }
}
