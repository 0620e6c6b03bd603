//! The Rhai host: manifest, sandbox, API, results, examples.
