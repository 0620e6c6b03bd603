//! The table of commands: every thing that a user can do, once; the palette, the shortcuts, the
//! menus, the help and the tests all read it.

mod table;
#[cfg(test)]
mod tests;

use eframe::egui::{Context, Key, KeyboardShortcut, Modifiers};

pub use table::COMMANDS;

/// A command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CommandId {
    /// Open the quick log.
    QuickLog,
    /// Write a safeguarding concern down.
    WriteConcern,
    /// Open the palette.
    Palette,
    /// Show the keys and what they do.
    Help,
    /// Take back what was done last.
    Undo,
    /// Go to the start view.
    GoToday,
    /// Go to the metrics.
    GoMetrics,
    /// Go to the caseload.
    GoCaseload,
    /// Look for a pupil to put on the caseload.
    AddToCaseload,
    /// Go to the table of incidents.
    GoIncidents,
    /// Go to the concerns.
    GoConcerns,
    /// Go to what is to be settled.
    GoConflicts,
    /// Go to devices and people.
    GoPeople,
    /// Go to the removals.
    GoRemovals,
    /// Go to what is held.
    GoHeld,
    /// Go to the erasures.
    GoErasures,
    /// Go to what is past its period.
    GoRetention,
    /// Go to the settings.
    GoSettings,
    /// Bring a pupil list in.
    ImportPupils,
    /// Ask for everything again.
    Reload,
    /// Hide everything, or show it again.
    Blank,
    /// Lock the school away behind its passphrase.
    Lock,
    /// Give this device another passphrase.
    ChangePassphrase,
    /// Write all that this device holds into a sealed file.
    BackUp,
    /// Use the printed recovery key.
    Recover,
    /// Exchange by a shared folder.
    UseFolder,
    /// Write a bundle for a stick.
    WriteBundle,
    /// Read a bundle.
    ReadBundle,
    /// Replicate with the device at an address.
    Connect,
    /// Initials instead of names, or names again.
    Present,
    /// The keys go to the next part of the window.
    NextPane,
    /// The keys go to the part before.
    PreviousPane,
    /// Go to the pupil who was opened last.
    GoPupil,
    /// Look for words.
    Search,
    /// Go to the metrics as cards.
    GoGallery,
    /// Run the metric.
    RunMetric,
    /// Beside the same over the period before, or by itself again.
    ComparePeriod,
    /// Write a chart to a file.
    ExportChart,
    /// Stop the metric.
    StopMetric,
    /// Look at a metric that waits.
    ReviewMetric,
    /// Write a new metric.
    NewMetric,
    /// Save the file of the metric that is written.
    SaveDraft,
    /// Show the values of the first chart as a table, or as a picture again.
    ChartTable,
    /// Close the view in front.
    CloseView,
    /// Put every view back in its usual place.
    ResetLayout,
    /// Change between light and dark.
    Theme,
    /// Everything larger.
    ZoomIn,
    /// Everything smaller.
    ZoomOut,
    /// Everything as designed.
    ZoomReset,
    /// Close what is on top.
    Close,
}

/// Under which heading a command is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// What a day is full of.
    Daily,
    /// Where to go.
    Go,
    /// Questions and charts.
    Metrics,
    /// How the window looks.
    Window,
}

impl Group {
    /// Every group in order.
    pub const ALL: [Self; 4] = [Self::Daily, Self::Go, Self::Metrics, Self::Window];

    /// Its heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Daily => "Every day",
            Self::Go => "Go to",
            Self::Metrics => "Metrics and charts",
            Self::Window => "Window",
        }
    }
}

/// A key that gives a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// At any time.
    Chord(KeyboardShortcut),
    /// While no text field has the focus.
    Plain(Key),
}

impl Keys {
    /// As it is printed on keys: `Ctrl+N`, `N`.
    pub fn words(self, ctx: &Context) -> String {
        match self {
            Self::Chord(chord) => {
                let held = ctx.format_modifiers(chord.modifiers);
                let plus = if held.is_empty() { "" } else { "+" };
                format!("{held}{plus}{}", printed(chord.logical_key))
            }
            Self::Plain(key) => printed(key).to_owned(),
        }
    }
}

/// What stands on a key.
fn printed(key: Key) -> &'static str {
    match key {
        Key::Escape => "Esc",
        Key::Plus => "+",
        Key::Equals => "=",
        Key::Minus => "–",
        Key::Comma => ",",
        Key::Period => ".",
        Key::Slash => "/",
        Key::Questionmark => "?",
        other => other.name(),
    }
}

/// What decides whether a command can be given now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Situation {
    /// The roster is here, so that an incident can be logged.
    pub can_log: bool,
    /// The school has a passphrase, and is open behind it.
    pub can_lock: bool,
    /// A pupil's timeline is open.
    pub has_pupil: bool,
    /// A metric is chosen.
    pub has_metric: bool,
    /// The metric that is chosen looks at a period.
    pub has_period: bool,
    /// A metric waits for whoever uses this device: to be reviewed, or to be mended.
    pub metrics_wait: bool,
    /// The file of a metric in sight has changed since it was saved.
    pub can_save: bool,
    /// A metric runs.
    pub is_running: bool,
    /// A result with a chart is in sight.
    pub has_chart: bool,
    /// What was done last can be taken back.
    pub can_undo: bool,
    /// The view in front can be closed.
    pub can_close: bool,
    /// Names are hidden.
    pub hides_names: bool,
    /// Everything is hidden.
    pub is_blank: bool,
}

/// One entry of the table.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// Which.
    pub id: CommandId,
    /// What it is called.
    pub name: &'static str,
    /// What it does, in one line.
    pub help: &'static str,
    /// Where it is listed.
    pub group: Group,
    /// The keys that give it; the first is shown.
    pub keys: &'static [Keys],
    /// Whether it can be given now, or why not.
    pub enabled: fn(&Situation) -> Result<(), &'static str>,
}

impl Command {
    /// Whether it can be given while the screen is blank.
    const fn works_blank(&self) -> bool {
        matches!(self.id, CommandId::Blank | CommandId::Close)
    }

    /// The keys as they are printed, or nothing.
    pub fn keys_in_words(&self, ctx: &Context) -> String {
        self.keys.first().map(|keys| keys.words(ctx)).unwrap_or_default()
    }
}

/// The entry of a command.
pub fn find(id: CommandId) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.id == id)
}

/// Whether keys by themselves are letters that someone types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typing {
    /// They are: a text field has the focus, or a dialog is open.
    Yes,
    /// They are not, so that they may give commands.
    No,
}

/// The commands whose keys were pressed in this frame; the keys are used up.
pub fn pressed(ctx: &Context, situation: &Situation, typing: Typing) -> Vec<CommandId> {
    COMMANDS
        .iter()
        .filter(|command| (command.enabled)(situation).is_ok())
        .filter(|command| !situation.is_blank || command.works_blank())
        .filter(|command| command.keys.iter().any(|keys| is_pressed(ctx, *keys, typing)))
        .map(|command| command.id)
        .collect()
}

fn is_pressed(ctx: &Context, keys: Keys, typing: Typing) -> bool {
    match keys {
        Keys::Chord(chord) => ctx.input_mut(|input| input.consume_shortcut(&chord)),
        Keys::Plain(key) if typing == Typing::No => ctx.input_mut(|input| {
            input.consume_key(Modifiers::NONE, key)
                || (key == Key::Questionmark && input.consume_key(Modifiers::SHIFT, key))
        }),
        Keys::Plain(_) => false,
    }
}
