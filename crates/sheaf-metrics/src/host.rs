//! The host: loads the language once, then runs, checks and evaluates scripts.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rhai::{AST, CallFnOptions, Dynamic, Engine, Scope};
use sheaf_analytics::{Budget, Period, PeriodSpec};

use crate::api;
use crate::api::context::{Chosen, Context};
use crate::api::output::Draft;
use crate::check::{self, CheckReport};
use crate::error::{MetricError, Problem, place_of};
use crate::eval;
use crate::fault::{self, Ended};
use crate::kept::Key;
use crate::limits;
use crate::options::{OptionValue, Options};
use crate::package::{Package, SCRIPT};
use crate::registry::{Api, Item};
use crate::report::Report;
use crate::run::{Run, RunContext};
use crate::sandbox::{self, Language, Printed};
use crate::settle::{self, Source, floats};

/// The function that a metric is.
const ENTRY: &str = "run";

/// Runs metrics. Made once; runs may go on side by side.
pub struct Host {
    language: Language,
    api: Api,
}

impl Default for Host {
    fn default() -> Self {
        Self::new()
    }
}

impl Host {
    /// A host that speaks API 1.
    pub fn new() -> Self {
        Self { language: Language::new(), api: api::build() }
    }

    /// Everything that a script can call.
    pub fn items(&self) -> &[Item] {
        &self.api.items
    }

    /// Reads manifest, script and examples, and runs the examples.
    pub fn check(&self, package: &Package) -> CheckReport {
        check::check(self, package)
    }

    /// Runs a metric, or gives its report again where nothing that it depends on has changed.
    ///
    /// # Errors
    /// The script has an error or went past a limit, the data cannot be read as asked, or the run
    /// was cancelled.
    pub fn run(
        &self,
        package: &Package,
        options: &Options,
        context: &RunContext,
    ) -> Result<Report, MetricError> {
        let Some(kept) = &context.kept else { return self.run_anew(package, options, context) };
        let Some(key) = Key::new(package, options, context) else {
            return self.run_anew(package, options, context);
        };
        if let Some(report) = kept.find(&key, context) {
            return Ok(report);
        }
        let report = self.run_anew(package, options, context)?;
        kept.keep(key, &report);
        Ok(report)
    }

    fn run_anew(
        &self,
        package: &Package,
        options: &Options,
        context: &RunContext,
    ) -> Result<Report, MetricError> {
        let printed = Printed::default();
        let budget = within(&context.budget, context.patience);
        options.check_known(&package.manifest, context, &budget)?;
        let mut engine = self.engine(&budget, &printed);
        floats::register(&mut engine);
        let ast = self.compile(&engine, &package.script)?;
        let reads = package.manifest.reads.clone();
        let run = Arc::new(Run::new(context.scope.clone(), budget, reads));
        let answer = self.call(&engine, &ast, package, options, &run);
        let source = Source { package, options, context, run: &run, printed: printed.lines() };
        match answer {
            Ok(parts) => settle::report(parts, &source),
            Err(Ended::Missing(missing)) => settle::refused(&missing, &source),
            Err(Ended::Error(error)) => Err(error),
        }
    }

    /// Runs a bare script with tables from CSV bound to their names, and gives its value as JSON.
    ///
    /// # Errors
    /// As [`Host::run`]; also a table that cannot be read, with the line and the number of the
    /// cell, or cannot be called so, and a value that has no JSON, such as an expression.
    pub fn eval(
        &self,
        script: &str,
        tables: &[(String, Vec<u8>)],
        budget: &Budget,
    ) -> Result<serde_json::Value, MetricError> {
        let printed = Printed::default();
        let engine = self.engine(&within(budget, limits::DEADLINE), &printed);
        let is_free = |name: &str| engine.compile(format!("let {name} = 0;")).is_ok();
        let mut scope = eval::bound(tables, is_free)?;
        let ast = engine
            .compile_with_scope(&scope, limited(script)?)
            .map_err(|error| MetricError::Script(fault::of_parser(&error, script)))?;
        match engine.eval_ast_with_scope::<Dynamic>(&mut scope, &ast) {
            Ok(value) => match crate::json::unprintable(&value, &self.api.types) {
                Some(kind) => Err(MetricError::Script(Problem::of_file(SCRIPT, no_value(kind)))),
                None => Ok(crate::json::of(&value)),
            },
            Err(error) => Err(match fault::of_run(&error, script, &self.api) {
                Ended::Error(error) => error,
                Ended::Missing(missing) => {
                    MetricError::Script(Problem::of_file(SCRIPT, missing.for_author()))
                }
            }),
        }
    }

