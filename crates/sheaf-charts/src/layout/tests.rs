//! What layout chooses, and what it refuses.

use expect_test::expect;
use jiff::civil::date;

use super::*;
use crate::samples;

fn data(marks: Vec<Mark>) -> ChartData {
    let x = AxisData::new("Day", Scale::SchoolDays);
    let y = AxisData::new("Share", Scale::Share);
    ChartData::new("Shares", x, y, date(2026, 7, 17)).layer(LayerData::new(
        "",
        ShapeData::Line,
        marks,
    ))
}

#[test]
fn rates_begin_at_zero_and_shares_end_at_the_whole() {
    let spec = layout(&data(vec![Mark::shown(3.0, 0.91), Mark::shown(9.0, 0.97)])).unwrap();
    assert_eq!(spec.x.domain, (0.0, 9.0));
    assert_eq!(spec.y.domain, (0.0, 1.0));
}

#[test]
fn a_domain_that_is_given_is_kept_or_refused() {
    let mut given = data(vec![Mark::shown(3.0, 0.91)]);
    given.x.domain = Some((0.0, 20.0));
    assert_eq!(layout(&given).unwrap().x.domain, (0.0, 20.0));
    given.x.domain = Some((5.0, 5.0));
    let error = layout(&given).unwrap_err();
    expect![
        "the x axis of chart `Shares` runs from 5 to 5: give two finite numbers, the lower first"
    ]
    .assert_eq(&error.to_string());
}

#[test]
fn a_number_that_is_not_finite_is_refused_by_name() {
    let error =
        layout(&data(vec![Mark::shown(3.0, 0.91), Mark::shown(4.0, f64::NAN)])).unwrap_err();
    expect!["layer 1, mark 2 of chart `Shares` is not a finite number"]
        .assert_eq(&error.to_string());
}

#[test]
fn more_marks_than_can_be_shown_are_refused() {
    let error = layout(&data(vec![Mark::shown(3.0, 0.91); MAX_MARKS + 1])).unwrap_err();
    expect!["chart `Shares` has 50001 marks; 50000 is the most: show groups, not single rows"]
        .assert_eq(&error.to_string());
}

#[test]
fn a_series_keeps_one_colour_through_all_its_layers() {
    let spec = samples::line_chart();
    let tokens: Vec<Token> = spec.legend.iter().map(|entry| entry.token).collect();
    assert_eq!(tokens, Token::SERIES[..5]);
    let step = samples::step_chart();
    assert_eq!(step.layers[0].token, step.layers[1].token);
    assert!(step.legend.is_empty(), "one series needs no legend");
}

#[test]
fn bars_of_two_series_stand_side_by_side() {
    let spec = samples::bar_chart();
    let at: Vec<(f64, f64)> = spec
        .layers
        .iter()
        .filter_map(|layer| match layer.shape {
            Shape::Bars { offset, width } => Some((offset, width)),
            _ => None,
        })
        .collect();
    assert_eq!(at, [(-0.18, 0.36), (0.18, 0.36)]);
}

#[test]
fn the_summary_can_be_read_aloud() {
    let read = |spec: ChartSpec| spec.summary.replace(". ", ".\n").replace(": ", ":\n");
    expect![[r#"
        Rate ratio:
        0.51 for Raw, 0.62 for Expected with no help, 0.86 for Compared."#]]
    .assert_eq(&read(samples::forest_chart()));
    expect![[r#"
        Referrals followed by another, against school days since the last referral:
        from 0 % at 0 to 61 % at 60."#]]
    .assert_eq(&read(samples::step_chart()));
}

#[test]
fn a_chart_survives_being_written_and_read() {
    // Of short numbers: the reader is exact only to the last place of a long one.
    let ids = [sheaf_records::RecordId::from_bytes([7; 16])].into_iter().collect();
    let mark = Mark::with_interval(3.0, 0.5, 0.25, 0.95).behind(12, ids);
    let spec = layout(&data(vec![mark, Mark::suppressed(4.0), Mark::no_data(5.0)])).unwrap();
    let text = serde_json::to_string(&spec).unwrap();
    let again: ChartSpec = serde_json::from_str(&text).unwrap();
    assert_eq!(again, spec);
}

#[test]
fn zooming_chooses_ticks_by_the_same_rule() {
    let spec = samples::step_chart();
    assert_eq!(spec.x.ticks_for(spec.x.domain, X_TICKS), spec.x.ticks);
    let zoomed: Vec<f64> =
        spec.x.ticks_for((10.2, 14.9), X_TICKS).iter().map(|tick| tick.value).collect();
    assert_eq!(zoomed, [11.0, 12.0, 13.0, 14.0]);
}

#[test]
fn the_file_has_the_numbers_of_the_marks() {
    for (_, spec) in samples::all() {
        let marks: Vec<Option<f64>> = spec
            .layers
            .iter()
            .filter(|layer| layer.shape.is_series())
            .flat_map(|layer| layer.marks.iter().map(|mark| mark.y))
            .collect();
        let rows: Vec<Option<f64>> = spec.rows().iter().map(|row| row.y).collect();
        assert_eq!(rows, marks);
        let csv = spec.to_csv();
        let lines: Vec<&str> = csv.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(lines.len(), marks.len() + 1);
        let values = lines.iter().skip(1);
        let column: Vec<Option<f64>> =
            values.map(|line| line.split(',').nth(2).unwrap().parse().ok()).collect();
        assert_eq!(column, marks);
    }
}

#[test]
fn a_file_says_above_its_numbers_what_is_counted() {
    let mut spec = samples::step_chart();
    spec.subtitle = "Referrals where reason is \"late\", 1 Sep 2025 to 17 Jul 2026".to_owned();
    spec.provenance.notice = "Invented school: nothing here is real".to_owned();
    let csv = spec.to_csv();
    let lines: Vec<&str> = csv.lines().take(5).collect();
    assert_eq!(
        lines,
        [
            "# Time to the next referral",
            "# Counted: Referrals where reason is 'late'; 1 Sep 2025 to 17 Jul 2026",
            "# As of 17 Jul 2026; repeat-referrals 1.0.0",
            "# Invented school: nothing here is real",
            "series,School days since the last referral,Referrals followed by another,lower,upper,n,\
             status",
        ]
    );
}

#[test]
fn a_cell_cannot_become_a_formula() {
    for (text, expected) in [
        ("Year 7", "Year 7"),
        ("a, b", "\"a, b\""),
        ("say \"no\"", "\"say \"\"no\"\"\""),
        ("=1+1", "'=1+1"),
        ("@x,y", "\"'@x,y\""),
    ] {
        assert_eq!(crate::cell(text), expected);
    }
}
