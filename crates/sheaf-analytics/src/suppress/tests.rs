//! Suppression: the rule, and that nothing hidden can be worked out.

use super::*;
use crate::test_school::Random;

#[test]
fn the_rule_inside_and_outside() {
    let hidden =
        |pupils: Pupils| (pupils.hidden(Audience::Inside), pupils.hidden(Audience::Outside));
    assert_eq!(hidden(Pupils::of(4)), (true, true));
    assert_eq!(hidden(Pupils::of(5)), (false, true));
    assert_eq!(hidden(Pupils::of(10)), (false, false));
    let split =
        |numerator, split| Pupils { denominator: Some(60), numerator: Some(numerator), split };
    assert_eq!(hidden(split(4, Sensitivity::Plain)), (false, true));
    assert_eq!(hidden(split(4, Sensitivity::Listed)), (true, true));
    assert_eq!(hidden(split(5, Sensitivity::Listed)), (false, true));
    assert_eq!(hidden(split(0, Sensitivity::Listed)), (false, false));
    let nobody = Pupils { numerator: Some(0), ..Pupils::of(3) };
    assert_eq!(hidden(nobody), (false, false));
}

#[test]
fn a_hidden_value_is_gone() {
    assert_eq!(Pupils::of(4).show(7, Audience::Inside), Shown::Suppressed);
    assert_eq!(Pupils::of(40).show(7, Audience::Inside).map(|n| n + 1).value(), Some(8));
    assert_eq!(serde_json::to_string(&Shown::<u64>::Suppressed).unwrap(), "\"suppressed\"");
}

#[test]
fn a_single_hidden_cell_takes_the_smallest_beside_it_along() {
    let shown = protect_one_way(&[3, 20, 8, 0], &[true, false, false, false]).unwrap();
    let cells: Vec<Option<u64>> = shown.cells.into_iter().map(Shown::value).collect();
    assert_eq!(cells, [None, Some(20), None, Some(0)]);
    assert_eq!(shown.total, Shown::Value(31));
}

#[test]
fn where_no_cell_is_left_the_total_goes() {
    let alone = protect_one_way(&[3, 0], &[true, false]).unwrap();
    assert_eq!((alone.cells[1], alone.total), (Shown::Value(0), Shown::Suppressed));
    // Two ones: their total of two would give both away.
    let ones = protect_one_way(&[1, 1], &[true, true]).unwrap();
    assert_eq!(ones.total, Shown::Suppressed);
    let ones = protect_one_way(&[1, 1, 30], &[true, true, false]).unwrap();
    assert_eq!((ones.cells[2], ones.total), (Shown::Suppressed, Shown::Value(32)));
}

/// A line's only cell is its total: to hide all others of the column would not help it.
#[test]
fn a_table_of_one_line_hides_as_much_as_a_list() {
    let counts = [3, 20, 8, 0, 9];
    let list = protect_one_way(&counts, &counts.map(|count| count == 3)).unwrap();
    let upright = Table {
        counts: counts.iter().map(|count| vec![*count]).collect(),
        hidden: counts.iter().map(|count| vec![*count == 3]).collect(),
    };
    let upright = protect_two_way(&upright).unwrap();
    assert_eq!(upright.cells.concat(), list.cells);
    assert_eq!(upright.rows, list.cells);
    assert_eq!((upright.columns, upright.total), (vec![list.total], Shown::Value(40)));
    let level =
        Table { counts: vec![counts.to_vec()], hidden: vec![counts.map(|n| n == 3).to_vec()] };
    let level = protect_two_way(&level).unwrap();
    assert_eq!((level.cells.concat(), level.columns), (list.cells.clone(), list.cells));
}

#[test]
fn what_needs_no_protection_stays_whole() {
    let table = Table { counts: vec![vec![9, 0], vec![7, 8]], hidden: vec![vec![false, true]; 2] };
    let table = Table { hidden: vec![vec![false, true], vec![false, false]], ..table };
    let shown = protect_two_way(&table).unwrap();
    assert_eq!(shown.total, Shown::Value(24));
    assert!(shown.cells.iter().flatten().all(|cell| !cell.is_suppressed()));
    assert!(protect_one_way(&[], &[]).unwrap().cells.is_empty());
    assert!(protect_one_way(&[1], &[]).is_err());
}

/// Every table of small counts that agrees with what is shown, and hidden cells above zero.
fn possible(shown: &TwoWay, most: u64) -> Vec<Vec<u64>> {
    let width = shown.columns.len();
    let mut tables = vec![Vec::new()];
    for cell in shown.cells.iter().flatten() {
        let values = match cell {
            Shown::Value(value) => *value..=*value,
            Shown::Suppressed => 1..=most,
        };
        tables = tables
            .into_iter()
            .flat_map(|table: Vec<u64>| {
                values.clone().map(move |value| [table.clone(), vec![value]].concat())
            })
            .filter(|table| {
                let row = (table.len() - 1) / width;
                let sum: u64 = table[row * width..].iter().sum();
                let whole = table.len().is_multiple_of(width);
                shown.rows[row]
                    .value()
                    .is_none_or(|total| if whole { sum == total } else { sum <= total })
            })
            .collect();
    }
    tables.retain(|table| {
        let column = |at: usize| table.iter().skip(at).step_by(width).sum::<u64>();
        let all: u64 = table.iter().sum();
        (0..width).all(|at| shown.columns[at].value().is_none_or(|total| column(at) == total))
            && shown.total.value().is_none_or(|total| all == total)
    });
    tables
}

#[test]
fn no_hidden_cell_of_any_small_table_can_be_recovered() {
    let mut random = Random(7);
    for round in 0..200 {
        let (rows, width) = (1 + random.below(3) as usize, 1 + random.below(3) as usize);
        let mut counts = vec![vec![0; width]; rows];
        counts.iter_mut().flatten().for_each(|count| *count = random.below(6));
        let hidden = counts
            .iter()
            .map(|line| line.iter().map(|count| *count > 0 && *count < 3).collect())
            .collect();
        let shown = protect_two_way(&Table { counts: counts.clone(), hidden }).unwrap();
        let tables = possible(&shown, 7);
        assert!(tables.contains(&counts.concat()), "round {round}");
        for (at, cell) in shown.cells.iter().flatten().enumerate() {
            let first = tables[0][at];
            let several = tables.iter().any(|table| table[at] != first);
            assert!(!cell.is_suppressed() || several, "round {round}: {counts:?} {shown:?}");
        }
    }
}