    fn engine(&self, budget: &Budget, printed: &Printed) -> Engine {
        let mut engine = sandbox::engine(&self.language, budget, printed);
        engine.register_global_module(self.api.global.clone());
        engine.register_static_module("stats", self.api.stats.clone());
        for (name, shown) in &self.api.types {
            engine.register_type_with_name_raw(*name, *shown);
        }
        engine
    }

    /// Reads a script and makes sure that it is a metric.
    pub(crate) fn compile(&self, engine: &Engine, script: &str) -> Result<AST, MetricError> {
        let ast = engine
            .compile(limited(script)?)
            .map_err(|error| MetricError::Script(fault::of_parser(&error, script)))?;
        self.refuse_shadows(&ast, script)?;
        let is_entry = ast.iter_functions().any(|f| f.name == ENTRY && f.params.len() == 2);
        if is_entry {
            return Ok(ast);
        }
        let why = "a metric is a function `fn run(cx, p) { … }`";
        Err(MetricError::Script(Problem::of_file(SCRIPT, why)))
    }

    /// Refuses functions that take a name of the language: what reads like `col` must be `col`.
    /// A word that was added since API 1 was fixed may be taken: it must not break a metric that
    /// had a function of its own before, and that function is the one that runs.
    fn refuse_shadows(&self, ast: &AST, script: &str) -> Result<(), MetricError> {
        let is_fixed =
            |name: &str| self.api.items.iter().any(|item| item.name == name && !item.is_added);
        let Some(taken) = ast.iter_functions().find(|function| is_fixed(function.name)) else {
            return Ok(());
        };
        let at = script.find(&format!("fn {}", taken.name)).unwrap_or_default();
        let name = taken.name;
        let why = format!("`{name}` is a name of the language; call the function something else");
        Err(MetricError::Script(Problem::at(SCRIPT, script, place_of(script, at), why)))
    }

    /// Only reads a script.
    pub(crate) fn read(&self, script: &str) -> Result<(), MetricError> {
        let engine = self.engine(&Budget::default(), &Printed::default());
        self.compile(&engine, script).map(|_| ())
    }

    fn call(
        &self,
        engine: &Engine,
        ast: &AST,
        package: &Package,
        options: &Options,
        run: &Arc<Run>,
    ) -> Result<api::output::Parts, Ended> {
        let ended =
            |error: Box<rhai::EvalAltResult>| fault::of_run(&error, &package.script, &self.api);
        let period = period(options, run).map_err(Ended::Error)?;
        let cx = Context::new(Arc::clone(run), period);
        let p = Chosen::new(options, run).map_err(ended)?;
        let settings = CallFnOptions::new().eval_ast(false);
        let answer: Dynamic = engine
            .call_fn_with_options(settings, &mut Scope::new(), ast, ENTRY, (cx, p))
            .map_err(ended)?;
        let Some(draft) = answer.try_cast::<Draft>() else {
            let why = "`run` must give back the report: end it with `.done()`";
            let problem = Problem::of_file(SCRIPT, why);
            return Err(Ended::Error(MetricError::Script(problem)));
        };
        draft.into_parts().map_err(ended)
    }
}

/// What to do about the end of a bare script that is no value.
fn no_value(kind: &str) -> String {
    format!(
        "the script gives `{kind}`, which is no value to print; end it with a number, a text, an \
         array, a map, a table, a column or what a function of `stats` gives"
    )
}

/// The budget of a run that may take so long from now on.
fn within(budget: &Budget, patience: Duration) -> Budget {
    budget.clone().no_later_than(Instant::now() + patience)
}

/// The first period among the options, or this school year.
fn period(options: &Options, run: &Run) -> Result<Period, MetricError> {
    let given = options.iter().find_map(|(_, value)| match value {
        OptionValue::Period(period) => Some(*period),
        _ => None,
    });
    let period = given.unwrap_or(PeriodSpec::ThisYear);
    let scope = &run.scope;
    period.resolve(scope.calendar(), scope.as_of()).map_err(MetricError::from)
}

fn limited(script: &str) -> Result<&str, MetricError> {
    if script.len() <= limits::MAX_SCRIPT {
        return Ok(script);
    }
    let why = format!("{} bytes are more than {}", script.len(), limits::MAX_SCRIPT);
    Err(MetricError::Limit(Problem::of_file(SCRIPT, why)))
}

#[cfg(test)]
mod bundled;
#[cfg(test)]
mod edges;
#[cfg(test)]
mod kept;
#[cfg(test)]
mod pastoral;
#[cfg(test)]
mod tests;
