//! Scores before and after, reckoned by hand.

use jiff::civil::date;
use sheaf_records::Record;

use super::*;
use crate::test_school::{calendars, caseload, pupil, score};
use crate::{Dataset, Gap, Plan, Provenance, Scope, WindowOptions};

/// Help from Monday 3 March 2025 on, with windows of ten school days: the one after ends on the
/// 14th. The half-term before ended on 14 February, and there is no school from the 17th to the
/// 21st.
fn found(scores: &[Record], within: u32) -> Result<Pairs, AnalyticsError> {
    let one = pupil(1, "8", date(2024, 9, 1), None);
    let mut dataset = Dataset::default();
    let provenance = Provenance::of_space("pastoral");
    let help = [caseload(1, &[(&one, date(2025, 3, 3))]), one];
    for record in calendars().iter().chain(&help).chain(scores) {
        dataset.upsert(record, &provenance).unwrap();
    }
    let scope = Scope::new(dataset.snapshot(), date(2025, 4, 4));
    let budget = Budget::default();
    let who = Plan::scan("caseloads").run(&scope, &budget).unwrap();
    let options =
        WindowOptions { anchor: "date".into(), before: 10, after: 10, gap: Gap::default() };
    let windows = who.windows(&options, &budget).unwrap();
    let total = crate::col("scale").equals("total");
    let scores = Plan::scan("scores").filter(total).run(&scope, &budget).unwrap();
    windows.pre_post(&scores, &PairOptions { value: "score".to_owned(), within }, &budget)
}

fn values(pairs: &Pairs) -> Vec<(i64, i64)> {
    pairs.list.iter().map(|pair| (pair.before, pair.after)).collect()
}

fn own() -> Record {
    pupil(1, "8", date(2024, 9, 1), None)
}

#[test]
fn the_score_nearest_to_the_start_and_the_one_nearest_to_the_end_are_a_pair() {
    let scores = [
        score(1, date(2025, 2, 3), &own(), 21),
        score(2, date(2025, 2, 27), &own(), 20),
        score(3, date(2025, 3, 12), &own(), 14),
        score(4, date(2025, 3, 25), &own(), 11),
    ];
    let pairs = found(&scores, 40).unwrap();
    assert_eq!(values(&pairs), [(20, 14)]);
    assert_eq!((pairs.unpaired, pairs.ids(0).len()), (0, 2));
    assert_eq!(pairs.common("measure").as_deref(), Some("sdq"));
}

/// The fifth school day after the start is the Monday after; the sixth tells of help already.
#[test]
fn what_is_filled_in_during_the_first_week_tells_of_before() {
    let monday = [score(1, date(2025, 3, 10), &own(), 20), score(2, date(2025, 3, 14), &own(), 9)];
    assert_eq!(values(&found(&monday, 40).unwrap()), [(20, 9)]);
    let tuesday = [score(1, date(2025, 3, 11), &own(), 20), score(2, date(2025, 3, 14), &own(), 9)];
    let pairs = found(&tuesday, 40).unwrap();
    assert_eq!((values(&pairs), pairs.unpaired), (Vec::new(), 1));
}

/// From 12 February to 3 March there are eight school days: three before the holiday, five after.
#[test]
fn scores_that_lie_further_away_than_asked_are_left_out() {
    let scores = [score(1, date(2025, 2, 12), &own(), 20), score(2, date(2025, 3, 14), &own(), 9)];
    assert_eq!(values(&found(&scores, 8).unwrap()), [(20, 9)]);
    let pairs = found(&scores, 7).unwrap();
    assert_eq!((values(&pairs), pairs.unpaired), (Vec::new(), 1));
    assert_eq!(found(&[], 40).unwrap().unpaired, 0);
}

#[test]
fn what_two_informants_say_is_not_compared() {
    let by = |mut score: Record, informant: &str| {
        score.set("informant", informant);
        score
    };
    let teacher = score(1, date(2025, 2, 28), &own(), 20);
    let parent = by(score(2, date(2025, 3, 14), &own(), 5), "parent");
    let apart = found(&[teacher.clone(), parent.clone()], 40).unwrap();
    assert_eq!((values(&apart), apart.unpaired), (Vec::new(), 1));
    // With both of both, the pair counts that is nearer in all: the teacher's, by one day.
    let scores = [
        teacher,
        parent,
        by(score(3, date(2025, 2, 27), &own(), 8), "parent"),
        score(4, date(2025, 3, 14), &own(), 12),
    ];
    assert_eq!(values(&found(&scores, 40).unwrap()), [(20, 12)]);
}

#[test]
fn scores_of_two_measures_are_refused() {
    let mut other = score(2, date(2025, 3, 14), &own(), 5);
    other.set("measure", "swemwbs");
    let told = found(&[score(1, date(2025, 2, 28), &own(), 20), other], 40).unwrap_err();
    assert_eq!(
        told.to_string(),
        "`pre_post`: scores of one measure are compared, but there are `sdq` and `swemwbs`; \
         filter them first, as in `.filter(col(\"measure\") == \"swemwbs\")`"
    );
}
