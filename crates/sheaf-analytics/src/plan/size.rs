//! How large a plan is: it is copied and walked by recursion, so that its size is limited.

use crate::plan::expr::Expr;
use crate::plan::{Aggregate, Plan, Step, WindowFunction};

/// The most parts of an expression and of a plan: a metric has some dozens, and a long list of
/// values hundreds.
pub const MAX_PARTS: usize = 5_000;

/// The deepest expression.
pub const MAX_DEPTH: usize = 600;

/// How large an expression is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExprSize {
    /// Columns, values and operations.
    pub parts: usize,
    /// How deep operations lie in each other.
    pub depth: usize,
}

impl ExprSize {
    /// Whether it is no larger than an expression may be.
    pub const fn is_allowed(self) -> bool {
        self.parts <= MAX_PARTS && self.depth <= MAX_DEPTH
    }
}

impl Expr {
    /// How large it is.
    pub fn size(&self) -> ExprSize {
        let own = match self {
            Self::Cut(_, bounds) => 1 + bounds.len(),
            _ => 1,
        };
        let mut size = ExprSize { parts: own, depth: 0 };
        self.each_child(&mut |child| {
            let inner = child.size();
            size.parts = size.parts.saturating_add(inner.parts);
            size.depth = size.depth.max(inner.depth);
        });
        ExprSize { depth: size.depth + 1, ..size }
    }
}

impl Aggregate {
    /// How many parts it has.
    pub fn parts(&self) -> usize {
        let mut parts = 1;
        match self {
            // Ratios of ratios count each time.
            Self::Ratio(one, other) => parts += one.parts() + other.parts(),
            _ => self.each_expr(&mut |one| parts += one.size().parts),
        }
        parts
    }

    /// Sees the expressions in it.
    pub fn each_expr(&self, see: &mut dyn FnMut(&Expr)) {
        match self {
            Self::Count => {}
            Self::NUnique(one)
            | Self::Sum(one)
            | Self::Min(one)
            | Self::Max(one)
            | Self::Median(one)
            | Self::Share(one) => see(one),
            Self::Ratio(one, other) => {
                one.each_expr(see);
                other.each_expr(see);
            }
        }
    }
}

impl Step {
    /// How many parts it has, those of a joined plan included.
    pub fn parts(&self) -> usize {
        let own = match self {
            Self::Group { keys, aggregates } => {
                return 1
                    + keys.len()
                    + aggregates.iter().map(|(_, one)| one.parts()).sum::<usize>();
            }
            Self::Join { with, on } => return 1 + with.parts() + on.len(),
            Self::Window { over, order, .. } => 1 + over.len() + order.len(),
            Self::Order(keys) => 1 + keys.len(),
            Self::Select(names) => 1 + names.len(),
            _ => 1,
        };
        let mut parts = own;
        self.each_expr(&mut |one| parts += one.size().parts);
        parts
    }

    /// Sees the expressions in it, but for those of a joined plan.
    pub fn each_expr(&self, see: &mut dyn FnMut(&Expr)) {
        match self {
            Self::Filter(one) | Self::Derive(_, one) => see(one),
            Self::Group { aggregates, .. } => {
                aggregates.iter().for_each(|(_, one)| one.each_expr(see));
            }
            Self::Window { function, .. } => match function {
                WindowFunction::RowNumber => {}
                WindowFunction::Lag(one, _)
                | WindowFunction::RunningSum(one)
                | WindowFunction::Trailing(one, _) => see(one),
            },
            _ => {}
        }
    }
}

impl Plan {
    /// How many parts its steps have.
    pub fn parts(&self) -> usize {
        1 + self.steps().iter().map(Step::parts).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::expr::{Arithmetic, col};

    #[test]
    fn each_column_value_and_operation_is_a_part() {
        let sum = col("a").arithmetic(Arithmetic::Add, 1);
        assert_eq!(sum.size(), ExprSize { parts: 3, depth: 2 });
        let listed = sum.clone().is_in([1, 2, 3]);
        assert_eq!(listed.size(), ExprSize { parts: 7, depth: 3 });
        let cut = Expr::Cut(Box::new(col("a")), vec![1, 2]);
        assert_eq!(cut.size(), ExprSize { parts: 4, depth: 2 });
        let inner = Plan::scan("incidents").filter(listed);
        assert_eq!(inner.parts(), 9);
        assert_eq!(Plan::scan("pupils").join(inner, ["pupil"]).parts(), 12);
        let ratio = Aggregate::Ratio(Box::new(Aggregate::Count), Box::new(Aggregate::Sum(sum)));
        assert_eq!(ratio.parts(), 6);
    }

    #[test]
    fn what_doubles_is_soon_too_large() {
        let mut one = col("a");
        let mut times = 0;
        while one.size().is_allowed() {
            one = one.clone().arithmetic(Arithmetic::Add, one);
            times += 1;
        }
        assert_eq!(times, 12);
    }
}
