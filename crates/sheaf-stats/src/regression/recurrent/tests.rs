//! Small models by hand; the published one is read where it is present.

use super::*;
use crate::regression::Covariate;

/// Pupil, start, stop, event and group of each row.
type Rows = (Vec<u32>, Vec<f64>, Vec<f64>, Vec<bool>, Vec<f64>);

/// Ten times over, a pupil of each of two groups with two events each: group 1 sooner.
fn groups() -> Rows {
    let (mut id, mut start, mut stop, mut event, mut x) = (vec![], vec![], vec![], vec![], vec![]);
    for pupil in 0..20_u32 {
        let sooner = pupil % 2;
        let first = f64::from(10 + pupil % 7) - 4.0 * f64::from(sooner);
        for (from, to, happened) in
            [(0.0, first, true), (first, 2.0 * first, true), (2.0 * first, 40.0, false)]
        {
            id.push(pupil);
            start.push(from);
            stop.push(to);
            event.push(happened);
            x.push(f64::from(sooner));
        }
    }
    (id, start, stop, event, x)
}

#[test]
fn a_group_that_is_sooner_has_the_higher_hazard_in_each_model() {
    let (id, start, stop, event, x) = groups();
    let spells = Spells { id: &id, start: &start, stop: &stop, event: &event };
    let columns = [Covariate { name: "sooner", values: &x }];
    for model in [RecurrentModel::AndersenGill, RecurrentModel::PwpTotal, RecurrentModel::PwpGap] {
        let found = recurrent_regression(&spells, &columns, model, 0.95, Pace::default()).unwrap();
        let one = &found.coefficients[0];
        assert!(one.estimate > 0.0 && one.lower < one.estimate, "{model:?}");
        assert!(found.log_likelihood > found.log_likelihood_null);
        assert_eq!((found.events, found.pupils), (40, 20));
        assert_eq!(RecurrentModel::from_name(model.name()), Some(model));
    }
}

#[test]
fn what_cannot_be_fitted_is_refused() {
    let (id, start, stop, event, x) = groups();
    let spells = Spells { id: &id, start: &start, stop: &stop, event: &event };
    let refused = |spells: &Spells<'_>, columns: &[Covariate<'_>]| {
        recurrent_regression(spells, columns, RecurrentModel::AndersenGill, 0.95, Pace::default())
            .unwrap_err()
            .to_string()
    };
    let one = Covariate { name: "sooner", values: &x };
    assert_eq!(
        refused(&spells, &[one, one]),
        "recurrent_regression: column 2 of the model is determined by those before it; leave it \
         out"
    );
    let backwards = Spells { start: &stop, stop: &start, ..spells };
    assert_eq!(
        refused(&backwards, &[one]),
        "recurrent_regression: value 1 of `stop` is 0; a spell ends after it begins"
    );
    let alone = vec![7; id.len()];
    assert_eq!(
        refused(&Spells { id: &alone, ..spells }, &[one]),
        "recurrent_regression: only 1 pupil; 2 are needed"
    );
    let rare: Vec<bool> = event.iter().enumerate().map(|(at, _)| at < 2).collect();
    assert_eq!(
        refused(&Spells { event: &rare, ..spells }, &[one]),
        "recurrent_regression: only 2 events; 10 are needed"
    );
}
