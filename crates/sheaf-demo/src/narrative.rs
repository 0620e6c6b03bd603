//! Short notes as staff write them: facts, names, what was done.

use crate::draw::Draw;

/// What a note needs to know.
pub(crate) struct Scene<'a> {
    pub(crate) pupil: &'a str,
    /// Another pupil with a part in it.
    pub(crate) other: Option<&'a str>,
    pub(crate) place: &'static str,
}

/// What happened, by category. `{p}` is the pupil, `{q}` the other one, `{l}` the place.
const EVENTS: &[(&str, &[&str])] = &[
    (
        "disruption",
        &[
            "{p} called out over the explanation four times and carried on after a reminder.",
            "{p} and {q} kept talking across the room during silent reading.",
            "{p} was tapping, humming and turning round throughout the starter.",
            "{p} threw a screwed-up worksheet across the room; the class lost its thread.",
            "Lesson stopped twice because {p} was up and out of the seat {l}.",
            "{p} made animal noises while others were presenting.",
            "Constant low-level chatter from {p}; moved once, no change.",
            "{p} swung on the chair, fell, and played it for laughs for ten minutes.",
        ],
    ),
    (
        "defiance",
        &[
            "{p} was asked three times to move seats and said no each time.",
            "{p} would not hand over the planner and walked off while being spoken to.",
            "{p} refused to start the task, head on the desk, said it was pointless.",
            "Asked to line up {l}; {p} turned round and went the other way.",
            "{p} put the hood back up each time after being asked to take it down.",
            "{p} refused to go to the parked lesson and stood in the doorway.",
        ],
    ),
    (
        "insolence",
        &[
            "{p} answered back when reminded about the task and laughed at the reply.",
            "{p} mimicked the cover teacher in front of the class.",
            "{p} rolled eyes, said \"whatever\" and turned to {q} to carry on talking.",
            "{p} told a lunchtime supervisor that they were \"not even a proper teacher\".",
            "{p} argued each point of the seating plan in front of everyone.",
        ],
    ),
    (
        "verbal_abuse",
        &[
            "{p} shouted insults at {q} {l} after a disagreement over a seat.",
            "{p} called {q} names about their family; {q} was upset and came to find an adult.",
            "Raised voices {l}: {p} was screaming at {q} from close up.",
            "{p} made a threat to {q} (\"wait till after school\"). Both spoken to apart.",
        ],
    ),
    (
        "swearing",
        &[
            "{p} swore loudly {l} when someone bumped into them.",
            "{p} swore under the breath {l} when corrected.",
            "Heard {p} swearing at friends {l}; corrected and apologised.",
            "{p} swore at being asked to hurry up.",
        ],
    ),
    (
        "no_homework",
        &[
            "No homework from {p} for the second week running.",
            "{p} handed in a blank sheet; says it was not on the app.",
            "Homework not done. {p} says there was no time because of looking after siblings.",
        ],
    ),
    (
        "no_equipment",
        &[
            "{p} had no pen, book or calculator again.",
            "{p} came without PE kit and would not borrow any.",
            "No bag at all today: {p} says it is at dad's.",
        ],
    ),
    (
        "uniform",
        &[
            "{p} in trainers without a note.",
            "{p} wore a hoodie under the blazer and would not take it off {l}.",
            "Nails and earrings: {p} given until tomorrow.",
        ],
    ),
    (
        "mobile_phone",
        &[
            "Phone out {l}; {p} handed it in after a second request.",
            "{p} was filming {l}. Phone in the office for collection by home.",
            "{p}'s phone went off {l} for the second time this week.",
            "{p} was messaging {l} and denied it.",
        ],
    ),
    (
        "late_to_lesson",
        &[
            "{p} came eight minutes late without a note, smelling of crisps.",
            "{p} and {q} came in late together, laughing, and disturbed the start.",
            "{p} arrived twelve minutes after the bell; had been seen with friends on the way.",
        ],
    ),
    (
        "late_to_school",
        &[
            "{p} came through the gate at 09:05; bus again.",
            "{p} late for the third time this week. Says the alarm did not go off.",
        ],
    ),
    (
        "truancy",
        &[
            "{p} was marked present in registration and missing from this lesson; found {l}.",
            "{p} left through the side gate at the change of lessons and came back at lunch.",
            "{p} spent the whole period in the toilets with {q}.",
        ],
    ),
    (
        "out_of_lesson",
        &[
            "Found {p} wandering {l} without a pass.",
            "{p} had asked for the toilet twenty minutes before; was with {q} {l}.",
            "{p} walked out of the lesson when asked to redo the page.",
        ],
    ),
    (
        "missed_detention",
        &[
            "{p} did not come to yesterday's detention and had no reason.",
            "{p} left detention after five minutes.",
        ],
    ),
    (
        "fighting",
        &[
            "{p} and {q} fought {l}: pushing first, then punches. Two staff separated them.",
            "Argument over a football turned into a fight between {p} and {q} {l}.",
            "{p} and {q} were wrestling {l}; it began as play and {p} lost their temper.",
            "A crowd gathered {l} round {p} and {q}. {q} has a split lip, seen by first aid.",
        ],
    ),
    (
        "assault_pupil",
        &[
            "{p} punched {q} on the arm {l} without any build-up that staff saw.",
            "{p} kicked {q} from behind in the queue.",
            "{p} pushed {q} down two steps. {q} checked by first aid, bruised knee.",
            "{p} grabbed {q} by the collar {l} and let go when told.",
        ],
    ),
    (
        "assault_adult",
        &[
            "{p} pushed past the adult in the doorway, shoulder to shoulder, to get out.",
            "{p} threw a book that hit a member of staff on the arm.",
        ],
    ),
    (
        "bullying",
        &[
            "{q} says that {p} has been calling them names every day {l} for two weeks.",
            "{p} hid {q}'s bag for the third time and got others to laugh.",
            "{p} has been keeping {q} out of the group and telling others not to sit with them.",
        ],
    ),
    (
        "racist",
        &[
            "{p} used a racist word to {q} {l}. Two witnesses.",
            "{p} mocked {q}'s accent in front of the class, more than once.",
        ],
    ),
    (
        "homophobic",
        &[
            "{p} used \"gay\" as an insult to {q}, loudly, and repeated it.",
            "{p} shouted a homophobic word across to {q} {l}.",
        ],
    ),
    (
        "sexual",
        &["{p} made a sexual comment about {q} {l}. {q} did not want to be in the same room."],
    ),
    (
        "damage",
        &[
            "{p} kicked a bin over {l}; the lid is broken.",
            "{p} scratched a name into the paint {l}.",
            "{p} pulled at a fitting {l} until it came off.",
        ],
    ),
    (
        "theft",
        &["{q}'s earphones were found in {p}'s blazer.", "{p} took two drinks without paying {l}."],
    ),
    (
        "smoking",
        &[
            "{p} was seen {l} in a cloud of vapour and handed over the vape.",
            "{p} and {q} were vaping {l}.",
        ],
    ),
    ("illicit_substance", &["Strong smell of cannabis on {p} after lunch. Seen by the DSL."]),
    (
        "unsafe",
        &[
            "{p} threw a full bottle {l}; nobody hurt, but close.",
            "{p} climbed on the furniture {l} to get a ball.",
            "{p} ran {l} and knocked someone over.",
            "{p} was swinging a bag round {l} and caught {q} on the arm.",
        ],
    ),
    ("online", &["{p} posted a photo of {q} in a group chat and comments followed overnight."]),
];

