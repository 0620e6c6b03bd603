//! Why the service refuses or fails: one line that says what, where and what to do.

use sheaf_charter::CharterError;
use sheaf_documents::DocumentError;
use sheaf_records::Problem;
use sheaf_store::StoreError;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SchoolError {
    /// The home or the store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Keys, rights, tickets.
    #[error(transparent)]
    Charter(#[from] CharterError),
    /// The document of a record.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The network.
    #[error(transparent)]
    Net(#[from] sheaf_net::NetError),
    /// What was to be written is not valid.
    #[error("{}", lines(.0))]
    Invalid(Vec<Problem>),
    /// The home is locked.
    #[error("this home is locked: {0}")]
    Locked(String),
    /// The home is there but its identity is not.
    #[error("{0} has no identity: it was copied in part, or its making was cut short")]
    NoIdentity(String),
    /// Something is not here.
    #[error("there is no {what} `{name}` here{hint}")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// What was asked for.
        name: String,
        /// What it may have meant, or where to look.
        hint: String,
    },
    /// A name fits several; they are listed by name, year and registration group.
    #[error("`{name}` fits {}; say which: {}", .candidates.len(), .candidates.join("; "))]
    Ambiguous {
        /// What was asked for.
        name: String,
        /// What it fits.
        candidates: Vec<String>,
    },
    /// The rights of whoever uses this device do not reach.
    #[error("not allowed: {0}")]
    NotAllowed(String),
    /// No device answers to the first word of a spoken code.
    #[error(
        "no device answers to `{slot}`: check that the other one still waits and that both are on \
         one network, or give the address that it shows"
    )]
    NoAnswer {
        /// The word.
        slot: String,
    },
    /// Joining broke off at a moment at which the other device may have let this one in.
    #[error(
        "{why}; the school may have let this device in already: join again in the same folder, \
         which keeps its keys, with the same ticket or a new one"
    )]
    PerhapsIn {
        /// What broke it off.
        why: Box<SchoolError>,
    },
    /// A value that was given does not fit.
    #[error("{0}")]
    Refused(String),
    /// A metric.
    #[error(transparent)]
    Metric(Box<sheaf_metrics::MetricError>),
    /// A chart could not be drawn.
    #[error(transparent)]
    Chart(#[from] sheaf_charts::ChartError),
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// A list that was to be imported is refused as a whole.
    #[error("{path}: {source}")]
    List {
        /// Which.
        path: String,
        /// What is wrong with it.
        source: sheaf_exchange::ExchangeError,
    },
    /// A bundle, or a file of a shared folder, does not hold or is not for this device.
    #[error("{path}: {what}")]
    Carried {
        /// Which.
        path: String,
        /// What is wrong, and what to do.
        what: String,
    },
    /// A proof of a record does not hold.
    #[error("the proof does not hold: {place}: {what}")]
    Proof {
        /// Where.
        place: String,
        /// Why not.
        what: String,
    },
    /// What is stored does not fit together.
    #[error("the index does not fit the log ({0}): run `sheaf verify --rebuild`")]
    Index(String),
}

/// Short for results of the service.
pub type Result<T, E = SchoolError> = std::result::Result<T, E>;

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl From<sheaf_metrics::MetricError> for SchoolError {
    fn from(error: sheaf_metrics::MetricError) -> Self {
        Self::Metric(Box::new(error))
    }
}
