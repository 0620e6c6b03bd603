//! What devices and persons are called in sentences.

/// Several things in a sentence: `a`, `a and b`, `a, b and c`.
pub fn all_of(things: &[String]) -> String {
    match things {
        [] => String::new(),
        [only] => only.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// A device with whose it is, unless its name says so already.
pub fn device_of(device: &str, person: &str) -> String {
    let says_so = person.split_whitespace().any(|word| device.contains(word));
    if says_so || person.is_empty() { device.to_owned() } else { format!("{person}’s {device}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_told_as_in_a_sentence() {
        let all = |things: &[&str]| {
            all_of(&things.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(all(&[]), "");
        assert_eq!(all(&["a"]), "a");
        assert_eq!(all(&["a", "b", "c"]), "a, b and c");
        assert_eq!(device_of("K. Shah's laptop", "Kiran Shah"), "K. Shah's laptop");
        assert_eq!(device_of("laptop", "Kiran Shah"), "Kiran Shah’s laptop");
    }
}
