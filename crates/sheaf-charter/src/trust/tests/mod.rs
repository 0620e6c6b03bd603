//! Trust: authority, order independence, verdicts.

mod authority;
mod naive;
mod order;
mod verdicts;
