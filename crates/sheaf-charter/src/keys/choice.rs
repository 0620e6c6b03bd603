//! What turning a passphrase into a key shall cost on the machine at hand.

use super::Argon2Cost;

/// What it shall take: long enough that guessing is dear, short enough to be waited for each
/// morning.
const TARGET_MS: u64 = 500;
/// A choice that takes up to half as long again is near enough.
const MOST_MS: u64 = TARGET_MS * 3 / 2;
/// Passes are added once the memory is at its most: memory hinders a guesser more than time does.
const PASSES: u64 = 3;
/// A machine that contradicts itself so often is not asked again.
const MOST_TRIES: usize = 4;
/// Memory is counted out in these steps: 1 MiB.
const STEP_KIB: u64 = 1_024;

/// Chooses the cost for a new passphrase, given how many milliseconds a cost takes here. Never
/// below [`Argon2Cost::LEAST`], whatever the machine, and never over
/// [`Argon2Cost::MOST_MEMORY_KIB`].
pub fn choose_cost(mut measure_ms: impl FnMut(Argon2Cost) -> u64) -> Argon2Cost {
    let mut cost = Argon2Cost::LEAST;
    for _ in 0..MOST_TRIES {
        let took_ms = measure_ms(cost).max(1);
        let is_least = cost == Argon2Cost::LEAST;
        if took_ms >= TARGET_MS && (is_least || took_ms <= MOST_MS) {
            break;
        }
        let next = scaled(cost, took_ms);
        if next == cost {
            break;
        }
        cost = next;
    }
    cost
}

/// What should take as long as is wanted, if time grows with memory and with passes.
fn scaled(cost: Argon2Cost, took_ms: u64) -> Argon2Cost {
    let work = u64::from(cost.memory_kib) * u64::from(cost.passes) * TARGET_MS / took_ms;
    let (least, most) = (u64::from(Argon2Cost::LEAST.memory_kib), Argon2Cost::MOST_MEMORY_KIB);
    let memory = (work / PASSES / STEP_KIB * STEP_KIB).clamp(least, u64::from(most));
    let (fewest, most) = (u64::from(Argon2Cost::LEAST.passes), u64::from(Argon2Cost::MOST_PASSES));
    let passes = (work / memory).clamp(fewest, most);
    let number = |value| u32::try_from(value).unwrap_or(u32::MAX);
    Argon2Cost { memory_kib: number(memory), passes: number(passes), lanes: 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Chooses on a machine that does so many KiB of one pass in a millisecond.
    fn on_a_machine(kib_a_ms: u64) -> (Argon2Cost, u64) {
        let takes = |cost: Argon2Cost| u64::from(cost.memory_kib * cost.passes) / kib_a_ms;
        let cost = choose_cost(takes);
        (cost, takes(cost))
    }

    #[test]
    fn a_usual_machine_takes_about_half_a_second() {
        for kib_a_ms in [150, 300, 600, 1_200, 2_400, 6_000] {
            let (cost, took_ms) = on_a_machine(kib_a_ms);
            assert!((350..=MOST_MS).contains(&took_ms), "{kib_a_ms}: {cost:?}, {took_ms} ms");
            assert_eq!(cost.lanes, 1);
        }
        let (cost, _) = on_a_machine(600);
        assert_eq!((cost.memory_kib / 1_024, cost.passes), (98, 3));
    }

    #[test]
    fn a_slow_machine_never_goes_below_the_least() {
        for kib_a_ms in [1, 10, 50] {
            assert_eq!(on_a_machine(kib_a_ms).0, Argon2Cost::LEAST);
        }
        assert_eq!(choose_cost(|_| u64::MAX), Argon2Cost::LEAST);
    }

    #[test]
    fn a_fast_machine_never_takes_more_memory_than_a_laptop_has_to_spare() {
        let (cost, _) = on_a_machine(1_000_000);
        assert_eq!(cost.memory_kib, Argon2Cost::MOST_MEMORY_KIB);
        assert_eq!(cost.passes, Argon2Cost::MOST_PASSES);
        let (cost, _) = on_a_machine(3_000);
        assert_eq!((cost.memory_kib, cost.passes), (Argon2Cost::MOST_MEMORY_KIB, 6));
        assert_eq!(choose_cost(|_| 0).memory_kib, Argon2Cost::MOST_MEMORY_KIB);
    }

    #[test]
    fn memory_that_is_slower_than_it_seemed_is_measured_again() {
        // Beyond 64 MiB each takes four times as long: the memory no longer fits a cache.
        let takes = |cost: Argon2Cost| {
            let rate = if cost.memory_kib > 64 * 1_024 { 250 } else { 1_000 };
            u64::from(cost.memory_kib * cost.passes) / rate
        };
        let cost = choose_cost(takes);
        assert!(takes(cost) <= MOST_MS, "{cost:?} takes {} ms", takes(cost));
    }

    #[test]
    fn a_machine_that_contradicts_itself_is_not_asked_for_ever() {
        let mut asked = 0;
        let cost = choose_cost(|_| {
            asked += 1;
            if asked % 2 == 0 { 5_000 } else { 20 }
        });
        assert!(asked <= MOST_TRIES, "{asked}");
        assert!(cost.memory_kib >= Argon2Cost::LEAST.memory_kib);
    }
}
