//! A value that the service fills: what is known, whether it was asked for, whether it is stale.

use sheaf_school::desk::RequestId;

/// A value on its way, here, or out of date.
#[derive(Clone, Debug)]
pub struct Slot<T> {
    value: Option<T>,
    asked: Option<RequestId>,
    stale: bool,
    refused: Option<String>,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self { value: None, asked: None, stale: true, refused: None }
    }
}

impl<T> Slot<T> {
    /// What is known, even if a newer value is on its way.
    pub const fn get(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// Why nothing can be shown.
    pub fn refused(&self) -> Option<&str> {
        self.refused.as_deref()
    }

    /// Whether to ask for it now.
    pub const fn is_wanted(&self) -> bool {
        self.stale && self.asked.is_none()
    }

    /// It was asked for.
    pub const fn ask(&mut self, id: RequestId) {
        self.asked = Some(id);
        self.stale = false;
    }

    /// It came.
    pub fn fill(&mut self, value: T) {
        self.value = Some(value);
        self.asked = None;
        self.refused = None;
    }

    /// It was refused.
    pub fn refuse(&mut self, why: String) {
        self.asked = None;
        self.refused = Some(why);
    }

    /// It was refused, and what was known of it goes: it may be erased.
    pub fn lose(&mut self, why: String) {
        self.value = None;
        self.refuse(why);
    }

    /// It has changed since: ask again.
    pub const fn expire(&mut self) {
        self.stale = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_asked_for_once_and_again_only_when_it_has_changed() {
        let mut slot = Slot::default();
        assert!(slot.is_wanted());
        slot.ask(RequestId(1));
        assert!(!slot.is_wanted());
        slot.expire();
        assert!(!slot.is_wanted(), "one request at a time");
        slot.fill(7);
        assert!(slot.is_wanted(), "it changed while it was on its way");
        assert_eq!(slot.get(), Some(&7), "the old value stays in sight");
    }

    #[test]
    fn a_refusal_is_not_repeated_by_itself() {
        let mut slot: Slot<u8> = Slot::default();
        slot.ask(RequestId(1));
        slot.refuse("not allowed".to_owned());
        assert!(!slot.is_wanted());
        assert_eq!(slot.refused(), Some("not allowed"));
    }

    #[test]
    fn what_is_lost_is_in_sight_no_more() {
        let mut slot = Slot::default();
        slot.ask(RequestId(1));
        slot.fill(7);
        slot.expire();
        slot.ask(RequestId(2));
        slot.lose("there is no such record".to_owned());
        assert_eq!((slot.get(), slot.is_wanted()), (None, false));
    }
}
