//! Counting distinct values without a set.

/// Marks where each value was seen last.
pub struct Stamps(Vec<u32>);

impl Stamps {
    /// Marks for codes below `values`.
    pub fn new(values: usize) -> Self {
        Self(vec![u32::MAX; values])
    }

    /// Whether a value is seen for the first time at this place; places come one after the other.
    pub fn is_new(&mut self, value: i32, place: usize) -> bool {
        let slot = usize::try_from(value).ok().and_then(|value| self.0.get_mut(value));
        slot.is_some_and(|slot| std::mem::replace(slot, place as u32) != place as u32)
    }
}
