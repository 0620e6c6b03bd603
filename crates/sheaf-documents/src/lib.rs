//! Records to and from automerge documents: writes, conflicts, history, schema versions.
