//! The sheaf binary: every command, and the workbench.
fn main() {}
