//! Gaps held to a constructed school whose answers were worked out by other means, and to small
//! stories.

use jiff::civil::date;
use sheaf_records::Record;
use sheaf_stats::{
    KaplanMeierOptions, MeanCumulativeOptions, concentration, kaplan_meier, mcf, rate, wilson,
};

use super::*;
use crate::test_school::{calendars, constructed, pupil, referral};
use crate::{Dataset, MergeOptions, Plan, Provenance, Scope};

fn dataset(records: &[Record]) -> Dataset {
    let mut dataset = Dataset::default();
    let provenance = Provenance::of_space("pastoral");
    for record in calendars().iter().chain(records) {
        dataset.upsert(record, &provenance).unwrap();
    }
    dataset
}

fn year() -> Period {
    Period { from: date(2024, 9, 1), to: date(2025, 7, 22) }
}

fn referrals(records: &[Record], as_of: Date) -> Frame {
    let scope = Scope::new(dataset(records).snapshot(), as_of);
    Plan::scan("room_referrals").within(year()).run(&scope, &Budget::default()).unwrap()
}

fn gaps(records: &[Record], as_of: Date) -> Gaps {
    referrals(records, as_of).gaps(&GapOptions::default(), &Budget::default()).unwrap()
}

/// Repeat within 20 school days, as worked out by brute force and by lifelines.
#[test]
fn the_constructed_school_repeats_as_it_was_worked_out() {
    let gaps = gaps(&constructed(), date(2025, 7, 22));
    assert_eq!((gaps.index_events(), gaps.censored()), (186, 52));
    assert_eq!((gaps.repeats_within(20), gaps.followed_for(20)), (83, 170));
    let full = wilson(83, 170, 0.95).unwrap();
    assert!((full.lower.unwrap() - 0.414_189_275_118_421).abs() < 1e-9);
    let pupil = gaps.pupil();
    let options = KaplanMeierOptions { cluster: Some(&pupil), ..Default::default() };
    let km = kaplan_meier(&gaps.gap(), &gaps.repeated(), &options).unwrap();
    let at = km.failure_at(20.0).unwrap();
    assert!((at.value - 0.477_686_814_044_304_7).abs() < 1e-12);
    assert!(at.lower.unwrap() < at.value && at.value < at.upper.unwrap());
    assert_eq!(km.median, Some(22.0));
}

#[test]
fn the_constructed_school_is_as_concentrated_as_it_was_worked_out() {
    let gaps = gaps(&constructed(), date(2025, 7, 22));
    let all = concentration(&gaps.count_per_pupil(Zeros::Include)).unwrap();
    assert_eq!((all.pupils, all.any, all.repeat_count, all.most), (120, 52, 33, 17));
    assert!((all.gini - 0.768_817_204_301_075_3).abs() < 1e-12);
    assert!((all.repeat_share - 0.897_849_462_365_591_4).abs() < 1e-12);
    assert!((all.top_share(0.05).unwrap().value - 0.360_215_053_763_440_9).abs() < 1e-12);
    assert_eq!(gaps.count_per_pupil(Zeros::Exclude).len(), 52);
    let top = gaps.top_pupils(10);
    assert_eq!((top.len(), top[0].count, top[0].ids.len()), (10, 17, 17));
    assert!(top.windows(2).all(|pair| pair[0].count >= pair[1].count));
}

/// Monthly rates per 100 pupils and school day, exposure by brute force over pupil and day.
#[test]
fn the_constructed_school_has_the_exposure_that_was_counted() {
    let scope = Scope::new(dataset(&constructed()).snapshot(), date(2025, 7, 22));
    for (month, events, pupil_days) in
        [(9, 21, 2260), (10, 18, 2193), (11, 24, 2204), (12, 17, 1732)]
    {
        let from = date(2024, month, 1);
        let period = Period { from, to: from.last_of_month() };
        let frame = Plan::scan("room_referrals").within(period).run(&scope, &Budget::default());
        assert_eq!((frame.unwrap().len(), scope.pupil_days(period)), (events, pupil_days));
    }
    let september = rate(21, 22.60, 0.95).unwrap();
    assert!((september.upper.unwrap() - 1.420_386_315_705_460_4).abs() < 1e-9);
    assert_eq!(scope.pupil_days_of(year(), "free_meals", "FSM"), 5671);
    assert_eq!(scope.pupil_days_of(year(), "free_meals", "nonFSM"), 15795);
}

#[test]
fn groups_keep_their_events_and_their_pupils() {
    let gaps = gaps(&constructed(), date(2025, 7, 22));
    let groups = gaps.by("free_meals").unwrap();
    let labels: Vec<&str> = groups.iter().map(|group| group.label.as_str()).collect();
    assert_eq!(labels, ["FSM", "nonFSM"]);
    let sizes: Vec<_> = groups.iter().map(|g| (g.gaps.index_events(), g.gaps.pupils())).collect();
    assert_eq!(sizes, [(43, 32), (143, 88)]);
    let with_events = |group: &GapGroup| group.gaps.count_per_pupil(Zeros::Exclude).len();
    assert_eq!(groups.iter().map(with_events).collect::<Vec<_>>(), [13, 39]);
    let split = gaps.column("free_meals").unwrap();
    assert_eq!(split.len(), gaps.index_events());
    assert!(gaps.by("free_meal").is_err());
}

