//! Tests of documents as a whole.
