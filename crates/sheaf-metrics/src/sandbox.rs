//! The engine in which scripts run: nothing of the outside, every limit set, always stoppable.

mod natives;

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rhai::packages::{
    ArithmeticPackage, BasicArrayPackage, BasicFnPackage, BasicIteratorPackage, BasicMapPackage,
    BasicMathPackage, BasicStringPackage, LogicPackage, MoreStringPackage, Package,
};
use rhai::{
    Dynamic, Engine, EvalAltResult, FnPtr, NativeCallContext, OptimizationLevel, Position, Scope,
};
use sheaf_analytics::Budget;

use crate::api::parts_of;
use crate::estimate::settle_for_author;
use crate::limits;

/// What a script printed, bounded.
#[derive(Clone, Default)]
pub struct Printed {
    lines: Arc<Mutex<Vec<String>>>,
    is_over: Arc<AtomicBool>,
}

impl Printed {
    fn push(&self, line: &str) {
        let Ok(mut lines) = self.lines.lock() else { return };
        let bytes: usize = lines.iter().map(String::len).sum();
        if lines.len() >= limits::MAX_PRINTED_LINES || bytes + line.len() > limits::MAX_PRINTED {
            self.is_over.store(true, Ordering::Relaxed);
            return;
        }
        lines.push(settle_for_author(line));
    }

    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    /// The lines so far.
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().map(|lines| lines.clone()).unwrap_or_default()
    }
}

/// Why a script was stopped from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The switch was thrown.
    Cancelled,
    /// The deadline has passed.
    Deadline,
    /// It took too many steps.
    Steps,
    /// It printed too much.
    Printed,
    /// Its variables hold too much.
    Held,
    /// Its values are nested too deep.
    Nested,
}

/// Notes that a script must stop. It is first raised as an error at the next use of a variable,
/// because only there the engine knows the place; a script that catches it, or uses none, is ended
/// a little later without one.
#[derive(Default)]
struct Watch {
    is_noted: AtomicBool,
    noted: Mutex<Option<Noted>>,
}

/// Why a script must stop, and since when.
#[derive(Clone, Copy)]
struct Noted {
    stop: Stop,
    steps: u64,
    at: Instant,
}

impl Watch {
    fn note(&self, stop: Stop, steps: u64) {
        if let Ok(mut noted) = self.noted.lock() {
            noted.get_or_insert(Noted { stop, steps, at: Instant::now() });
            self.is_noted.store(true, Ordering::Relaxed);
        }
    }

    fn noted(&self) -> Option<Noted> {
        // Asked at every step: the lock is taken only once there is something to see.
        if !self.is_noted.load(Ordering::Relaxed) {
            return None;
        }
        self.noted.lock().ok().and_then(|noted| *noted)
    }
}

/// The packages of the language itself that scripts get. Left out: the core package, which can
/// sleep and exit, and the package that reads the clock.
fn packages() -> [rhai::Shared<rhai::Module>; 9] {
    [
        ArithmeticPackage::new().as_shared_module(),
        LogicPackage::new().as_shared_module(),
        BasicMathPackage::new().as_shared_module(),
        BasicStringPackage::new().as_shared_module(),
        MoreStringPackage::new().as_shared_module(),
        BasicArrayPackage::new().as_shared_module(),
        BasicMapPackage::new().as_shared_module(),
        BasicIteratorPackage::new().as_shared_module(),
        BasicFnPackage::new().as_shared_module(),
    ]
}

/// The modules of the language, made once and shared by all engines.
#[derive(Clone)]
pub struct Language(Arc<[rhai::Shared<rhai::Module>]>);

impl Language {
    /// The language as scripts get it.
    pub fn new() -> Self {
        Self(packages().into())
    }
}

/// An engine for one run, which ends as its budget says.
pub fn engine(language: &Language, budget: &Budget, printed: &Printed) -> Engine {
    let mut engine = Engine::new_raw();
    for module in language.0.iter() {
        engine.register_global_module(module.clone());
    }
    natives::register(&mut engine);
    set_limits(&mut engine);
    engine.set_optimization_level(OptimizationLevel::None);
    engine.set_strict_variables(true);
    engine.set_fail_on_invalid_map_property(true);
    engine.set_module_resolver(rhai::module_resolvers::DummyModuleResolver::new());
    // A function that carries itself would double at each `curry`.
    for symbol in ["eval", "import", "export", "curry"] {
        engine.disable_symbol(symbol);
    }
    let lines = printed.clone();
    engine.on_print(move |text| lines.push(text));
    let lines = printed.clone();
    engine.on_debug(move |text, _, _| lines.push(text));
    let watch = Arc::new(Watch::default());
    stop_when(&mut engine, Arc::clone(&watch), budget.clone(), printed.clone());
    look_at_variables(&mut engine, watch);
    engine.set_default_tag(Dynamic::from(budget.clone()));
    engine
}

/// The budget of the run in which a native function is called.
pub fn budget(call: &NativeCallContext<'_>) -> Budget {
    let tag = call.tag().and_then(|tag| tag.clone().try_cast::<Budget>());
    tag.unwrap_or_default()
}

