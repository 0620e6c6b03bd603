//! The calendar in a script: what cannot be meant is refused.

use crate::fixture::text_of;

#[test]
fn no_school_days_and_fewer_are_no_period() {
    for verb in ["last_school_days", "next_school_days"] {
        for days in ["0", "-5"] {
            let found = text_of(&format!("cx.calendar.{verb}({days})"));
            let said = format!("`{verb}` takes 1 school day or more, not {days}");
            assert!(found.contains(&said), "{verb}({days}): {found}");
        }
    }
    let period = |verb: &str| text_of(&format!("cx.calendar.{verb}(1).to_string()"));
    assert_eq!(period("last_school_days"), "27 Feb 2026 to 27 Feb 2026");
    assert_eq!(period("next_school_days"), "27 Feb 2026 to 2 Mar 2026");
}
