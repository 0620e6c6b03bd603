//! The engine in which scripts run: nothing of the outside, every limit set, always stoppable.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use rhai::packages::{
    ArithmeticPackage, BasicArrayPackage, BasicFnPackage, BasicIteratorPackage, BasicMapPackage,
    BasicMathPackage, BasicStringPackage, LogicPackage, MoreStringPackage, Package,
};
use rhai::{Dynamic, Engine, EvalAltResult, OptimizationLevel, Position, Scope};
use sheaf_analytics::{AnalyticsError, Budget};

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
        lines.push(line.to_owned());
    }

    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    /// The lines so far.
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().map(|lines| lines.clone()).unwrap_or_default()
    }
}

/// Why a script was stopped from outside: what `on_progress` hands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The switch was thrown.
    Cancelled,
    /// The deadline has passed.
    Deadline,
    /// It printed too much.
    Printed,
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

/// An engine for one run, which ends at the deadline or at that of the budget.
pub fn engine(
    language: &Language,
    budget: &Budget,
    deadline: Instant,
    printed: &Printed,
) -> Engine {
    let mut engine = Engine::new_raw();
    for module in language.0.iter() {
        engine.register_global_module(module.clone());
    }
    set_limits(&mut engine);
    engine.set_optimization_level(OptimizationLevel::None);
    engine.set_strict_variables(true);
    engine.set_fail_on_invalid_map_property(true);
    engine.set_module_resolver(rhai::module_resolvers::DummyModuleResolver::new());
    for symbol in ["eval", "import", "export"] {
        engine.disable_symbol(symbol);
    }
    let lines = printed.clone();
    engine.on_print(move |text| lines.push(text));
    let lines = printed.clone();
    engine.on_debug(move |text, _, _| lines.push(text));
    stop_when(&mut engine, budget.clone(), deadline, printed.clone());
    count_what_is_held(&mut engine);
    engine
}

fn set_limits(engine: &mut Engine) {
    engine.set_max_operations(limits::MAX_OPERATIONS);
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

/// Looks at the budget now and then, and at what was printed at every step.
fn stop_when(engine: &mut Engine, budget: Budget, deadline: Instant, printed: Printed) {
    engine.on_progress(move |steps| {
        if printed.is_over() {
            return Some(Dynamic::from(Stop::Printed));
        }
        if !steps.is_multiple_of(STEPS_A_LOOK) {
            return None;
        }
        let stop = match budget.check() {
            Err(AnalyticsError::Deadline) => Stop::Deadline,
            Err(_) => Stop::Cancelled,
            Ok(()) if Instant::now() >= deadline => Stop::Deadline,
            Ok(()) => return None,
        };
        Some(Dynamic::from(stop))
    });
}

/// Counts what the variables hold now and then, because the engine does not see a map grow by
/// `map[key] = value`.
#[expect(deprecated, reason = "the engine marks this callback as one that may still change")]
fn count_what_is_held(engine: &mut Engine) {
    let uses = AtomicU32::new(0);
    engine.on_var(move |_, _, context| {
        if !uses.fetch_add(1, Ordering::Relaxed).is_multiple_of(limits::USES_A_COUNT) {
            return Ok(None);
        }
        let held = Held::default();
        held.scope(context.scope());
        if let Some(this) = context.this_ptr() {
            held.value(this);
        }
        match held.too_much() {
            None => Ok(None),
            Some(what) => {
                Err(EvalAltResult::ErrorDataTooLarge(what.to_owned(), Position::NONE).into())
            }
        }
    });
}

/// What values hold, counted no further than the limit.
#[derive(Default)]
struct Held {
    items: Cell<usize>,
    text: Cell<usize>,
}

impl Held {
    fn scope(&self, scope: &Scope<'_>) {
        scope.iter_raw().for_each(|(_, _, value)| self.value(value));
    }

    fn value(&self, value: &Dynamic) {
        if self.too_much().is_some() {
            return;
        }
        self.items.set(self.items.get() + 1);
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
        }
    }

    fn too_much(&self) -> Option<&'static str> {
        if self.items.get() > limits::MAX_HELD {
            Some("Number of items in all variables together")
        } else if self.text.get() > limits::MAX_HELD_TEXT {
            Some("Length of all text together")
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests;
