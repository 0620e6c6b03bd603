//! Tests of documents as a whole.

mod bounds;
mod concurrent;
mod first;
mod hostile;
mod model;
mod round_trip;
mod support;
mod time;
mod twins;
