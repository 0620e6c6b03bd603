//! The sheaf binary, as the stories drive it.
fn main() {}
