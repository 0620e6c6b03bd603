//! Code lists about wellbeing measures and other scales.

use super::{CodeList, HOUSE, ListId, code};

pub(super) static MEASURE: CodeList = CodeList {
    id: ListId::Measure,
    title: "Measures",
    source: "Measures met in schools in England, by name alone; each has a licence of its own",
    codes: &[
        code("sdq", "Strengths and Difficulties Questionnaire (SDQ)"),
        code("swemwbs", "Short Warwick-Edinburgh Mental Wellbeing Scale (SWEMWBS)"),
        code("boxall", "Boxall Profile"),
        code("behaviour_for_learning", "Behaviour for learning"),
        code("daily_points", "Check-in, check-out points"),
        code("own", "Our own scale"),
    ],
};

pub(super) static SCALE: CodeList = CodeList {
    id: ListId::ScoreScale,
    title: "Scales",
    source: "The scales of those measures",
    codes: &[
        code("total", "Total"),
        code("emotional", "Emotional (SDQ)"),
        code("conduct", "Conduct (SDQ)"),
        code("hyperactivity", "Hyperactivity (SDQ)"),
        code("peer", "Peer (SDQ)"),
        code("prosocial", "Prosocial (SDQ)"),
        code("developmental", "Developmental strands (Boxall)"),
        code("diagnostic", "Diagnostic profile (Boxall)"),
    ],
};

pub(super) static INFORMANT: CodeList = CodeList {
    id: ListId::Informant,
    title: "Who answered",
    source: HOUSE,
    codes: &[
        code("pupil", "Pupil"),
        code("teacher", "Teacher or other staff"),
        code("home", "Parent or carer"),
    ],
};

pub(super) static OCCASION: CodeList = CodeList {
    id: ListId::ScoreOccasion,
    title: "When a measure was taken",
    source: HOUSE,
    codes: &[
        code("screening", "Screening"),
        code("before", "Before support"),
        code("during", "During support"),
        code("after", "After support"),
        code("follow_up", "Some time after support"),
    ],
};
