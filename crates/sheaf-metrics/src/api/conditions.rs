//! Conditions taken apart: what of one is about listed characteristics and what is not. Whoever
//! such a condition leaves out is told by the difference, but among the rows that the rest of it
//! keeps, whichever way the two were written as one.

use std::collections::BTreeMap;

use sheaf_analytics::{Expr, MAX_PARTS, Step};

use crate::fault::fault;
use crate::registry::Answer;

/// The most clauses that a condition comes to.
const MAX_CLAUSES: usize = 200;

/// The clauses of a condition, all of which must hold.
#[derive(Debug, Default, PartialEq)]
pub struct Clauses {
    /// Those that name no listed characteristic.
    pub plain: Vec<Expr>,
    /// Those that do.
    pub listed: Vec<Expr>,
}

impl Clauses {
    /// Takes a condition apart; `made` is what columns were made of by steps before.
    ///
    /// # Errors
    /// One comparison mixes a listed characteristic with something else, or it comes to too many
    /// clauses.
    pub fn of(
        condition: &Expr,
        made: &BTreeMap<String, Expr>,
        is_listed: &dyn Fn(&str) -> bool,
    ) -> Answer<Self> {
        let condition = condition.with_columns(made);
        if !condition.columns().iter().any(|name| is_listed(name)) {
            return Ok(Self { plain: vec![condition], listed: Vec::new() });
        }
        let all = clauses(&plain_form(&condition, false)).ok_or_else(|| {
            fault(
                "this condition on a listed characteristic is too involved; filter in several \
                 steps, or name the values in a list",
            )
        })?;
        let mut found = Self::default();
        for clause in all {
            let listed: Vec<bool> =
                clause.iter().map(|atom| of_one_kind(atom, is_listed)).collect::<Answer<_>>()?;
            let to = if listed.contains(&true) { &mut found.listed } else { &mut found.plain };
            to.extend(clause.into_iter().reduce(Expr::or));
        }
        Ok(found)
    }
}

/// What columns were made of, by columns that were not.
pub fn made_by(steps: &[Step]) -> BTreeMap<String, Expr> {
    let mut made = BTreeMap::new();
    for step in steps {
        match step {
            Step::Derive(name, value) => {
                let value = value.with_columns(&made);
                // What has grown too large stays a column whose makings are not looked into.
                match value.size().is_allowed() {
                    true => made.insert(name.clone(), value),
                    false => made.remove(name),
                };
            }
            Step::Window { name, .. } => {
                made.remove(name);
            }
            // What was made before is a value of the group, or not there.
            Step::Group { .. } => made.clear(),
            _ => {}
        }
    }
    made
}

/// Whether a comparison is about listed characteristics alone, or about none.
fn of_one_kind(atom: &Expr, is_listed: &dyn Fn(&str) -> bool) -> Answer<bool> {
    let columns = atom.columns();
    let listed = columns.iter().filter(|name| is_listed(name)).count();
    if listed > 0 && listed < columns.len() {
        let named = columns.iter().find(|name| is_listed(name)).copied().unwrap_or_default();
        return Err(fault(format!(
            "`{named}` is a listed characteristic, and this comparison mixes it with other \
             columns; compare each by itself and join the conditions by `&` and `|`"
        )));
    }
    Ok(listed > 0)
}

/// The condition with `!` before comparisons alone, and choices as conditions.
fn plain_form(condition: &Expr, is_not: bool) -> Expr {
    let part = |one: &Expr| plain_form(one, is_not);
    match condition {
        Expr::Not(inner) => plain_form(inner, !is_not),
        Expr::And(left, right) if is_not => part(left).or(part(right)),
        Expr::And(left, right) => part(left).and(part(right)),
        Expr::Or(left, right) if is_not => part(left).and(part(right)),
        Expr::Or(left, right) => part(left).or(part(right)),
        Expr::When(when, then, otherwise) => {
            // Where it is not known whether the condition holds, the other value is taken.
            let holds = plain_form(when, false).and(part(then));
            let fails = plain_form(when, true).and(part(otherwise));
            let unknown = Expr::clone(when).is_null().and(part(otherwise));
            holds.or(fails).or(unknown)
        }
        other if is_not => !other.clone(),
        other => other.clone(),
    }
}

