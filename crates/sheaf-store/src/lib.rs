//! The encrypted file on disk: entries, documents, index, search.
