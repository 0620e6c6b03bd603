//! The iroh endpoint, joining, and the carriers that move entries.
