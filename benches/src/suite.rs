//! The benchmarks in their order.

use std::path::Path;

use anyhow::{Context, Result};
use tokio::runtime::{Builder, Runtime};

use crate::apart::{Cost, Errand, Sender};
use crate::live::visible;
use crate::material::{Material, Wanted};
use crate::metric::{metrics, referrals};
use crate::replication::{Writing, first, reconnect};
use crate::row::Row;
use crate::save::durable;
use crate::sizes::Sizes;
use crate::window::frames;

/// What every benchmark needs.
pub struct Suite<'a> {
    /// An empty folder for the schools.
    pub dir: &'a Path,
    /// How much of everything.
    pub sizes: &'a Sizes,
    /// For the network.
    pub runtime: Runtime,
    sender: Sender<'a>,
    tell: &'a dyn Fn(&str),
}

impl Suite<'_> {
    /// Says what is being done.
    pub fn tell(&self, what: &str) {
        (self.tell)(what);
    }

    /// Has something done on an unopened home several times, each time by a process of its own.
    pub fn apart(&self, errand: &Errand) -> Result<Vec<Cost>> {
        (0..self.sizes.cold_runs).map(|_| (self.sender)(errand)).collect()
    }
}

/// Runs all of them in an empty folder.
pub fn run(dir: &Path, sizes: &Sizes, sender: Sender<'_>, tell: &dyn Fn(&str)) -> Result<Vec<Row>> {
    let runtime = Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.context("no threads for the network")?;
    let suite = Suite { dir, sizes, runtime, sender, tell };
    let material = Material::invent(&Wanted::incidents(sizes.incidents))?;
    let (bulk, pair) = first(&suite, &material, Writing::Bulk)?;
    let (single, other) = first(&suite, &material, Writing::Single)?;
    suite.runtime.block_on(other.network.stop());
    let mut rows = vec![bulk, single];
    rows.extend(reconnect(&suite, &pair)?);
    let live = visible(&suite, &material, &pair)?;
    suite.runtime.block_on(pair.network.stop());
    rows.extend([durable(&suite, &material, &pair.head)?, live]);
    rows.extend(referrals(&suite)?);
    rows.extend(metrics(&suite)?);
    rows.extend(frames(&suite)?);
    Ok(rows)
}