/// What happened, of any other category.
const OTHER_EVENTS: &[&str] =
    &["{p}: see the note in the planner.", "{p} was spoken to {l} about conduct."];

fn events(category: &str) -> &'static [&'static str] {
    let known = EVENTS.iter().find(|(name, _)| *name == category);
    known.map_or(OTHER_EVENTS, |(_, events)| events)
}

const OPENINGS: [&str; 10] = [
    "",
    "",
    "",
    "",
    "Third time this week. ",
    "Second incident today. ",
    "A good start, then: ",
    "Just before the bell. ",
    "Unusual, normally fine. ",
    "Reported by two staff. ",
];

/// How it ended, by what was done at once.
fn endings(action: &str) -> &'static [&'static str] {
    match action {
        "reminder" => &["Reminded of the rule.", "Quiet word, settled.", "Reminder given."],
        "warning" => &["Formal warning given.", "Second warning.", "Warned; better afterwards."],
        "moved_seat" => &["Moved to the front.", "Moved seat, some improvement."],
        "sent_outside" => &["Five minutes outside, then back in.", "Cooled off in the corridor."],
        "parked" => &["Parked next door for the rest.", "Went to the parking room with work."],
        "on_call" => &["On call came within minutes.", "On call sent for and took them."],
        "removed" => &["Removed from the lesson.", "Taken out; would not say why."],
        "separated" => &["Separated; both calm after ten minutes.", "Kept apart since."],
        "confiscated" => &["Item in the office.", "Handed in without fuss."],
        "first_aid" => &["Seen by first aid.", "First aid, ice pack, home told."],
        "calm_space" => &["Took time in the calm space.", "Came back when ready."],
        _ => &["", "To be followed up.", "Will speak to them tomorrow."],
    }
}

