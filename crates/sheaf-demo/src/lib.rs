//! An invented school, realistic and seeded, as plain record values.
