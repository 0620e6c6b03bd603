//! Stories: what people, scripts and misfortune do with whole devices, and what must hold then.
//! The numbers are those of the ten rules that the design sets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, in its helpers too"
)]

mod addresses;
mod backup;
mod bad_input;
mod bad_peers;
mod bad_plugins;
mod conduct;
mod conflict;
mod contract;
mod copies;
mod device;
mod doctor;
mod erasure;
mod exchange;
mod hand_off;
mod history;
mod hostile;
mod joining;
mod keys;
mod kill;
mod leaving;
mod lock;
mod locker;
mod metric;
mod metric_files;
mod metric_sharing;
mod need_to_know;
mod passphrase;
mod processes;
mod register;
mod retention;
mod rights;
mod scripts;
mod shared_drive;
mod spoken_code;
mod support;
mod trust;
mod usb_stick;
mod window;
