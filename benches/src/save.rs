//! Saving one incident durably.

use std::time::Instant;

use anyhow::Result;
use sheaf_school::School;

use crate::device;
use crate::material::Material;
use crate::row::{Aim, Row, Unit};
use crate::suite::Suite;

/// Logs incidents one by one, from the line as it is typed to the record as it is shown, durable.
pub fn durable(suite: &Suite<'_>, material: &Material, head: &School) -> Result<Row> {
    suite.tell("Saving incidents one by one…");
    let mut figures = Vec::new();
    for number in 0..suite.sizes.saves {
        let line = device::line(material, number)?;
        let started = Instant::now();
        head.log(&line)?;
        figures.push(started.elapsed().as_secs_f64());
    }
    Ok(Row {
        what: format!(
            "Durable save of one incident, with {} in the school",
            material.incidents.len()
        ),
        unit: Unit::Seconds,
        figures,
        aim: Some(Aim::Under(0.002)),
    })
}
