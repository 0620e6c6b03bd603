//! Arguments of the commands that found, invite and join.

use clap::Args;
use sheaf_school::{HostPort, Role};

/// Found a school.
#[derive(Args, Debug)]
pub struct InitArgs {
    /// The school's name
    #[arg(long)]
    pub school: String,
    /// The name of whoever uses this device
    #[arg(long)]
    pub person: String,
    /// Their role: the founder of a school is its head
    #[arg(long, default_value = "head")]
    pub role: Role,
    /// What this device is called
    #[arg(long, default_value = "this device")]
    pub device: String,
}

/// Make an invented school.
#[derive(Args, Debug)]
pub struct DemoArgs {
    /// How many pupils it has
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(10..=5000))]
    pub pupils: u32,
    /// How many years back its records go
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=5))]
    pub years: u32,
    /// The seed: the same seed gives the same school
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How many devices: 1 is the head's, 2 the safeguarding lead's, the others are mentors'
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=12))]
    pub devices: u32,
    /// Leave the page cipher off, for looking inside
    #[arg(long)]
    pub plain: bool,
}

/// Let a colleague's device join.
#[derive(Args, Debug)]
pub struct InviteArgs {
    /// Their role
    #[arg(long, required_unless_present = "device_of", conflicts_with = "device_of")]
    pub role: Option<Role>,
    /// A space to admit them to, beside `pastoral`; may be repeated
    #[arg(long = "space", value_name = "NAME", conflicts_with = "device_of")]
    pub spaces: Vec<String>,
    /// Let a further device of somebody join who is in already: their name or id
    #[arg(long = "for", value_name = "PERSON", id = "device_of")]
    pub device_of: Option<String>,
    /// Four words to read out instead of a ticket
    #[arg(long)]
    pub code: bool,
    /// For how long the invitation is good
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1440))]
    pub expires_minutes: u32,
    /// Listen on this UDP port, 0 for any; 47820 if left out, or any where that is taken
    #[arg(long)]
    pub port: Option<u16>,
    /// Listen on this machine alone
    #[arg(long)]
    pub loopback: bool,
}

/// Join a school.
#[derive(Args, Debug)]
pub struct JoinArgs {
    /// The ticket that `sheaf invite` printed, or the four words that were read out
    #[arg(required = true, num_args = 1.., value_name = "TICKET_OR_CODE")]
    pub pass: Vec<String>,
    /// Your name
    #[arg(long)]
    pub person: String,
    /// What this device is called
    #[arg(long, default_value = "this device")]
    pub device: String,
    /// An address of the inviting device, if it is not found without
    #[arg(long = "address", value_name = "HOST:PORT")]
    pub addresses: Vec<HostPort>,
    /// Use this machine's loopback network alone
    #[arg(long)]
    pub loopback: bool,
}
