//! Columns worked out within partitions.

use datafusion::arrow::datatypes::DataType;
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::functions_window::expr_fn::{lag, row_number};
use datafusion::logical_expr::expr::{WindowFunction as NativeWindow, WindowFunctionParams};
use datafusion::logical_expr::{
    Expr as Native, ExprFunctionExt, WindowFrame, WindowFunctionDefinition, lit,
};
use datafusion::prelude::{cast, coalesce, ident};
use sheaf_analytics::{ColumnType, SortKey, WindowFunction};

use crate::lower::{Lowered, Lowering, MOST, Stop};

impl Lowering<'_> {
    /// Adds a column worked out within partitions.
    pub fn window_step(
        &mut self,
        name: &str,
        function: &WindowFunction,
        over: &[String],
        order: &[SortKey],
    ) -> Lowered<()> {
        let partitions: Vec<Native> =
            over.iter().map(|key| Ok(ident(&self.known(key)?.place))).collect::<Lowered<_>>()?;
        let mut sorted = self.sort_keys(order)?;
        sorted.extend(self.order.iter().cloned());
        let (native, ty, most) = match function {
            WindowFunction::RowNumber => {
                let number = row_number().partition_by(partitions).order_by(sorted).build()?;
                (cast(number, DataType::Int64), ColumnType::Int, self.rows)
            }
            WindowFunction::Lag(expr, by) => {
                self.join_calendar(expr)?;
                let value = self.expr(expr)?;
                let before = lag(value.native, Some(i64::from(*by)), None);
                let before = before.partition_by(partitions).order_by(sorted).build()?;
                (before, value.ty, value.most)
            }
            WindowFunction::RunningSum(expr) => {
                self.join_calendar(expr)?;
                let value = self.expr(expr)?;
                let most = value.most.saturating_mul(self.rows);
                if most > MOST {
                    return Err(Stop::NotPortable);
                }
                (running_sum(value.native, partitions, sorted)?, ColumnType::Int, most)
            }
            // Its frame ends at the row itself, not at the last row of the same day.
            _ => return Err(Stop::NotPortable),
        };
        // A window's value is a column of its own, so that conditions on it can follow.
        self.add(name, native, ty, most)
    }
}

/// The sum up to and including each row; nulls add nothing.
fn running_sum(
    value: Native,
    partitions: Vec<Native>,
    order: Vec<datafusion::logical_expr::SortExpr>,
) -> Lowered<Native> {
    let function = WindowFunctionDefinition::AggregateUDF(sum_udaf());
    let params = WindowFunctionParams {
        args: vec![value],
        partition_by: partitions,
        order_by: order,
        window_frame: rows_so_far(),
        filter: None,
        null_treatment: None,
        distinct: false,
    };
    let sum = Native::from(NativeWindow { fun: function, params });
    Ok(coalesce(vec![sum, lit(0i64)]))
}

fn rows_so_far() -> WindowFrame {
    use datafusion::logical_expr::{WindowFrameBound, WindowFrameUnits};
    use datafusion::scalar::ScalarValue;
    WindowFrame::new_bounds(
        WindowFrameUnits::Rows,
        WindowFrameBound::Preceding(ScalarValue::UInt64(None)),
        WindowFrameBound::CurrentRow,
    )
}
