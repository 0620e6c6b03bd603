//! Devices at a folder that misbehaves as folders do, in an order that a seed decides.

mod model;
mod stories;

pub(in crate::carry) use model::Devices;
