//! Arguments of the commands about safeguarding concerns.

use clap::{Args, Subcommand};

/// What can be done with concerns.
#[derive(Subcommand, Debug)]
pub enum ConcernCommand {
    /// Write a concern down and hand it over to those who receive concerns
    ///
    /// It is kept at once, with or without a network. Only you and those who receive concerns (the
    /// head, the safeguarding lead and deputies who are in `safeguarding`) can read it.
    Add(ConcernAddArgs),
    /// Your concerns, and those that you receive, with where each stands
    List {
        /// Only those about this pupil: a name, a UPN or an id
        #[arg(long)]
        pupil: Option<String>,
    },
    /// One concern in full
    Show {
        /// The concern
        id: String,
    },
    /// Say that you have read a concern and answer for it; its writer is told
    Receive {
        /// The concern
        id: String,
    },
    /// Keep what was decided on a concern, and why, in `safeguarding`
    ///
    /// Its writer is told that it is being dealt with, and by whom; not what was decided.
    Decide(ConcernDecideArgs),
    /// Say that nothing more is to be done; its writer is told
    Close {
        /// The concern
        id: String,
        /// What came of it, for `safeguarding` only
        #[arg(long, value_name = "TEXT")]
        outcome: Option<String>,
    },
}

/// A concern.
#[derive(Args, Debug)]
pub struct ConcernAddArgs {
    /// The pupil: a name, a UPN or an id
    pub who: String,
    /// What the child said, word for word, or what you saw; `-` reads standard input
    #[arg(long, value_name = "-|TEXT", default_value = "-")]
    pub words: String,
    /// What it may be about: a code or the beginning of its title; `sheaf codes concern_category`
    #[arg(long, value_name = "CODE")]
    pub category: Option<String>,
    /// When you saw or heard it, such as 2026-11-20T10:15 or 10:15; now if left out
    #[arg(long, value_name = "TIME")]
    pub seen: Option<String>,
    /// Whom you have told in person
    #[arg(long, value_name = "NAME")]
    pub told: Option<String>,
    /// The child is in danger now. Tell somebody in person too: do not wait for a receipt
    #[arg(long)]
    pub danger: bool,
}

/// What was decided on a concern.
#[derive(Args, Debug)]
pub struct ConcernDecideArgs {
    /// The concern
    pub id: String,
    /// What was decided: a code or the beginning of its title; `sheaf codes concern_decision`
    #[arg(long, value_name = "CODE")]
    pub decision: String,
    /// Why; where nothing was referred, why not
    #[arg(long, value_name = "TEXT")]
    pub rationale: String,
    /// Which service it was referred to: a code or the beginning of its title
    #[arg(long, value_name = "CODE")]
    pub referred_to: Option<String>,
    /// Name and team of whoever took it there
    #[arg(long, value_name = "TEXT")]
    pub referred_whom: Option<String>,
    /// What came of it
    #[arg(long, value_name = "TEXT")]
    pub outcome: Option<String>,
    /// Close it too: nothing more is to be done
    #[arg(long)]
    pub close: bool,
}
