//! Waits in a script: by hand, and what is wrong with a question.

use crate::fixture::text_of;

/// Twelve calls of ten pupils, answered after 2 to 13 minutes: 4 within five.
#[test]
fn the_share_within_some_minutes_is_that_of_the_curve() {
    let waits = "cx.call_outs.waits(#{ came: \"to_arrive\" })";
    let curve = |asked: &str| {
        format!(
            "{{ let w = {waits}; stats::kaplan_meier(w.time, w.came, #{{ cluster: w.unit \
             }}).{asked} }}"
        )
    };
    assert_eq!(text_of(&curve("failure_at(5).events")), "4");
    // After three of twelve calls, a quarter, fewer than ten are followed.
    assert_eq!(text_of(&curve("time_by(0.25)")), "4.0");
    assert_eq!(text_of(&curve("time_by(0.26)")), "not known");
    assert!(text_of(&curve("time_by(1.5)")).contains("between 0 and 1"));
    let early = "cx.call_outs.filter(col(\"to_arrive\") <= 4).waits(#{ came: \"to_arrive\" })";
    assert_eq!(text_of(&format!("{early}.len")), "hidden");
}

#[test]
fn questions_that_cannot_be_answered_say_why() {
    for (asked, said) in [
        ("waits(#{})", "`waits` needs `came`"),
        ("waits(#{ came: \"to_arive\" })", "did you mean `to_arrive`?"),
        ("waits(#{ came: \"reason\" })", "whole numbers"),
        ("waits(#{ came: \"to_arrive\" }).times", "did you mean `time`?"),
        ("waits(#{ came: \"to_arrive\", sen: [] })", "did you mean `seen`?"),
    ] {
        let found = text_of(&format!("cx.call_outs.{asked}"));
        assert!(found.contains(said), "{asked}: {found}");
    }
}
