//! Makes a plan that fails smaller: fewer steps, fewer devices, better weather, the same failure.

use super::plan::Plan;

/// At most so many runs: a plan with tens of devices takes a second each.
const MAX_RUNS: u32 = 800;

/// The smallest plan that was found to fail like this one.
pub(super) fn shrink(plan: &Plan, fails: impl Fn(&Plan) -> bool) -> Plan {
    let mut shrinker = Shrinker { best: plan.clone(), fails, runs: 0 };
    shrinker.better(plan.in_calm());
    let mut before = None;
    // Fewer devices may make steps needless, and the other way round.
    while before.as_ref() != Some(&shrinker.best) {
        before = Some(shrinker.best.clone());
        shrinker.fewer_devices();
        shrinker.fewer_steps();
    }
    shrinker.best
}

struct Shrinker<F> {
    best: Plan,
    fails: F,
    runs: u32,
}

impl<F: Fn(&Plan) -> bool> Shrinker<F> {
    /// Keeps a plan if it still fails; says whether it does.
    fn better(&mut self, plan: Plan) -> bool {
        if self.runs == MAX_RUNS {
            return false;
        }
        self.runs += 1;
        let fails = (self.fails)(&plan);
        if fails {
            self.best = plan;
        }
        fails
    }

    fn fewer_devices(&mut self) {
        let all = self.best.devices;
        let fewer: Vec<_> = (2..all).map(|devices| self.best.with_devices(devices)).collect();
        let _ = fewer.into_iter().any(|plan| self.better(plan));
    }

    /// Leaves out pieces of the plan, halves first and at last single steps.
    fn fewer_steps(&mut self) {
        let mut length = self.best.steps.len();
        while length > 1 {
            length = length.div_ceil(2);
            let mut at = 0;
            while at < self.best.steps.len() {
                let end = self.best.steps.len().min(at + length);
                if !self.better(self.best.without(at..end)) {
                    at = end;
                }
            }
        }
    }
}