/// The clauses of a condition in plain form; none where there are too many.
fn clauses(condition: &Expr) -> Option<Vec<Vec<Expr>>> {
    let found = match condition {
        Expr::And(left, right) => {
            let mut all = clauses(left)?;
            all.extend(clauses(right)?);
            all
        }
        Expr::Or(left, right) => {
            let (left, right) = (clauses(left)?, clauses(right)?);
            if left.len().saturating_mul(right.len()) > MAX_CLAUSES {
                return None;
            }
            let both = |one: &Vec<Expr>| {
                let with = |other: &Vec<Expr>| [one.as_slice(), other.as_slice()].concat();
                right.iter().map(with).collect::<Vec<_>>()
            };
            left.iter().flat_map(both).collect()
        }
        atom => vec![vec![atom.clone()]],
    };
    let parts: usize = found.iter().flatten().map(|atom| atom.size().parts).sum();
    (found.len() <= MAX_CLAUSES && parts <= MAX_PARTS).then_some(found)
}

#[cfg(test)]
mod tests {
    use sheaf_analytics::{Comparison, col};

    use super::*;

    fn listed(name: &str) -> bool {
        name == "sen" || name == "sex"
    }

    fn apart(condition: &Expr) -> Clauses {
        Clauses::of(condition, &BTreeMap::new(), &listed).unwrap()
    }

    fn smoking() -> Expr {
        col("category").equals("smoking")
    }

    fn not_e() -> Expr {
        col("sen").compare(Comparison::NotEqual, "E")
    }

    #[test]
    fn both_in_one_condition_are_taken_apart_however_they_are_written() {
        let made = BTreeMap::from([("x".to_owned(), smoking().and(not_e()))]);
        let both = Clauses { plain: vec![smoking()], listed: vec![not_e()] };
        assert_eq!(apart(&smoking().and(not_e())), both);
        assert_eq!(Clauses::of(&col("x"), &made, &listed).unwrap(), both);
        assert_eq!(apart(&!((!smoking()).or(!not_e()))), both);
        let two = smoking().and(not_e()).or(col("category").equals("theft").and(not_e()));
        assert_eq!(apart(&two).plain, [smoking().or(col("category").equals("theft"))]);
        let choice = |otherwise: Expr| {
            Expr::When(Box::new(smoking()), Box::new(not_e()), Box::new(otherwise))
        };
        let found = apart(&choice(Expr::Bool(false)));
        assert!(found.plain.iter().any(|one| one.columns() == ["category"]), "{found:?}");
    }

    #[test]
    fn either_of_the_two_is_one_clause_that_names_a_listed_characteristic() {
        let either = smoking().or(not_e());
        assert_eq!(apart(&either), Clauses { plain: Vec::new(), listed: vec![either] });
    }

    #[test]
    fn a_comparison_that_mixes_the_two_is_refused_and_so_is_one_of_too_many_clauses() {
        let number = |condition: Expr| {
            Expr::When(Box::new(condition), Box::new(Expr::Int(1)), Box::new(Expr::Int(0)))
        };
        let product = number(smoking())
            .arithmetic(sheaf_analytics::Arithmetic::Multiply, number(not_e()))
            .equals(1);
        let told = Clauses::of(&product, &BTreeMap::new(), &listed).unwrap_err().to_string();
        assert!(told.contains("`sen` is a listed characteristic"), "{told}");
        let many = (0..12).fold(not_e(), |all, n| all.or(smoking().and(col("n").equals(n))));
        assert!(Clauses::of(&many, &BTreeMap::new(), &listed).is_err());
    }
}
