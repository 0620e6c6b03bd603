//! A window under the hands of a test.

use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};

use eframe::egui::{DroppedFile, Key, Modifiers, Theme, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::responder::Responder;
use crate::{Settings, Workbench};

/// A file that is dropped onto a window.
#[derive(Debug)]
pub struct Dropped(pub &'static str);

impl DroppedFile for Dropped {
    fn path(&self) -> &Path {
        Path::new(self.0)
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("the window leaves reading to the school".to_owned())
    }
}

/// A window over the invented school, and a count of the keys that were pressed.
pub struct Window {
    harness: Harness<'static, Workbench>,
    /// The far end.
    pub far: Responder,
    /// How many keys were pressed.
    pub keys: usize,
}

impl Window {
    /// A window that has come to rest.
    pub fn open() -> Self {
        Self::with(Settings::default(), Theme::Light)
    }

    /// A window with settings of its own.
    pub fn with(settings: Settings, theme: Theme) -> Self {
        let (far, link) = Responder::new();
        Self::over(far, link, settings, theme)
    }

    /// A window over a link that the test holds.
    pub fn over(far: Responder, link: crate::Link, settings: Settings, theme: Theme) -> Self {
        let near = far.clone();
        let harness = Harness::builder()
            .with_size(vec2(1400.0, 900.0))
            .with_theme(theme)
            .with_max_steps(24)
            .with_step_dt(0.05)
            .with_render_cursor(false)
            .build_eframe(move |creation| {
                near.wakes(crate::run::wake(&creation.egui_ctx));
                Workbench::new(&creation.egui_ctx, link, settings)
            });
        let mut window = Self { harness, far, keys: 0 };
        window.run();
        window
    }

    /// Presses one key.
    pub fn press(&mut self, key: Key) {
        self.press_with(Modifiers::NONE, key);
    }

    /// Presses one key with others held; counted as one.
    pub fn press_with(&mut self, modifiers: Modifiers, key: Key) {
        self.keys += 1;
        self.harness.key_press_modifiers(modifiers, key);
        self.harness.run();
    }

    /// Types words, letter by letter.
    pub fn type_words(&mut self, words: &str) {
        for letter in words.chars() {
            self.keys += 1;
            self.harness.event(eframe::egui::Event::Text(letter.to_string()));
            self.harness.run();
        }
    }

    /// Clicks what has this name.
    #[track_caller]
    pub fn click(&mut self, name: &str) {
        self.harness.get_by_label(name).click();
        self.harness.run();
    }

    /// Clicks the first whose name contains this.
    #[track_caller]
    pub fn click_containing(&mut self, part: &str) {
        let first = self.harness.get_all_by_label_contains(part).next();
        first.unwrap_or_else(|| panic!("nothing is called `{part}`")).click();
        self.harness.run();
    }

    /// Gives the keys to the first whose name contains this.
    #[track_caller]
    pub fn focus_containing(&mut self, part: &str) {
        let first = self.harness.get_all_by_label_contains(part).next();
        first.unwrap_or_else(|| panic!("nothing is called `{part}`")).focus();
        self.harness.run();
    }

    /// Keeps a picture in the folder that `SHEAF_SCREENSHOTS` names, to be looked at.
    pub fn keep(&mut self, name: &str) {
        if let Some(folder) = std::env::var_os("SHEAF_SCREENSHOTS").map(PathBuf::from) {
            std::fs::create_dir_all(&folder).unwrap();
            let picture = self.harness.render().unwrap();
            picture.save(folder.join(format!("{name}.png"))).unwrap();
        }
    }

    /// Whether something with these words is in sight.
    pub fn sees(&self, part: &str) -> bool {
        self.harness.query_all_by_label_contains(part).next().is_some()
    }

    /// What was asked of the school.
    pub fn asked(&self) -> Vec<String> {
        self.far.far.borrow().asked.clone()
    }
}

impl Deref for Window {
    type Target = Harness<'static, Workbench>;

    fn deref(&self) -> &Self::Target {
        &self.harness
    }
}

impl DerefMut for Window {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.harness
    }
}