fn set_limits(engine: &mut Engine) {
    engine.set_max_operations(limits::MAX_OPERATIONS + 2 * STEPS_OF_GRACE);
    engine.set_max_call_levels(limits::MAX_CALL_LEVELS);
    engine.set_max_expr_depths(limits::MAX_EXPRESSION_DEPTH, limits::MAX_FUNCTION_EXPRESSION_DEPTH);
    engine.set_max_variables(limits::MAX_VARIABLES);
    engine.set_max_functions(limits::MAX_FUNCTIONS);
    engine.set_max_modules(limits::MAX_MODULES);
    engine.set_max_string_size(limits::MAX_STRING);
    engine.set_max_array_size(limits::MAX_ARRAY);
    engine.set_max_map_size(limits::MAX_MAP);
    // Interned texts outlive a run.
    engine.set_max_strings_interned(0);
}

/// Steps between two looks at the switch and the clock: a few microseconds.
const STEPS_A_LOOK: u64 = 64;
/// Steps in which a script that must stop may come to the use of a variable.
const STEPS_OF_GRACE: u64 = 5_000;
/// The same in time: a step may be a slow one.
const TIME_OF_GRACE: Duration = Duration::from_millis(50);

/// Looks at the switch at each step, at the clock and what was printed now and then. A thrown
/// switch ends the script at once.
fn stop_when(engine: &mut Engine, watch: Arc<Watch>, budget: Budget, printed: Printed) {
    engine.on_progress(move |steps| {
        if budget.is_cancelled() {
            return Some(Dynamic::from(Stop::Cancelled));
        }
        if let Some(noted) = watch.noted() {
            let is_over =
                steps > noted.steps + STEPS_OF_GRACE || noted.at.elapsed() > TIME_OF_GRACE;
            return is_over.then(|| Dynamic::from(noted.stop));
        }
        if !steps.is_multiple_of(STEPS_A_LOOK) {
            return None;
        }
        if budget.check().is_err() {
            watch.note(Stop::Deadline, steps);
        } else if printed.is_over() {
            watch.note(Stop::Printed, steps);
        } else if steps >= limits::MAX_OPERATIONS {
            watch.note(Stop::Steps, steps);
        }
        None
    });
}

/// Counts what the variables hold now and then, because the engine does not see a map grow by
/// `map[key] = value`, and raises what the watch has noted.
#[expect(deprecated, reason = "the engine marks this callback as one that may still change")]
fn look_at_variables(engine: &mut Engine, watch: Arc<Watch>) {
    let uses = AtomicU32::new(limits::USES_A_COUNT);
    engine.on_var(move |_, _, context| {
        if uses.fetch_sub(1, Ordering::Relaxed) <= 1 {
            let held = Held::default();
            held.scope(context.scope());
            context.this_ptr().into_iter().for_each(|this| held.value(this));
            // What grows is counted again before it can grow by much.
            let pause = limits::USES_A_COUNT + held.items.get() as u32 / limits::ITEMS_A_USE;
            uses.store(pause, Ordering::Relaxed);
            if let Some(stop) = held.stop() {
                watch.note(stop, 0);
            }
        }
        match watch.noted() {
            None => Ok(None),
            Some(noted) => {
                Err(EvalAltResult::ErrorRuntime(Dynamic::from(noted.stop), Position::NONE).into())
            }
        }
    });
}

/// What values hold, counted no further than the limit.
#[derive(Default)]
struct Held {
    items: Cell<usize>,
    text: Cell<usize>,
    depth: Cell<usize>,
    is_deep: Cell<bool>,
}

impl Held {
    fn scope(&self, scope: &Scope<'_>) {
        scope.iter_raw().for_each(|(_, _, value)| self.value(value));
    }

    fn value(&self, value: &Dynamic) {
        if self.stop().is_some() {
            return;
        }
        if self.depth.get() >= limits::MAX_NESTING {
            self.is_deep.set(true);
            return;
        }
        self.items.set(self.items.get() + 1);
        self.depth.set(self.depth.get() + 1);
        self.inside(value);
        self.depth.set(self.depth.get() - 1);
    }

    fn inside(&self, value: &Dynamic) {
        if let Some(items) = value.read_lock::<rhai::Array>() {
            items.iter().for_each(|item| self.value(item));
        } else if let Some(map) = value.read_lock::<rhai::Map>() {
            for (key, item) in map.iter() {
                self.text.set(self.text.get() + key.len());
                self.value(item);
            }
        } else if let Some(text) = value.read_lock::<rhai::ImmutableString>() {
            self.text.set(self.text.get() + text.len());
        } else if let Some(bytes) = value.read_lock::<rhai::Blob>() {
            self.text.set(self.text.get() + bytes.len());
        } else if let Some(function) = value.read_lock::<FnPtr>() {
            // What a closure has captured: it may be another closure, and so on.
            function.iter_curry().for_each(|item| self.value(item));
        } else {
            self.items.set(self.items.get() + parts_of(value));
        }
    }

    /// Why this is too much, if it is.
    fn stop(&self) -> Option<Stop> {
        if self.is_deep.get() {
            return Some(Stop::Nested);
        }
        let is_much =
            self.items.get() > limits::MAX_HELD || self.text.get() > limits::MAX_HELD_TEXT;
        is_much.then_some(Stop::Held)
    }
}

#[cfg(test)]
mod table;
#[cfg(test)]
mod tests;
