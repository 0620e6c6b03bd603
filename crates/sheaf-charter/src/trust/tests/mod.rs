//! Trust: authority, order independence, verdicts.

mod authority;
mod hand_off;
mod histories;
mod leaving;
mod lockers;
mod naive;
mod order;
mod removal;
mod verdicts;
mod withdrawal;
