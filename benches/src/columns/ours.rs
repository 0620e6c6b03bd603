//! The questions as plans, and the bare kernels beside them.

use std::hint::black_box;
use std::time::Instant;

use anyhow::Result;
use sheaf_analytics::{Aggregate, Budget, Expr, Frame, Plan, SortKey, Step, WindowFunction};

use super::kernel::{Floor, Kernels};
use super::material::Rows;
use super::{Answer, Question};
use crate::row::median;

/// Days of the rolling window.
pub const FORTNIGHT: u32 = 14;

/// What a question asks of our columns.
pub fn plan(question: Question) -> Plan {
    let incidents = Plan::scan("incidents");
    let counted = [("n", Aggregate::Count)];
    match question {
        Question::Trend => incidents.group(["week", "category"], counted),
        Question::Grid => incidents.group(["location", "period"], counted),
        Question::Join => {
            // An incident's row has the pupil's sex as well: here it is looked up on purpose.
            let incidents = incidents.select(["incident_id", "pupil", "category"]);
            let pupils = Plan::scan("pupils").select(["pupil", "sex"]);
            incidents.join(pupils, ["pupil"]).group(["sex", "category"], counted)
        }
        Question::Rolling => incidents.step(Step::Window {
            name: "n".to_owned(),
            function: WindowFunction::Trailing(Expr::Int(1), FORTNIGHT),
            over: vec!["pupil".to_owned()],
            order: vec![SortKey::parse("date")],
        }),
    }
}

/// Asks all questions so many times each; gives beside them what bare kernels take.
pub fn ask(rows: &Rows, runs: usize) -> Result<(Vec<Answer>, Vec<Floor>)> {
    let scope = rows.scope()?;
    let kernels = Kernels::of(&scope)?;
    let (mut answers, mut floors) = (Vec::new(), Vec::new());
    for question in Question::ALL {
        let plan = plan(question);
        let budget = Budget::default();
        let found = plan.run(&scope, &budget)?;
        let mut times = Vec::with_capacity(runs);
        for _ in 0..runs {
            let started = Instant::now();
            black_box(plan.run(&scope, &budget)?);
            times.push(started.elapsed().as_secs_f64());
        }
        answers.push(Answer {
            engine: "Sheaf".to_owned(),
            question,
            seconds: median(&times).unwrap_or_default(),
            from_files: None,
            total: total(question, &found)?,
        });
        floors.push(kernels.floor(question, runs));
    }
    Ok((answers, floors))
}

/// What an answer adds up to.
pub fn total(question: Question, found: &Frame) -> Result<[u64; 2]> {
    let counts = match question {
        // The others count the other rows of the same day in each: the most of a pupil is the same.
        Question::Rolling => {
            let most = found.apply(
                &[Step::Group {
                    keys: vec!["pupil".to_owned()],
                    aggregates: vec![(
                        "most".to_owned(),
                        Aggregate::Max(Expr::Column("n".to_owned())),
                    )],
                }],
                &Budget::default(),
            )?;
            most.column("most")?.numbers()?
        }
        _ => found.column("n")?.numbers()?,
    };
    let squares = counts.iter().map(|count| (count * count) as u64).sum();
    Ok([counts.len() as u64, squares])
}
