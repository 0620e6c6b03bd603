//! Trust: authority, order independence, verdicts.

mod authority;
mod histories;
mod naive;
mod order;
mod removal;
mod verdicts;