#[test]
fn the_average_so_far_counts_those_on_the_roll() {
    let gaps = gaps(&constructed(), date(2025, 7, 22));
    let exposure = gaps.exposure();
    let options = MeanCumulativeOptions { exposure: Some(&exposure), ..Default::default() };
    let curve = mcf(&gaps.pupil(), &gaps.day(), &gaps.event(), &options).unwrap();
    assert_eq!(curve.n, 120);
    assert_eq!(curve.events.iter().sum::<f64>(), 186.0);
    // 113 pupils on every day of September.
    assert_eq!((curve.time[0], curve.at_risk[0], curve.value[0]), (1.0, 113, 1.0 / 113.0));
}

#[test]
fn a_gap_runs_over_weekend_and_holiday_and_ends_with_leaving() {
    let start = date(2024, 9, 1);
    let stays = pupil(1, "8", start, None);
    let leaves = pupil(2, "8", start, Some(date(2024, 9, 20)));
    let records = [
        referral(1, &stays, date(2024, 10, 25), "x"),
        referral(2, &stays, date(2024, 11, 6), "x"),
        referral(3, &leaves, date(2024, 9, 16), "x"),
        // Back as a visitor after leaving: not the next event of the first.
        referral(4, &leaves, date(2024, 9, 25), "x"),
        stays,
        leaves,
    ];
    let gaps = gaps(&records, date(2024, 11, 8));
    // INSET on 4 November: Friday before half-term to Wednesday after is two school days.
    assert_eq!(gaps.gap(), [2.0, 2.0, 4.0, 0.0]);
    assert_eq!(gaps.repeated(), [true, false, false, false]);
    assert_eq!((gaps.followed_for(2), gaps.followed_for(5)), (3, 1));
    // Nobody could be followed for five days: that one came back sooner says nothing of the others.
    assert_eq!((gaps.followed_whole(2), gaps.followed_whole(5)), (3, 0));
    assert_eq!((gaps.repeats_of_followed(2), gaps.repeats_of_followed(5)), (1, 0));
}

#[test]
fn slips_of_one_day_are_one_event_with_the_records_of_both() {
    let one = pupil(1, "8", date(2024, 9, 1), None);
    let other = pupil(2, "8", date(2024, 9, 1), None);
    let records = [
        referral(1, &one, date(2024, 9, 16), "first"),
        referral(2, &other, date(2024, 9, 16), "x"),
        referral(3, &one, date(2024, 9, 16), "second"),
        referral(4, &one, date(2024, 9, 17), "x"),
        referral(5, &one, date(2024, 9, 20), "x"),
        one,
        other,
    ];
    let frame = referrals(&records, date(2024, 11, 8));
    let merge = |within| {
        let options = MergeOptions { key: "pupil".into(), within, clock: Clock::SchoolDay };
        frame.merge_same(&options, &Budget::default()).unwrap()
    };
    let merged = merge(0);
    assert_eq!((merged.len(), merged.ids(0).len(), merged.ids(1).len()), (4, 2, 1));
    assert_eq!(merged.cell(0, "reason").unwrap().to_string(), "first");
    let gaps = merged.gaps(&GapOptions::default(), &Budget::default()).unwrap();
    assert_eq!(gaps.gap()[..2], [1.0, 3.0]);
    assert_eq!((gaps.ids(0).len(), gaps.all_ids().len()), (2, 5));
    assert_eq!((merge(1).len(), merge(3).len()), (3, 2));
}

#[test]
fn nothing_after_today_is_known() {
    let one = pupil(1, "8", date(2024, 9, 1), None);
    let records =
        [referral(1, &one, date(2024, 9, 16), "x"), referral(2, &one, date(2024, 9, 20), "x"), one];
    let early = gaps(&records, date(2024, 9, 18));
    assert_eq!((early.index_events(), early.censored()), (1, 1));
    assert_eq!(early.gap(), [2.0]);
    assert_eq!(early.window().to, date(2024, 9, 18));
}

#[test]
fn no_events_give_empty_gaps_and_only_pupils_have_them() {
    let none = gaps(&[pupil(1, "8", date(2024, 9, 1), None)], date(2024, 9, 18));
    assert_eq!((none.index_events(), none.followed_for(5)), (0, 0));
    assert!(none.top_pupils(3).is_empty() && none.all_ids().is_empty());
    assert_eq!(none.count_per_pupil(Zeros::Include), [0.0]);
    let options = GapOptions { by: "reason".into(), ..Default::default() };
    let frame = referrals(&[], date(2024, 9, 18));
    assert!(frame.gaps(&options, &Budget::default()).is_err());
}