const AFTERTHOUGHTS: [&str; 14] = [
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "Tired and hungry today, I think.",
    "Has been worse since the seating plan changed.",
    "Apologised at the end without being asked.",
    "Would not talk about it.",
    "Friendship group has fallen out this week.",
    "Please do not raise it in front of the class.",
    "Did well for the rest of the lesson.",
];

/// Writes the note of an incident.
pub(crate) fn incident_note(
    draw: &mut Draw,
    category: &str,
    action: &str,
    scene: &Scene,
) -> String {
    let all = events(category);
    let alone: Vec<&str> = all.iter().copied().filter(|text| !text.contains("{q}")).collect();
    let event = match scene.other {
        Some(_) => draw.pick(all),
        None if alone.is_empty() => "{p} was involved; see the statement.",
        None => draw.pick(&alone),
    };
    let mut note = String::with_capacity(200);
    note.push_str(draw.pick(&OPENINGS));
    note.push_str(event);
    for part in [draw.pick(endings(action)), draw.pick(&AFTERTHOUGHTS)] {
        if !part.is_empty() {
            note.push(' ');
            note.push_str(part);
        }
    }
    note.replace("{p}", scene.pupil)
        .replace("{q}", scene.other.unwrap_or("another pupil"))
        .replace("{l}", scene.place)
}

const REFLECTIONS: [&str; 16] = [
    "I should have moved when I was asked the first time. I will sit at the front tomorrow.",
    "I was angry about something from lunch and took it out on Miss.",
    "I got distracted by my friends. Next time I will ask to move.",
    "It was not only me but I did shout. I will say sorry.",
    "I do not think it was fair but I know I should not have walked out.",
    "I was messing about because I did not get the work. I can put my hand up instead.",
    "I pushed him because he said something about my mum. Next time I will tell someone.",
    "I had my phone out. It will stay in my bag.",
    "I want to go back to science because we are doing the practical.",
    "People were laughing so I carried on. I affected everyone's learning.",
    "I was tired. I am going to bed earlier this week.",
    "I feel better after talking about it.",
    "I swore. I did not mean it at her. I will write a letter.",
    "I know why I am here. I would like to talk to my mentor on Monday.",
    "I kept arguing. Next time I will take the warning and talk after the lesson.",
    "I do not want to write anything today.",
];

const FOLLOW_UPS: [&str; 12] = [
    "Phone home about it",
    "Restorative conversation with both pupils",
    "Check in with form tutor",
    "Look at the seating plan",
    "Ask SENCO about support in this lesson",
    "Collect statements from witnesses",
    "Meet parents",
    "Add to the report card",
    "Speak to head of year",
    "Review after one week",
    "Return the confiscated item to home",
    "Talk to the pupil about friendship group",
];

/// What a pupil writes in the reflection room.
pub(crate) fn reflection(draw: &mut Draw) -> &'static str {
    draw.pick(&REFLECTIONS)
}

/// What is still to be done.
pub(crate) fn follow_up(draw: &mut Draw) -> &'static str {
    draw.pick(&FOLLOW_UPS)
}
