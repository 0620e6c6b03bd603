//! DataFusion in this process, held to the local executor cell by cell.

use std::sync::Arc;

use sheaf_analytics::{Aggregate, AnalyticsError, Budget, Engine, Plan, Rights, col};
use sheaf_lake::Cluster;

use crate::plans::{Random, plan};
use crate::support::{engine, lake_tables, local, same};

#[test]
fn random_plans_give_the_same_cells() {
    let (scope, engine) = (local(), engine(&Cluster::Embedded));
    for seed in 0..150 {
        let plan = plan(&mut Random(seed));
        same(&scope, &engine, &plan, &format!("seed {seed}: {plan:?}"));
    }
}

#[test]
fn every_table_gives_the_same_rows() {
    let (scope, engine) = (local(), engine(&Cluster::Embedded));
    for table in lake_tables() {
        same(&scope, &engine, &Plan::scan(table.name).limit(700), table.name);
        let keys = table.columns.iter().filter(|column| column.name == "school");
        let keys: Vec<&str> = keys.map(|column| column.name).collect();
        let plan = Plan::scan(table.name).group(keys, [("n", Aggregate::Count)]);
        same(&scope, &engine, &plan, table.name);
    }
}

#[test]
fn what_a_lake_withholds_is_refused_by_name() {
    let (scope, engine) = (local(), engine(&Cluster::Embedded));
    let plan = Plan::scan("incidents").group(["reg_group"], [("n", Aggregate::Count)]);
    let error = engine.run(&plan, &scope, &Budget::default()).unwrap_err().to_string();
    assert!(error.starts_with("`incidents.reg_group` is in no lake"), "{error}");
    let here = plan.run_here(&scope, &Budget::default()).unwrap_err().to_string();
    assert_eq!(here, error);
    let plan = Plan::scan("incidents").with_rights(Rights::Spaces(Default::default()));
    let error = engine.run(&plan, &scope, &Budget::default()).unwrap_err();
    assert!(matches!(error, AnalyticsError::Source(_)), "{error}");
}

#[test]
fn a_number_that_grows_too_large_is_refused_as_here() {
    let (scope, engine) = (local(), engine(&Cluster::Embedded));
    let huge = col("severity").arithmetic(sheaf_analytics::Arithmetic::Multiply, i64::MAX);
    let plan = Plan::scan("incidents").derive("x", huge);
    let error = engine.run(&plan, &scope, &Budget::default()).unwrap_err();
    assert_eq!(error, AnalyticsError::Overflow("an expression"));
}

#[test]
fn a_run_ends_when_its_budget_does() {
    let (scope, engine) = (local(), engine(&Cluster::Embedded));
    let plan = Plan::scan("incidents");
    let budget = Budget::default();
    budget.cancel();
    assert_eq!(engine.run(&plan, &scope, &budget).unwrap_err(), AnalyticsError::Cancelled);
    let few = engine.run(&plan, &scope, &Budget::default().rows(10)).unwrap_err();
    assert!(matches!(few, AnalyticsError::TooManyRows { limit: 10, .. }), "{few}");
}

#[test]
fn a_scope_with_an_engine_uses_it_for_every_plan() {
    let engine = Arc::new(engine(&Cluster::Embedded));
    let scope = local().run_by(engine);
    let plan = Plan::scan("incidents").group(["school"], [("n", Aggregate::Count)]);
    let frame = plan.run(&scope, &Budget::default()).unwrap();
    assert_eq!(frame.len(), 3, "a group a school");
    assert!(frame.pupils_behind().iter().all(|pupils| *pupils > 5));
}
