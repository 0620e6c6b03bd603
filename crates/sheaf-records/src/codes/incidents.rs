//! Code lists about incidents.

use super::{Code, CodeList, HOUSE, ListId, code};

pub(super) static CATEGORY: CodeList = CodeList {
    id: ListId::IncidentCategory,
    title: "What happened",
    source: "After the behaviour types that SIMS schools commonly use; a school adds to it",
    codes: CATEGORIES,
};

const CATEGORIES: &[Code] = &[
    code("disruption", "Disruption"),
    code("defiance", "Defiance"),
    code("insolence", "Insolence"),
    code("verbal_abuse", "Verbal abuse"),
    code("swearing", "Swearing"),
    code("no_homework", "Homework not done"),
    code("no_equipment", "No equipment"),
    code("uniform", "Uniform"),
    code("mobile_phone", "Mobile phone"),
    code("late_to_lesson", "Late to lesson"),
    code("late_to_school", "Late to school"),
    code("truancy", "Truancy"),
    code("out_of_lesson", "Out of lesson without leave"),
    code("missed_detention", "Missed detention"),
    code("fighting", "Fighting"),
    code("assault_pupil", "Assault on a pupil"),
    code("assault_adult", "Assault on an adult"),
    code("bullying", "Bullying"),
    code("racist", "Racist incident"),
    code("homophobic", "Homophobic, biphobic or transphobic incident"),
    code("sexual", "Sexual harassment"),
    code("damage", "Damage"),
    code("theft", "Theft"),
    code("smoking", "Smoking or vaping"),
    code("illicit_substance", "Illicit substance"),
    code("unsafe", "Dangerous behaviour"),
    code("online", "Online behaviour"),
    code("other", "Other"),
];

pub(super) static ROLE: CodeList = CodeList {
    id: ListId::IncidentRole,
    title: "Part in an incident",
    source: "As in MyPortal: aggressor, participant, witness, target",
    codes: &[
        code("aggressor", "Aggressor"),
        code("participant", "Participant"),
        code("witness", "Witness"),
        code("target", "Target"),
    ],
};

pub(super) static OUTCOME: CodeList = CodeList {
    id: ListId::IncidentOutcome,
    title: "What followed for a pupil",
    source: "After the outcomes that SIMS schools commonly use; a school adds to it",
    codes: &[
        code("none", "No further action"),
        code("talked_to", "Talked to"),
        code("cooling_off", "Cooling-off period"),
        code("apology", "Apology"),
        code("restorative", "Restorative conversation"),
        code("break_detention", "Break detention"),
        code("lunch_detention", "Lunch detention"),
        code("after_school_detention", "After-school detention"),
        code("report_card", "Report card"),
        code("head_of_year", "Referred to head of year"),
        code("reflection_room", "Reflection room"),
        code("letter_home", "Letter home"),
        code("parents_in", "Parents invited"),
        code("suspension", "Suspension"),
        code("supported", "Supported"),
    ],
};

pub(super) static STATUS: CodeList = CodeList {
    id: ListId::IncidentStatus,
    title: "Where an incident stands",
    source: "As in MyPortal: unresolved, resolved, further intervention, review in weeks",
    codes: &[
        code("unresolved", "Unresolved"),
        code("resolved", "Resolved"),
        code("further_intervention", "Further intervention required"),
        code("review_1_week", "Review in 1 week"),
        code("review_2_weeks", "Review in 2 weeks"),
        code("review_3_weeks", "Review in 3 weeks"),
        code("review_6_weeks", "Review in 6 weeks"),
    ],
};

pub(super) static LOCATION: CodeList = CodeList {
    id: ListId::Location,
    title: "Places",
    source: HOUSE,
    codes: &[
        code("classroom", "Classroom"),
        code("corridor", "Corridor"),
        code("stairs", "Stairs"),
        code("canteen", "Canteen"),
        code("playground", "Playground"),
        code("field", "Field"),
        code("gate", "School gate"),
        code("hall", "Hall"),
        code("gym", "Sports hall or gym"),
        code("changing_room", "Changing room"),
        code("toilets", "Toilets"),
        code("library", "Library"),
        code("reception", "Reception"),
        code("reflection_room", "Reflection room"),
        code("bus", "Bus or bus stop"),
        code("off_site", "Off site"),
        code("online", "Online"),
    ],
};

pub(super) static ACTION_TAKEN: CodeList = CodeList {
    id: ListId::ActionTaken,
    title: "What was done at once",
    source: HOUSE,
    codes: &[
        code("none", "Nothing yet"),
        code("reminder", "Reminder of the rule"),
        code("warning", "Warning"),
        code("moved_seat", "Moved seat"),
        code("sent_outside", "Time outside the room"),
        code("parked", "Parked in another lesson"),
        code("on_call", "On call sent for"),
        code("removed", "Removed from the lesson"),
        code("separated", "Pupils separated"),
        code("confiscated", "Item confiscated"),
        code("first_aid", "First aid"),
        code("calm_space", "Time in a calm space"),
    ],
};

pub(super) static HOME_TOLD: CodeList = CodeList {
    id: ListId::HomeTold,
    title: "Whether home knows",
    source: HOUSE,
    codes: &[
        code("told", "Told"),
        code("not_yet", "Not yet told"),
        code("not_needed", "Need not be told"),
    ],
};

pub(super) static CONTACT_METHOD: CodeList = CodeList {
    id: ListId::ContactMethod,
    title: "By what means",
    source: HOUSE,
    codes: &[
        code("phone", "Phone"),
        code("email", "Email"),
        code("text", "Text message"),
        code("letter", "Letter"),
        code("in_person", "In person"),
        code("app", "Parents' app"),
    ],
};
