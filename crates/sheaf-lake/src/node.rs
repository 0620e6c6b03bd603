//! The nodes of a Ballista cluster: a scheduler and executors, as small as they come.

use std::net::SocketAddr;
use std::sync::Arc;

use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::start_server;

use crate::error::{LakeError, Result};

/// What an executor needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecutorOptions {
    /// Where its scheduler listens.
    pub scheduler: SocketAddr,
    /// Where it listens for other executors and for clients; the port after it is its own too.
    pub listen: SocketAddr,
    /// How many tasks it works on at a time.
    pub tasks: usize,
    /// Where it keeps what it hands on.
    pub folder: String,
}

/// Runs a scheduler until it fails or the process is ended.
///
/// # Errors
/// It cannot listen there.
pub async fn run_scheduler(listen: SocketAddr) -> Result<()> {
    let config = SchedulerConfig {
        bind_host: listen.ip().to_string(),
        external_host: listen.ip().to_string(),
        bind_port: listen.port(),
        ..SchedulerConfig::default()
    };
    let cluster = BallistaCluster::new_from_config(&config).await.map_err(failed)?;
    start_server(cluster, listen, Arc::new(config)).await.map_err(failed)
}

/// Runs an executor until it fails or the process is ended.
///
/// # Errors
/// It cannot listen there, or cannot reach its scheduler.
pub async fn run_executor(options: &ExecutorOptions) -> Result<()> {
    let grpc_port = options.listen.port().checked_add(1).ok_or_else(|| {
        LakeError::Refused("an executor needs a port and the one after it".to_owned())
    })?;
    let config = ExecutorProcessConfig {
        bind_host: options.listen.ip().to_string(),
        external_host: Some(options.listen.ip().to_string()),
        port: options.listen.port(),
        grpc_port,
        scheduler_host: options.scheduler.ip().to_string(),
        scheduler_port: options.scheduler.port(),
        scheduler_connect_timeout_seconds: 30,
        vcores: options.tasks,
        work_dir: Some(options.folder.clone()),
        ..ExecutorProcessConfig::default()
    };
    start_executor_process(Arc::new(config)).await.map_err(failed)
}

fn failed(error: ballista_core::error::BallistaError) -> LakeError {
    LakeError::Engine(error.to_string())
}
