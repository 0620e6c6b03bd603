//! The entries.

use eframe::egui::{Key, KeyboardShortcut, Modifiers};

use super::{Command, CommandId, Group, Keys, Situation};

const fn ctrl(key: Key) -> Keys {
    Keys::Chord(KeyboardShortcut::new(Modifiers::COMMAND, key))
}

const fn ctrl_shift(key: Key) -> Keys {
    Keys::Chord(KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), key))
}

const fn shift(key: Key) -> Keys {
    Keys::Chord(KeyboardShortcut::new(Modifiers::SHIFT, key))
}

const fn bare(key: Key) -> Keys {
    Keys::Chord(KeyboardShortcut::new(Modifiers::NONE, key))
}

const fn always(_: &Situation) -> Result<(), &'static str> {
    Ok(())
}

const fn when(holds: bool, why_not: &'static str) -> Result<(), &'static str> {
    if holds { Ok(()) } else { Err(why_not) }
}

/// Every command, in the order in which they are listed.
pub const COMMANDS: &[Command] = &[
    Command {
        id: CommandId::QuickLog,
        name: "Log an incident…",
        help: "Who, what, where; Enter saves",
        group: Group::Daily,
        keys: &[ctrl(Key::N), Keys::Plain(Key::N)],
        enabled: |now| {
            when(now.can_log, "The list of pupils is still on its way")?;
            when(!now.hides_names, "Names are hidden: show them first")
        },
    },
    Command {
        id: CommandId::WriteConcern,
        name: "Write a safeguarding concern…",
        help: "Handed over to those who receive concerns, and nobody else",
        group: Group::Daily,
        keys: &[Keys::Plain(Key::C), ctrl_shift(Key::G)],
        enabled: |now| {
            when(now.can_log, "The list of pupils is still on its way")?;
            when(!now.hides_names, "Names are hidden: show them first")
        },
    },
    Command {
        id: CommandId::Palette,
        name: "Find a command or a pupil…",
        help: "Everything by name",
        group: Group::Daily,
        keys: &[ctrl(Key::K), ctrl_shift(Key::P)],
        enabled: always,
    },
    Command {
        id: CommandId::Search,
        name: "Search the records…",
        help: "Look for words in everything that you may read",
        group: Group::Daily,
        keys: &[ctrl(Key::F), Keys::Plain(Key::Slash)],
        enabled: always,
    },
    Command {
        id: CommandId::Close,
        name: "Close what is on top",
        help: "A dialog, a list or the side panel",
        group: Group::Daily,
        keys: &[bare(Key::Escape)],
        enabled: always,
    },
    Command {
        id: CommandId::Undo,
        name: "Undo what was done last",
        help: "For ten seconds after a save or a tick",
        group: Group::Daily,
        keys: &[ctrl(Key::Z)],
        enabled: |now| when(now.can_undo, "Nothing was done just now"),
    },
    Command {
        id: CommandId::GoToday,
        name: "Today",
        help: "What needs you, and what was written down last",
        group: Group::Go,
        keys: &[ctrl(Key::Num1)],
        enabled: always,
    },
    Command {
        id: CommandId::GoMetrics,
        name: "Metrics",
        help: "Questions about the school, with charts",
        group: Group::Go,
        keys: &[ctrl(Key::Num2)],
        enabled: always,
    },
    Command {
        id: CommandId::GoGallery,
        name: "Gallery of metrics",
        help: "What can be asked, with a picture of each answer",
        group: Group::Go,
        keys: &[ctrl(Key::Num6)],
        enabled: always,
    },
    Command {
        id: CommandId::GoCaseload,
        name: "My caseload",
        help: "The pupils whom you look after, reviews that are overdue first",
        group: Group::Go,
        keys: &[ctrl(Key::Num5)],
        enabled: always,
    },
    Command {
        id: CommandId::AddToCaseload,
        name: "Add a pupil to my caseload…",
        help: "From today on; the review can be set on the record",
        group: Group::Daily,
        keys: &[],
        enabled: |now| when(now.can_log, "The list of pupils is still on its way"),
    },
    Command {
        id: CommandId::GoIncidents,
        name: "Incidents",
        help: "All of them in a table, to sort, filter and copy",
        group: Group::Go,
        keys: &[ctrl(Key::Num4)],
        enabled: always,
    },
    Command {
        id: CommandId::GoConcerns,
        name: "Concerns",
        help: "Yours and those that you receive, and where each stands",
        group: Group::Go,
        keys: &[ctrl_shift(Key::S)],
        enabled: always,
    },
    Command {
        id: CommandId::GoConflicts,
        name: "Conflicts to settle",
        help: "Fields that two people set at once",
        group: Group::Go,
        keys: &[ctrl(Key::Num8)],
        enabled: always,
    },
    Command {
        id: CommandId::GoPeople,
        name: "Devices and people",
        help: "Who is in, and inviting a colleague",
        group: Group::Go,
        keys: &[ctrl(Key::Num9)],
        enabled: always,
    },
    Command {
        id: CommandId::GoRemovals,
        name: "Removals",
        help: "Who and what was removed, and who stands behind it",
        group: Group::Go,
        keys: &[],
        enabled: always,
    },
    Command {
        id: CommandId::GoHeld,
        name: "What is held",
        help: "Changes that are kept and do not count, and why",
        group: Group::Go,
        keys: &[],
        enabled: always,
    },
    Command {
        id: CommandId::GoErasures,
        name: "Erasures",
        help: "What waits for a second signature, and who has confirmed",
        group: Group::Go,
        keys: &[],
        enabled: always,
    },
    Command {
        id: CommandId::GoRetention,
        name: "Retention",
        help: "Records past the time that they may be kept, for a lead to decide about",
        group: Group::Go,
        keys: &[],
        enabled: always,
    },
    Command {
        id: CommandId::GoSettings,
        name: "Settings",
        help: "Theme, size, layouts, privacy, where the data lies",
        group: Group::Go,
        keys: &[ctrl(Key::Comma)],
        enabled: always,
    },
    Command {
        id: CommandId::ImportPupils,
        name: "Import a pupil list…",
        help: "The CSV file of SIMS, Arbor or Bromcom; you look before anything is written",
        group: Group::Go,
        keys: &[ctrl(Key::Num7)],
        enabled: |now| when(!now.hides_names, "Names are hidden: show them first"),
    },
    Command {
        id: CommandId::GoPupil,
        name: "The last pupil",
        help: "The timeline that was opened last",
        group: Group::Go,
        keys: &[ctrl(Key::Num3)],
        enabled: |now| when(now.has_pupil, "No pupil is open"),
    },
    Command {
        id: CommandId::RunMetric,
        name: "Run the metric",
        help: "With the options as they stand",
        group: Group::Metrics,
        keys: &[ctrl(Key::Enter)],
        enabled: |now| when(now.has_metric, "No metric is chosen"),
    },
    Command {
        id: CommandId::ComparePeriod,
        name: "Compare with the period before",
        help: "The same metric over the year, term or days before; again for this period alone",
        group: Group::Metrics,
        keys: &[ctrl_shift(Key::B)],
        enabled: |now| when(now.has_period, "No metric is chosen that looks at a period"),
    },
    Command {
        id: CommandId::StopMetric,
        name: "Stop the metric",
        help: "The result before stays",
        group: Group::Metrics,
        keys: &[ctrl(Key::Period)],
        enabled: |now| when(now.is_running, "No metric runs"),
    },
    Command {
        id: CommandId::ReviewMetric,
        name: "Review a metric that waits…",
        help: "What it says beside what everybody runs, and what has changed in it",
        group: Group::Metrics,
        keys: &[],
        enabled: |now| when(now.metrics_wait, "No metric waits for you"),
    },
    Command {
        id: CommandId::NewMetric,
        name: "Write a new metric…",
        help: "A question of your own; it stays on this device until you share it",
        group: Group::Metrics,
        keys: &[],
        enabled: always,
    },
    Command {
        id: CommandId::SaveDraft,
        name: "Save the metric that you write",
        help: "The file in sight; its examples run, and those that fail are named",
        group: Group::Metrics,
        keys: &[ctrl(Key::S)],
        enabled: |now| when(now.can_save, "No file of a metric has changed"),
    },
    Command {
        id: CommandId::ChartTable,
        name: "Charts as tables, or as pictures again",
        help: "The same numbers, row by row",
        group: Group::Metrics,
        keys: &[ctrl_shift(Key::T)],
        enabled: |now| when(now.has_chart, "No chart is in sight"),
    },
    Command {
        id: CommandId::ExportChart,
        name: "Export a chart…",
        help: "As SVG, PNG or CSV, with the sentence that says what is counted",
        group: Group::Metrics,
        keys: &[ctrl_shift(Key::E)],
        enabled: |now| when(now.has_chart, "No chart is in sight"),
    },
    Command {
        id: CommandId::CloseView,
        name: "Close the view",
        help: "The one in front",
        group: Group::Window,
        keys: &[ctrl(Key::W)],
        enabled: |now| when(now.can_close, "This view stays open"),
    },
    Command {
        id: CommandId::ResetLayout,
        name: "Put the views back in their places",
        help: "As when the window was new",
        group: Group::Window,
        keys: &[],
        enabled: always,
    },
    Command {
        id: CommandId::NextPane,
        name: "The next part of the window",
        help: "Sidebar, views, side panel; Tab goes on inside",
        group: Group::Window,
        keys: &[bare(Key::F6)],
        enabled: always,
    },
    Command {
        id: CommandId::PreviousPane,
        name: "The part of the window before",
        help: "The other way round",
        group: Group::Window,
        keys: &[shift(Key::F6)],
        enabled: always,
    },
    Command {
        id: CommandId::Blank,
        name: "Blank the screen",
        help: "Hide everything until the same keys or Esc",
        group: Group::Window,
        keys: &[ctrl(Key::B)],
        enabled: always,
    },
    Command {
        id: CommandId::Lock,
        name: "Lock",
        help: "The passphrase opens it again, and all is as you left it",
        group: Group::Window,
        keys: &[ctrl(Key::L)],
        enabled: |now| when(now.can_lock, "An invented school has no passphrase"),
    },
    Command {
        id: CommandId::ChangePassphrase,
        name: "Change the passphrase…",
        help: "The one that opens Sheaf on this device",
        group: Group::Window,
        keys: &[],
        enabled: |now| when(now.can_lock, "An invented school has no passphrase"),
    },
    Command {
        id: CommandId::BackUp,
        name: "Back up…",
        help: "One sealed file with all that this device holds",
        group: Group::Window,
        keys: &[],
        enabled: always,
    },
    Command {
        id: CommandId::Recover,
        name: "Use the recovery key…",
        help: "The paper from the safe: makes a head, removes anybody",
        group: Group::Window,
        keys: &[],
        enabled: always,
    },
    Command {
        id: CommandId::UseFolder,
        name: "Use a shared folder…",
        help: "A mapped drive or a synchronised folder, for those who are never met",
        group: Group::Window,
        keys: &[],
        enabled: always,
    },
    Command {
        id: CommandId::WriteBundle,
        name: "Write a bundle for…",
        help: "One sealed file on a stick, for colleagues who are never met",
        group: Group::Window,
        keys: &[],
        enabled: always,
    },
    Command {
        id: CommandId::ReadBundle,
        name: "Read a bundle…",
        help: "What a colleague has written for this device",
        group: Group::Window,
        keys: &[],
        enabled: always,
    },
    Command {
        id: CommandId::Connect,
        name: "Connect to an address…",
        help: "A device that this one does not find by itself",
        group: Group::Window,
        keys: &[],
        enabled: always,
    },
    Command {
        id: CommandId::Present,
        name: "Initials instead of names",
        help: "For a screen that others see; again for names",
        group: Group::Window,
        keys: &[ctrl_shift(Key::I)],
        enabled: always,
    },
    Command {
        id: CommandId::Reload,
        name: "Ask for everything again",
        help: "What is shown is read anew",
        group: Group::Window,
        keys: &[bare(Key::F5)],
        enabled: always,
    },
    Command {
        id: CommandId::Theme,
        name: "Light or dark",
        help: "Change between the two themes",
        group: Group::Window,
        keys: &[ctrl(Key::T)],
        enabled: always,
    },
    Command {
        id: CommandId::ZoomIn,
        name: "Larger",
        help: "Up to 300 %",
        group: Group::Window,
        keys: &[ctrl(Key::Plus), ctrl(Key::Equals)],
        enabled: always,
    },
    Command {
        id: CommandId::ZoomOut,
        name: "Smaller",
        help: "Down to 50 %",
        group: Group::Window,
        keys: &[ctrl(Key::Minus)],
        enabled: always,
    },
    Command {
        id: CommandId::ZoomReset,
        name: "Usual size",
        help: "100 %",
        group: Group::Window,
        keys: &[ctrl(Key::Num0)],
        enabled: always,
    },
    Command {
        id: CommandId::Help,
        name: "Keys and what they do",
        help: "This list",
        group: Group::Window,
        keys: &[bare(Key::F1), Keys::Plain(Key::Questionmark)],
        enabled: always,
    },
];
