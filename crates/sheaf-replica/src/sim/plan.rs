//! What is to happen in a seed, as data: what fails is made smaller, and runs again as it was.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use super::Weather;
use crate::random::Spread;

/// How many things happen before the weather calms.
pub(super) const HAPPENINGS: u16 = 120;
/// And how many while all are connected and nothing breaks.
const CALM_HAPPENINGS: u16 = 20;
/// One seed in so many has tens of devices.
const LARGE_ONE_IN: u64 = 40;
/// So many devices have most seeds, and the large ones.
const FEW: Range<u64> = 3..8;
const TENS: Range<u64> = 10..31;
/// Sets the numbers of a plan apart from those of the network of the same seed.
const PLAN: u64 = 0x5eed;

/// One thing that happens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum What {
    Write,
    CreateSpace,
    Admit,
    Join,
    Remove,
    Erase,
    Meet,
    Part,
    Restart,
    CutPower,
    BackUp,
    Restore,
    Split,
    Heal,
    Stall,
    Flood,
    Send,
    Receive,
    WriteFolder,
    ReadFolder,
}

/// How often each of them happens, against the others.
const WEIGHTS: [(What, u64); 20] = [
    (What::Write, 14),
    (What::CreateSpace, 1),
    (What::Admit, 4),
    (What::Join, 1),
    (What::Remove, 1),
    (What::Erase, 1),
    (What::Meet, 13),
    (What::Part, 1),
    (What::Restart, 1),
    (What::CutPower, 2),
    (What::BackUp, 1),
    (What::Restore, 1),
    (What::Split, 1),
    (What::Heal, 1),
    (What::Stall, 1),
    (What::Flood, 1),
    (What::Send, 1),
    (What::Receive, 2),
    (What::WriteFolder, 2),
    (What::ReadFolder, 1),
];
const CALM_WEIGHTS: [(What, u64); 2] = [(What::Write, 7), (What::Admit, 1)];

/// One step of a plan: the same whatever other steps are left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Step {
    pub number: u16,
    pub what: What,
    /// Decides who does it, and to whom.
    pub chance: u64,
}

/// All that happens in a seed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Plan {
    pub seed: u64,
    pub devices: usize,
    /// Whether connections break before the weather calms.
    pub weather: Weather,
    pub steps: Vec<Step>,
}

impl Plan {
    /// The whole plan of a seed.
    pub(super) fn of(seed: u64) -> Self {
        let mut chance = Spread::new(seed ^ PLAN);
        let range = if seed % LARGE_ONE_IN == LARGE_ONE_IN / 2 { TENS } else { FEW };
        let devices = range.start + chance.below(range.end - range.start);
        let steps = (0..HAPPENINGS + CALM_HAPPENINGS).map(|number| {
            let weights = if number < HAPPENINGS { WEIGHTS.as_slice() } else { &CALM_WEIGHTS };
            Step { number, what: chosen(weights, &mut chance), chance: chance.next() }
        });
        let steps = steps.collect();
        Self { seed, devices: devices as usize, weather: Weather::Rough, steps }
    }

    pub(super) fn without(&self, steps: Range<usize>) -> Self {
        let mut plan = self.clone();
        plan.steps.drain(steps);
        plan
    }

    pub(super) fn with_devices(&self, devices: usize) -> Self {
        Self { devices, ..self.clone() }
    }

    pub(super) fn in_calm(&self) -> Self {
        Self { weather: Weather::Calm, ..self.clone() }
    }
}

fn chosen(weights: &[(What, u64)], chance: &mut Spread) -> What {
    let mut left = chance.below(weights.iter().map(|(_, weight)| weight).sum());
    for (what, weight) in weights {
        if left < *weight {
            return *what;
        }
        left -= weight;
    }
    unreachable!("it is below the sum of the weights")
}

/// `7`, or with what is left of it: `7 devices=4 calm steps=3,17`.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = Self::of(self.seed);
        write!(f, "{}", self.seed)?;
        if self.devices != whole.devices {
            write!(f, " devices={}", self.devices)?;
        }
        if self.weather != whole.weather {
            write!(f, " calm")?;
        }
        if self.steps != whole.steps {
            let numbers: Vec<_> = self.steps.iter().map(|step| step.number.to_string()).collect();
            write!(f, " steps={}", numbers.join(","))?;
        }
        Ok(())
    }
}

impl FromStr for Plan {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut words = text.split_whitespace();
        let mut plan = Self::of(number(words.next().unwrap_or_default())?);
        for word in words {
            match word.split_once('=') {
                None if word == "calm" => plan.weather = Weather::Calm,
                Some(("devices", devices)) => plan.devices = number(devices)?,
                Some(("steps", steps)) => {
                    let kept = steps.split(',').filter(|step| !step.is_empty()).map(number);
                    let kept: Vec<u16> = kept.collect::<Result<_, _>>()?;
                    plan.steps.retain(|step| kept.contains(&step.number));
                }
                _ => return Err(format!("{word:?} is no part of a plan")),
            }
        }
        Ok(plan)
    }
}

fn number<N: FromStr>(text: &str) -> Result<N, String> {
    text.parse().map_err(|_| format!("{text:?} is not a number"))
}
