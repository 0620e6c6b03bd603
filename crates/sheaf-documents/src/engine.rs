//! The engine behind a guard: what panics in it becomes an error.

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::{Automerge, LoadOptions, OnPartialLoad, VerificationMode};

use crate::{ChangeHash, DocumentError};

/// An automerge document that is thrown away at the first panic in it.
pub(crate) struct Engine {
    automerge: Option<Automerge>,
}

impl Engine {
    pub(crate) fn new() -> Self {
        Self { automerge: Some(Automerge::new()) }
    }

    pub(crate) fn load(bytes: &[u8]) -> Result<Self, DocumentError> {
        let options = LoadOptions::new()
            .on_partial_load(OnPartialLoad::Error)
            .verification_mode(VerificationMode::Check);
        let loaded =
            catch_unwind(AssertUnwindSafe(|| Automerge::load_with_options(bytes, options)));
        match loaded {
            Ok(Ok(automerge)) if !bytes.is_empty() => Ok(Self { automerge: Some(automerge) }),
            _ => Err(DocumentError::Damaged),
        }
    }

    /// Reads; a panic is an error and leaves the document as it is.
    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&Automerge) -> Result<T, DocumentError>,
    ) -> Result<T, DocumentError> {
        let automerge = self.automerge.as_ref().ok_or(DocumentError::Poisoned)?;
        catch_unwind(AssertUnwindSafe(|| read(automerge))).unwrap_or(Err(DocumentError::Poisoned))
    }

    /// Changes; after a panic or an error nothing is known of the document, and it is dropped.
    pub(crate) fn change<T>(
        &mut self,
        change: impl FnOnce(&mut Automerge) -> Result<T, DocumentError>,
    ) -> Result<T, DocumentError> {
        let mut automerge = self.automerge.take().ok_or(DocumentError::Poisoned)?;
        let outcome = catch_unwind(AssertUnwindSafe(|| change(&mut automerge)));
        let value = outcome.unwrap_or(Err(DocumentError::Poisoned))?;
        self.automerge = Some(automerge);
        Ok(value)
    }

    /// Refuses if it was thrown away.
    pub(crate) fn check(&self) -> Result<(), DocumentError> {
        if self.automerge.is_some() { Ok(()) } else { Err(DocumentError::Poisoned) }
    }

    pub(crate) fn poison(&mut self) {
        self.automerge = None;
    }

    pub(crate) fn heads(&self) -> Result<Vec<ChangeHash>, DocumentError> {
        let mut heads: Vec<ChangeHash> =
            self.read(|automerge| Ok(automerge.get_heads().iter().map(|head| head.0).collect()))?;
        heads.sort_unstable();
        Ok(heads)
    }
}
