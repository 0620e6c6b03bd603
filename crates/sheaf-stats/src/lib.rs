//! Statistics: pure functions with published references.
