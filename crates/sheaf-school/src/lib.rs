//! The application service: open a school, save, replicate, run a metric, subscribe.
