//! The engine that runs the plans of a metric over a lake: DataFusion in this process, or a
//! Ballista cluster.

mod answer;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ballista::prelude::SessionContextExt;
use ballista_core::extension::SessionConfigExt;
use datafusion::arrow::array::RecordBatch;
use datafusion::execution::SessionStateBuilder;
use datafusion::prelude::{DataFrame, ParquetReadOptions, SessionConfig, SessionContext};
use futures::StreamExt;
use sheaf_analytics::{AnalyticsError, Budget, Engine, Frame, Plan, Rights, Scope, TableSource};
use tokio::runtime::Handle;

use crate::error::{LakeError, Result};
use crate::format::{is_kept, schema};
use crate::lower::{self, CalendarRows, Head};
use crate::read::{Lake, told};

/// How often a run that waits for the engine looks whether it may go on.
const LOOK_MS: u64 = 25;

/// How many parts a shuffle of a cluster has: each costs a task, and groups of a metric are few.
const CLUSTER_PARTITIONS: usize = 4;

/// Where plans run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Cluster {
    /// In this process.
    #[default]
    Embedded,
    /// On the Ballista cluster whose scheduler listens there, as `host:port`. Its executors must
    /// see the lake under the same path.
    Ballista(String),
}

/// Runs plans over a lake.
pub struct LakeEngine {
    lake: Arc<Lake>,
    session: SessionContext,
    runtime: Handle,
    calendar: OnceLock<CalendarRows>,
}

impl LakeEngine {
    /// An engine for a lake, which works on threads of this runtime. Runs are started from threads
    /// outside it.
    ///
    /// # Errors
    /// There is no such cluster.
    pub fn new(lake: Arc<Lake>, cluster: &Cluster, runtime: Handle) -> Result<Self> {
        let session = match cluster {
            Cluster::Embedded => SessionContext::new_with_config(config(SessionConfig::new())),
            Cluster::Ballista(address) => {
                let config = config(SessionConfig::new_with_ballista())
                    .with_target_partitions(CLUSTER_PARTITIONS);
                let state =
                    SessionStateBuilder::new().with_config(config).with_default_features().build();
                let url = format!("df://{address}");
                runtime.block_on(SessionContext::remote_with_state(&url, state)).map_err(
                    |error| {
                        let why = format!("{address}: {error}; is a scheduler running there?");
                        LakeError::Refused(why)
                    },
                )?
            }
        };
        Ok(Self { lake, session, runtime, calendar: OnceLock::new() })
    }

    /// Runs as much of a plan as the engine can run bit for bit alike; gives the answer and how
    /// many steps that was.
    fn head(&self, plan: &Plan, scope: &Scope, budget: &Budget) -> Result<(Frame, usize)> {
        let head = self.runtime.block_on(self.lowered(plan, scope))?;
        let batches = self.runtime.block_on(collect(head.frame.clone(), budget))?;
        let frame = answer::frame(&self.lake, plan.table(), &head, &batches, scope, budget)?;
        Ok((frame, head.steps))
    }

    async fn lowered(&self, plan: &Plan, scope: &Scope) -> Result<Head> {
        let spec = sheaf_analytics::table(plan.table())?;
        let calendar = match self.calendar.get() {
            Some(known) => known,
            None => {
                let rows = CalendarRows::new(&self.session, scope)?;
                self.calendar.get_or_init(|| rows)
            }
        };
        let files = self.lake.files(spec.name);
        let paths: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        let schema = schema(spec);
        let options = ParquetReadOptions::default().schema(&schema);
        let scan = self.session.read_parquet(paths, options).await.map_err(engine)?;
        let rows = TableSource::rows(self.lake.as_ref(), spec.name) as u64;
        lower::head(plan, spec, scan, rows, calendar)
    }
}

impl Engine for LakeEngine {
    fn run(
        &self,
        plan: &Plan,
        scope: &Scope,
        budget: &Budget,
    ) -> std::result::Result<Frame, AnalyticsError> {
        if *plan.rights() != Rights::Held {
            let why = "a lake has no spaces, so a plan over it cannot be held to some";
            return Err(AnalyticsError::Source(why.to_owned()));
        }
        if !is_kept(plan.table()) || self.lake.files(plan.table()).is_empty() {
            return plan.run_here(scope, budget);
        }
        let (frame, steps) = self.head(plan, scope, budget).map_err(told)?;
        frame.apply(plan.steps().get(steps..).unwrap_or_default(), budget)
    }
}

/// What both engines are set to. Texts stay plain texts: views gain nothing on short codes.
fn config(config: SessionConfig) -> SessionConfig {
    config.set_bool("datafusion.execution.parquet.schema_force_view_types", false)
}

fn engine(error: datafusion::error::DataFusionError) -> LakeError {
    LakeError::Engine(error.strip_backtrace())
}

/// The rows of an answer, as long as the budget lasts.
async fn collect(frame: DataFrame, budget: &Budget) -> Result<Vec<RecordBatch>> {
    let work = async {
        let mut stream = frame.execute_stream().await.map_err(engine)?;
        let (mut batches, mut rows) = (Vec::new(), 0);
        while let Some(batch) = stream.next().await {
            let batch = batch.map_err(engine)?;
            rows += batch.num_rows();
            budget.allow_rows(rows)?;
            batches.push(batch);
        }
        Ok(batches)
    };
    let mut looks = tokio::time::interval(Duration::from_millis(LOOK_MS));
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            _ = looks.tick() => budget.check()?,
        }
    }
}
