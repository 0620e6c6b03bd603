//! Pictures against the charts that they show.

use std::path::PathBuf;

use expect_test::{ExpectFile, expect_file};
use jiff::civil::date;

use super::*;
use crate::samples;
use crate::{
    AxisData, ChartData, ChartSpec, LayerData, Mark, Rgb, Scale, ShapeData, Status, Theme, Token,
    layout,
};

#[test]
fn every_sample_is_drawn_both_ways() {
    for (name, spec) in samples::all() {
        let png = to_png(&spec, Size::PAGE, Theme::Light).unwrap();
        let svg = to_svg(&spec, Size::PAGE, Theme::Light).unwrap();
        assert!(png.starts_with(b"\x89PNG"), "{name}");
        assert!(svg.ends_with("</svg>\n"), "{name}");
        if let Ok(folder) = std::env::var("SHEAF_LOOK") {
            std::fs::write(PathBuf::from(&folder).join(format!("{name}.png")), png).unwrap();
            std::fs::write(PathBuf::from(&folder).join(format!("{name}.svg")), svg).unwrap();
        }
    }
}

#[test]
fn the_picture_shows_the_ticks_legend_and_marks_of_the_chart() {
    for (name, spec) in samples::all() {
        let found = marks_in_svg(&to_svg(&spec, Size::PAGE, Theme::Light).unwrap());
        let labels = |axis: &crate::Axis| -> Vec<String> {
            axis.ticks.iter().map(|tick| tick.label.clone()).collect()
        };
        assert_eq!(found.x_ticks, labels(&spec.x), "{name}");
        assert_eq!(found.y_ticks, labels(&spec.y), "{name}");
        let legend: Vec<(String, String)> = spec
            .legend
            .iter()
            .map(|entry| (entry.label.clone(), entry.token.name().to_owned()))
            .collect();
        assert_eq!(found.legend, legend, "{name}");
        assert_eq!(found.layers.len(), spec.layers.len(), "{name}");
        for (drawn, layer) in found.layers.iter().zip(&spec.layers) {
            let shown: Vec<SvgMark> = layer
                .marks
                .iter()
                .filter_map(|mark| Some(SvgMark { x: mark.x, y: mark.y? }))
                .collect();
            assert_eq!(drawn.shape, layer.shape.name());
            assert_eq!(drawn.token, layer.token.name());
            assert_eq!(drawn.shown, shown.len());
            if layer.shape.is_series() {
                assert_eq!(drawn.marks, shown, "{name}");
            }
        }
    }
}

#[test]
fn a_staircase_has_a_corner_at_every_mark() {
    let spec = samples::step_chart();
    let svg = to_svg(&spec, Size::PAGE, Theme::Light).unwrap();
    let layer = svg.split("data-shape=\"step\"").nth(1).unwrap();
    let points = layer.split("points=\"").nth(1).unwrap().split('"').next().unwrap();
    let step = spec.layers.iter().find(|layer| layer.shape.name() == "step").unwrap();
    assert_eq!(points.split_whitespace().count(), step.marks.len() * 2 - 1);
}

/// A small chart of one layer with a shown, a hidden and a missing mark.
fn small(shape: ShapeData) -> ChartSpec {
    let mut hidden = Mark::with_interval(1.0, 7777.0, 6666.0, 8888.0);
    hidden.status = Status::Suppressed;
    hidden.label = "9999".into();
    let last = Mark { label: "here".into(), ..Mark::with_interval(3.0, 4.0, 3.0, 5.0) };
    let marks = vec![Mark::with_interval(0.0, 2.0, 1.0, 3.0), hidden, Mark::no_data(2.0), last];
    let x = AxisData::new("Day", Scale::SchoolDays);
    let y = AxisData::new("Count", Scale::Count);
    let data = ChartData::new("Small & <plain>", x, y, date(2026, 7, 17))
        .layer(LayerData::new("Series", shape, marks));
    layout(&data).unwrap()
}

/// The group of the first layer as plotters drew it.
#[track_caller]
fn check(shape: ShapeData, expected: ExpectFile) {
    let svg = to_svg(&small(shape), Size::new(240, 160).unwrap(), Theme::Light).unwrap();
    let from = svg.find("<g class=\"layer\"").unwrap();
    let to = svg.find("<g class=\"footer\"").unwrap();
    expected.assert_eq(&svg[from..to]);
}

#[test]
fn each_kind_of_layer_is_drawn_as_it_was() {
    check(ShapeData::Line, expect_file!["snapshots/line.svg"]);
    check(ShapeData::Step, expect_file!["snapshots/step.svg"]);
    check(ShapeData::Points, expect_file!["snapshots/points.svg"]);
    check(ShapeData::Bars, expect_file!["snapshots/bars.svg"]);
    check(ShapeData::Band, expect_file!["snapshots/band.svg"]);
    check(ShapeData::StepBand, expect_file!["snapshots/step_band.svg"]);
    check(ShapeData::RuleX, expect_file!["snapshots/rule_x.svg"]);
    check(ShapeData::RuleY, expect_file!["snapshots/rule_y.svg"]);
    check(ShapeData::Note, expect_file!["snapshots/note.svg"]);
}

