//! What values of the language hold that is copied with them: a script could fill the memory by it.

use rhai::Dynamic;
use sheaf_analytics::{Aggregate, Expr};

use super::expression::{When, Window};
use super::gaps::GapsToCome;
use super::grid::GridToCome;
use super::measure::MeasureToCome;
use super::table::Table;
use super::windows::CountsToCome;

/// How many parts of expressions and plans a value holds.
pub fn parts_of(value: &Dynamic) -> usize {
    macro_rules! first {
        ($($ty:ty => $parts:expr),+ $(,)?) => {$(
            if let Some(held) = value.read_lock::<$ty>() {
                let parts: fn(&$ty) -> usize = $parts;
                return parts(&held);
            }
        )+};
    }
    first! {
        Expr => |one| one.size().parts,
        Aggregate => Aggregate::parts,
        When => When::parts,
        Window => Window::parts,
        Table => Table::parts,
        GapsToCome => |wanted| wanted.table.parts(),
        GridToCome => |wanted| wanted.table.parts(),
        MeasureToCome => |wanted| wanted.events.as_ref().map_or(0, Table::parts),
        CountsToCome => |wanted| wanted.table.parts(),
    }
    0
}
