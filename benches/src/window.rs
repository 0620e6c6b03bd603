//! What a frame of the window costs on a large school, and a key in a typeahead.

use anyhow::Result;
use sheaf_school::desk::{Desk, DeskBusy};
use sheaf_school::{NetworkSlot, School};
use sheaf_workbench::{Busy, Hand, Link, Opening, Picture, Rehearsal, Settings, Wake};

use crate::device;
use crate::material::{Material, Wanted};
use crate::row::{Aim, Row, Unit};
use crate::suite::Suite;

/// What is typed into the typeahead: beginnings of names that many pupils have.
const TYPED: &str = "mar oa an el jo sa";

/// Rows walked down in the table, a frame each.
const FRAMES: usize = 200;

/// A frame of the table of incidents, and a key in the typeahead over the pupils.
pub fn frames(suite: &Suite<'_>) -> Result<Vec<Row>> {
    let (rows, pupils) = (suite.sizes.table_rows, suite.sizes.typeahead_pupils);
    suite.tell(&format!("Inventing {rows} incidents of {pupils} pupils…"));
    let wanted = Wanted { pupils, years: 5, incidents: rows, referrals: 0 };
    let material = Material::invent(&wanted)?;
    let school = device::found(&suite.dir.join("window"), &material)?;
    school.add_all(material.incidents.clone(), None)?;
    suite.tell("Drawing frames…");
    let table = walk(&school)?;
    let keys = typed(&school)?;
    let pupils = material.pupils.len();
    let row = |what: String, figures, aim| Row { what, unit: Unit::Seconds, figures, aim };
    Ok(vec![
        row(
            format!("A frame of the table of {rows} incidents, 1400 by 900, one row further down"),
            table,
            Some(Aim::AtMost(0.004)),
        ),
        row(
            format!("A key in the typeahead over {pupils} pupils, with its frame"),
            keys,
            Some(Aim::AtMost(0.005)),
        ),
    ])
}

fn open(school: &School, opening: Opening) -> Result<Rehearsal> {
    let desk = school.clone();
    let settings = Settings { opening, ..Settings::default() };
    Ok(Rehearsal::new(settings, Picture::default(), move |wake| link(&desk, wake))?)
}

fn link(school: &School, wake: Wake) -> Link {
    match Desk::open(school, &NetworkSlot::default(), wake) {
        Ok(desk) => {
            let (sender, receive) = desk.into_parts();
            let send =
                Box::new(move |id, request| sender.send(id, request).map_err(|DeskBusy| Busy));
            Link { send, receive }
        }
        Err(_) => {
            let (_, receive) = std::sync::mpsc::channel();
            Link { send: Box::new(|_, _| Err(Busy)), receive }
        }
    }
}

/// Walks down the table: each frame answers to one key and draws the step before.
fn walk(school: &School) -> Result<Vec<f64>> {
    let mut window = open(school, Opening::Incidents)?;
    window.frame(Hand::Down);
    let frames = (0..FRAMES).map(|_| window.frame(Hand::Down).as_secs_f64());
    let figures = frames.collect();
    window.frame(Hand::End);
    window.rest()?;
    Ok(figures)
}

/// Types into the box for pupils of the quick log; what is offered is drawn in the same frame.
fn typed(school: &School) -> Result<Vec<f64>> {
    let mut window = open(school, Opening::QuickLog)?;
    window.rest()?;
    let mut figures = Vec::new();
    for word in TYPED.split(' ') {
        for letter in word.chars() {
            figures.push(window.frame(Hand::Letter(letter)).as_secs_f64());
            window.rest()?;
        }
        for _ in word.chars() {
            window.frame(Hand::Backspace);
        }
    }
    Ok(figures)
}