#[test]
fn a_hidden_value_is_in_no_output() {
    for shape in [
        ShapeData::Line,
        ShapeData::Step,
        ShapeData::Points,
        ShapeData::Bars,
        ShapeData::Band,
        ShapeData::StepBand,
        ShapeData::RuleX,
        ShapeData::RuleY,
        ShapeData::Note,
    ] {
        let spec = small(shape);
        let json = serde_json::to_string(&spec).unwrap();
        let svg = to_svg(&spec, Size::PAGE, Theme::Light).unwrap();
        for text in [json, svg, spec.to_csv(), spec.summary.clone()] {
            for number in ["7777", "6666", "8888", "9999"] {
                assert!(!text.contains(number), "{shape:?}");
            }
        }
        assert_eq!(spec.provenance.suppressed, 1);
    }
}

#[test]
fn the_file_has_a_title_a_summary_and_a_role() {
    let svg = to_svg(&small(ShapeData::Bars), Size::PAGE, Theme::Light).unwrap();
    assert!(svg.contains("role=\"img\""));
    assert!(svg.contains("<title id=\"title\">Small &amp; &lt;plain&gt;</title>"));
    assert!(svg.contains("<desc id=\"desc\">Count, against day: 2 at 0, 4 at 3.</desc>"));
}

#[test]
fn the_picture_says_under_the_chart_what_is_counted() {
    let mut spec = samples::step_chart();
    spec.provenance.notice = "Invented school: nothing here is real".to_owned();
    let svg = to_svg(&spec, Size::PAGE, Theme::Light).unwrap();
    let (above, below) = svg.split_once("class=\"footer\"").unwrap();
    for words in ["Counted: Referrals of all pupils, 1 Sep 2025", "Invented school: nothing"] {
        assert!(below.contains(words) && !above.contains(words), "{words}");
    }
}

#[test]
fn a_png_has_twice_the_logical_size_and_more_than_one_colour() {
    for theme in [Theme::Light, Theme::Dark] {
        has_ink_and_ground(theme);
    }
}

fn has_ink_and_ground(theme: Theme) {
    let file = to_png(&samples::bar_chart(), Size::new(400, 300).unwrap(), theme).unwrap();
    let decoder = ::png::Decoder::new(std::io::Cursor::new(&file));
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((frame.width, frame.height), (800, 600));
    let found = |token: Token, theme| {
        let Rgb(red, green, blue) = token.colour(theme);
        pixels.chunks_exact(3).any(|rgb| rgb == [red, green, blue])
    };
    for token in [Token::Series1, Token::Ground] {
        for other in [Theme::Light, Theme::Dark] {
            assert_eq!(found(token, other), theme == other, "{token:?} in {theme:?}");
        }
    }
    let Rgb(red, green, blue) = Token::Ground.colour(theme);
    assert_eq!(pixels[..3], [red, green, blue], "to its edge");
}

#[test]
fn the_cells_of_a_heat_chart_have_as_many_decimals_as_each_other() {
    let names = vec!["One".to_owned(), "Other".to_owned()];
    let x = AxisData::new("", Scale::Category { names: names.clone() });
    let y = AxisData::new("", Scale::Category { names });
    let data = ChartData::new("Where and when", x, y, date(2026, 7, 17));
    let row = |row: u32, values: [f64; 2]| {
        let marks = (0..).zip(values).map(|(x, value)| Mark::shown(f64::from(x), value)).collect();
        LayerData::new(format!("Row {row}"), ShapeData::Heat { row }, marks)
    };
    let cells = |values: [[f64; 2]; 2]| {
        let data = data.clone().layer(row(0, values[0])).layer(row(1, values[1]));
        let svg = to_svg(&layout(&data).unwrap(), Size::PAGE, Theme::Light).unwrap();
        let lines = svg.lines().map(|line| line.trim().to_owned());
        lines.filter(|line| line.parse::<f64>().is_ok()).collect::<Vec<_>>()
    };
    assert_eq!(cells([[9.0, 9.2], [12.0, 0.0]]), ["9.0", "9.2", "12.0", "0.0"]);
    assert_eq!(cells([[9.0, 8.0], [12.0, 0.0]]), ["9", "8", "12", "0"]);
    assert_eq!(cells([[9.123, 8.0], [12.0, 0.5]]), ["9.12", "8.00", "12.00", "0.50"]);
}

#[test]
fn a_size_that_cannot_be_drawn_is_refused() {
    assert!(Size::new(100, 100).is_err());
    assert!(Size::new(100_000, 400).is_err());
}

#[test]
fn a_chart_without_a_value_is_still_drawn() {
    let x = AxisData::new("Day", Scale::SchoolDays);
    let y = AxisData::new("Count", Scale::Count);
    let data = ChartData::new("Nothing", x, y, date(2026, 7, 17))
        .layer(LayerData::new("", ShapeData::Line, vec![]))
        .layer(LayerData::new("", ShapeData::Band, vec![]));
    let spec = layout(&data).unwrap();
    assert!(spec.summary.contains("othing to show"));
    to_svg(&spec, Size::PAGE, Theme::Light).unwrap();
    to_png(&spec, Size::PAGE, Theme::Light).unwrap();
}
