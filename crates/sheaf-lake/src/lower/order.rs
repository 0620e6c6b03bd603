//! Putting rows in order, as the local executor does: nulls last either way, of texts the numbers
//! first, and equal rows as they were.

use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::SortExpr;
use datafusion::prelude::{ident, try_cast};
use sheaf_analytics::{ColumnType, Direction, SortKey};

use crate::lower::{Lowered, Lowering};

impl Lowering<'_> {
    /// Puts rows in order of these columns; equal rows stay as they are.
    pub fn order_by(&mut self, keys: &[SortKey]) -> Lowered<()> {
        let mut order = self.sort_keys(keys)?;
        order.append(&mut self.order);
        self.order = order;
        self.is_ordered = true;
        Ok(())
    }

    /// Columns to order by, without what breaks ties.
    pub fn sort_keys(&self, keys: &[SortKey]) -> Lowered<Vec<SortExpr>> {
        let mut order = Vec::new();
        for key in keys {
            let known = self.known(&key.column)?;
            let is_up = key.direction == Direction::Ascending;
            let value = || ident(&known.place);
            if known.ty == ColumnType::Text {
                let number = || try_cast(value(), DataType::Int64);
                order.push(value().is_null().sort(true, false));
                order.push(number().is_null().sort(is_up, false));
                order.push(number().sort(is_up, false));
            }
            order.push(value().sort(is_up, false));
        }
        Ok(order)
    }
}
