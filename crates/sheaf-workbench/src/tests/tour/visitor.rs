//! Somebody at a window over the real desk. Every wait is for an answer, with a deadline.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use eframe::egui::{Event, Key, Modifiers, Theme, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use jiff::civil::DateTime;
use sheaf_school::desk::{Desk, DeskBusy};
use sheaf_school::{Clock, NetworkSlot, School};

use super::homes;
use crate::{Busy, Link, Settings, Workbench};

/// How long the desk may take to answer on a slow machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long is waited for one notice before the next frame.
const PAUSE: Duration = Duration::from_millis(20);

/// Somebody at a window.
pub struct Visitor {
    harness: Harness<'static, Workbench>,
    tour: &'static str,
    steps: usize,
    /// How many keys were pressed.
    pub keys: usize,
}

impl Visitor {
    /// Opens the window of a home at a fixed time.
    pub fn enter(tour: &'static str, home: &str, now: DateTime) -> Self {
        let dir = homes().path().join("school").join(home);
        let school = School::open(&dir, None, Clock::standing(now)).unwrap();
        Self::visit(tour, school, NetworkSlot::default())
    }

    /// Opens the window of a school, with its network if it has one.
    pub fn visit(tour: &'static str, school: School, network: NetworkSlot) -> Self {
        let settings = Settings { exports: homes().path().to_owned(), ..Settings::default() };
        let harness = Harness::builder()
            .with_size(vec2(1400.0, 900.0))
            .with_theme(Theme::Light)
            .with_max_steps(24)
            .with_step_dt(0.05)
            .with_render_cursor(false)
            .build_eframe(move |creation| {
                let wake = crate::run::wake(&creation.egui_ctx);
                let desk = Desk::open(&school, &network, wake).unwrap();
                let (sender, receive) = desk.into_parts();
                let send = move |id, request| sender.send(id, request).map_err(|DeskBusy| Busy);
                let link = Link { send: Box::new(send), receive };
                Workbench::new(&creation.egui_ctx, link, settings)
            });
        let mut visitor = Self { harness, tour, steps: 0, keys: 0 };
        visitor.rest();
        visitor
    }

    /// Lets the window come to rest: everything asked is answered.
    pub fn rest(&mut self) {
        let begun = Instant::now();
        loop {
            self.harness.step();
            if self.harness.state().unanswered() == 0 {
                self.harness.run();
                if self.harness.state().unanswered() == 0 {
                    return;
                }
            }
            assert!(begun.elapsed() < PATIENCE, "the desk did not answer");
            self.harness.state_mut().wait(PAUSE);
        }
    }

    /// Lets the window go on until something is in sight.
    #[track_caller]
    pub fn until(&mut self, part: &str) {
        let begun = Instant::now();
        self.rest();
        while !self.sees(part) {
            assert!(begun.elapsed() < PATIENCE, "`{part}` did not come in sight");
            self.harness.state_mut().wait(PAUSE);
            self.rest();
        }
    }

    /// Presses one key.
    pub fn press(&mut self, key: Key) {
        self.press_with(Modifiers::NONE, key);
    }

    /// Presses one key with others held; counted as one.
    pub fn press_with(&mut self, modifiers: Modifiers, key: Key) {
        self.keys += 1;
        self.harness.key_press_modifiers(modifiers, key);
        self.rest();
    }

    /// Types words, letter by letter.
    pub fn type_words(&mut self, words: &str) {
        for letter in words.chars() {
            self.keys += 1;
            self.harness.event(Event::Text(letter.to_string()));
            self.harness.step();
        }
        self.rest();
    }

    /// Clicks what has this name.
    #[track_caller]
    pub fn click(&mut self, name: &str) {
        self.harness.get_by_label(name).click_accesskit();
        self.rest();
    }

    /// Clicks the first whose name contains this.
    #[track_caller]
    pub fn click_containing(&mut self, part: &str) {
        let first = self.harness.get_all_by_label_contains(part).next();
        first.unwrap_or_else(|| panic!("nothing is called `{part}`")).click_accesskit();
        self.rest();
    }

    /// Scrolls to the first whose name contains this.
    #[track_caller]
    pub fn bring_in_sight(&mut self, part: &str) {
        let first = self.harness.get_all_by_label_contains(part).next();
        first.unwrap_or_else(|| panic!("nothing is called `{part}`")).scroll_to_me();
        self.rest();
    }

    /// Gives the keys to the first whose name contains this.
    #[track_caller]
    pub fn focus_containing(&mut self, part: &str) {
        let first = self.harness.get_all_by_label_contains(part).next();
        first.unwrap_or_else(|| panic!("nothing is called `{part}`")).focus();
        self.rest();
    }

    /// Whether something with these words is in sight.
    pub fn sees(&self, part: &str) -> bool {
        self.harness.query_all_by_label_contains(part).next().is_some()
    }

    /// What something is called whose name contains this.
    #[track_caller]
    pub fn name_of(&self, part: &str) -> String {
        let first = self.harness.query_all_by_label_contains(part).next();
        let first = first.unwrap_or_else(|| panic!("nothing is called `{part}`"));
        let node = first.accesskit_node();
        node.label().or_else(|| node.value()).unwrap_or_default()
    }

    /// One step is done: its picture is kept where pictures are wanted.
    pub fn step(&mut self, words: &str) {
        self.steps += 1;
        if let Some(folder) = std::env::var_os("SHEAF_TOUR").map(PathBuf::from) {
            std::fs::create_dir_all(&folder).unwrap();
            let name = format!("{}-{:02}-{words}.png", self.tour, self.steps);
            self.harness.render().unwrap().save(folder.join(name)).unwrap();
        }
    }
}
