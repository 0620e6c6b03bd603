//! Who is in the school with which devices, and letting a colleague in.

mod former;
mod invite;
mod network;
mod qr;
mod state;
#[cfg(test)]
mod tests;
mod view;

#[cfg(test)]
pub use state::Invite;
pub use state::{Edit, State};
pub use view::{Sight, show};
