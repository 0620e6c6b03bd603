//! Floats as the texts of a report have them: few digits, and none that is no number.

use rhai::{Array, Dynamic, Engine};

use crate::estimate::{CLOSE, OPEN};
use crate::fault::fault;
use crate::registry::Answer;

/// The digits that a float has in a text.
const DIGITS: usize = 4;

/// From here on all of those digits stand before the point, and none of these is rounded away.
const WHOLE: f64 = 1000.0;

/// What marks a float that is no number until the text is shown, or refused.
const NO_NUMBER: char = 'n';

/// Takes the place of how the engine makes a text of a float. What a script prints or evaluates
/// keeps all its digits: this is for the engine of a run.
pub fn register(engine: &mut Engine) {
    engine.register_fn("to_string", in_text).register_fn("to_debug", in_text);
}

/// A float as a text has it.
pub fn in_text(value: f64) -> String {
    if !value.is_finite() {
        return format!("{OPEN}{NO_NUMBER}{value}{CLOSE}");
    }
    let after_first = DIGITS - 1;
    let rounded = match value.abs() >= WHOLE {
        true => value.round(),
        false => format!("{value:.after_first$e}").parse().unwrap_or(value),
    };
    Dynamic::from_float(rounded).to_string()
}

/// What stands for a float that is no number where a text is only looked at, as in print.
pub fn no_number(mark: &str) -> Option<&str> {
    mark.strip_prefix(NO_NUMBER)
}

/// A text of a report.
///
/// # Errors
/// A float in it is no number.
pub fn checked(text: &str) -> Answer<String> {
    let mark = text.split_once(&format!("{OPEN}{NO_NUMBER}"));
    let Some((found, _)) = mark.and_then(|(_, after)| after.split_once(CLOSE)) else {
        return Ok(text.to_owned());
    };
    Err(fault(format!(
        "{found} in a text is no number: an empty denominator is refused, so divide with \
         `rate(n, exposure)` or `ratio(a, b)`, or look whether there is anything to divide by"
    )))
}

/// Several texts of a report, where each may be a value of another kind.
///
/// # Errors
/// As [`checked`].
pub fn checked_all(items: &Array) -> Answer<Vec<String>> {
    let text = |item: &Dynamic| item.as_float().map_or_else(|_| item.to_string(), in_text);
    items.iter().map(|item| checked(&text(item))).collect()
}

#[cfg(test)]
mod tests {
    use crate::fixture::{run, text_of};
    use crate::host::Host;

    #[test]
    fn a_float_has_four_digits_in_a_text_and_all_of_them_elsewhere() {
        for (asked, said) in [
            ("1.0 / 3.0", "0.3333"),
            ("0.1 + 0.2", "0.3"),
            ("2.0", "2.0"),
            ("-12.3456", "-12.35"),
            ("123456.7", "123457.0"),
            ("0.000123456", "0.0001235"),
            ("[1.0 / 3.0, 2]", "[0.3333, 2]"),
            ("\"about \" + 2.0 / 3.0", "about 0.6667"),
        ] {
            assert_eq!(text_of(asked), said, "{asked}");
        }
        let script = "`${1.0 / 3.0}`";
        let whole = Host::new().eval(script, &[], &sheaf_analytics::Budget::default()).unwrap();
        assert_eq!(whole, "0.3333333333333333");
    }

    #[test]
    fn no_text_of_a_report_takes_what_is_no_number() {
        for body in [
            "report(`${0.0 / 0.0}`)",
            "report(\"t\").caveat(`${1.0 / 0.0}`)",
            "report(\"t\").refuse(`Only ${-1.0 / 0.0}`)",
            "report(\"t\").finding(#{ text: `${0.0 / 0.0} of all` })",
            "report(\"t\").finding(#{ text: \"It is so\", why: `${0.0 / 0.0}` })",
            "report(\"t\").finding(#{ text: \"It is so\", caveats: [0.0 / 0.0] })",
            "report(\"t\").row(`${0.0 / 0.0}`, stats::wilson(8, 20))",
            "report(\"t\").chart(chart(\"line\").title(`${0.0 / 0.0}`))",
            "report(\"t\").chart(chart(\"bar\").x([`${0.0 / 0.0}`]).y([1]))",
            "report(\"t\").list(\"A\", cx.room_referrals.collect().listed(`${0.0 / 0.0}`), #{})",
        ] {
            let error = run(&format!("fn run(cx, p) {{ {body}.done() }}")).unwrap_err().to_string();
            let said = ["NaN", "inf", "-inf"].map(|odd| format!("{odd} in a text is no number"));
            assert!(said.iter().any(|said| error.contains(said)), "{body}: {error}");
            assert!(error.contains("line 1"), "{body}: {error}");
        }
    }

    #[test]
    fn what_a_script_prints_says_what_it_is() {
        let script = "fn run(cx, p) { print(`${0.0 / 0.0}`); report(\"t\").done() }";
        assert_eq!(run(script).unwrap().printed, ["NaN"]);
    }
}
