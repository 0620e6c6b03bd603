//! Pictures against the charts that they show.

use std::path::PathBuf;

use expect_test::{Expect, expect};
use jiff::civil::date;

use super::*;
use crate::samples;
use crate::{AxisData, ChartData, ChartSpec, LayerData, Mark, Scale, ShapeData, Status, layout};

#[test]
fn every_sample_is_drawn_both_ways() {
    for (name, spec) in samples::all() {
        let png = to_png(&spec, Size::PAGE).unwrap();
        let svg = to_svg(&spec, Size::PAGE).unwrap();
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
        let found = marks_in_svg(&to_svg(&spec, Size::PAGE).unwrap());
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
    let svg = to_svg(&spec, Size::PAGE).unwrap();
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
fn check(shape: ShapeData, expected: Expect) {
    let svg = to_svg(&small(shape), Size::new(240, 160).unwrap()).unwrap();
    let from = svg.find("<g class=\"layer\"").unwrap();
    let to = svg.find("<g class=\"footer\"").unwrap();
    expected.assert_eq(&svg[from..to]);
}

#[test]
fn line() {
    check(
        ShapeData::Line,
        expect![[r##"
        <g class="layer" data-name="Series" data-shape="line" data-token="series_1" data-marks="2">
        <polyline fill="none" opacity="1" stroke="#0072B2" stroke-width="9" points="179,471 "/>
        <polyline fill="none" opacity="1" stroke="#0072B2" stroke-width="9" points="816,407 "/>
        <g class="mark" data-x="0" data-y="2">
        <title>Series, 0: 2 (1 to 3)</title>
        <circle cx="179" cy="471" r="13" opacity="1" fill="#0072B2" stroke="none" stroke-width="0"/>
        </g>
        <g class="hidden">
        <text x="392" y="473" dy="0.76em" text-anchor="middle" font-family="Open Sans, Segoe UI, Helvetica Neue, Arial, sans-serif" font-size="60.00000000000001" opacity="1" fill="#5B6370" font-weight="bold">
        *
        </text>
        </g>
        <g class="no-data">
        </g>
        <g class="mark" data-x="3" data-y="4">
        <title>Series, 3: 4 (3 to 5)</title>
        <circle cx="816" cy="407" r="13" opacity="1" fill="#0072B2" stroke="none" stroke-width="0"/>
        </g>
        </g>
    "##]],
    );
}

#[test]
fn step() {
    check(
        ShapeData::Step,
        expect![[r##"
        <g class="layer" data-name="Series" data-shape="step" data-token="series_1" data-marks="2">
        <polyline fill="none" opacity="1" stroke="#0072B2" stroke-width="9" points="179,471 "/>
        <polyline fill="none" opacity="1" stroke="#0072B2" stroke-width="9" points="816,407 "/>
        <g class="mark" data-x="0" data-y="2">
        <title>Series, 0: 2 (1 to 3)</title>
        </g>
        <g class="hidden">
        <text x="392" y="473" dy="0.76em" text-anchor="middle" font-family="Open Sans, Segoe UI, Helvetica Neue, Arial, sans-serif" font-size="60.00000000000001" opacity="1" fill="#5B6370" font-weight="bold">
        *
        </text>
        </g>
        <g class="no-data">
        </g>
        <g class="mark" data-x="3" data-y="4">
        <title>Series, 3: 4 (3 to 5)</title>
        </g>
        </g>
    "##]],
    );
}

#[test]
fn points() {
    check(
        ShapeData::Points,
        expect![[r##"
        <g class="layer" data-name="Series" data-shape="points" data-token="series_1" data-marks="2">
        <g class="mark" data-x="0" data-y="2">
        <title>Series, 0: 2 (1 to 3)</title>
        <polyline fill="none" opacity="1" stroke="#0072B2" stroke-width="6" points="179,503 179,439 "/>
        <circle cx="179" cy="471" r="18" opacity="1" fill="#0072B2" stroke="none" stroke-width="0"/>
        </g>
        <g class="hidden">
        <text x="392" y="473" dy="0.76em" text-anchor="middle" font-family="Open Sans, Segoe UI, Helvetica Neue, Arial, sans-serif" font-size="60.00000000000001" opacity="1" fill="#5B6370" font-weight="bold">
        *
        </text>
        </g>
        <g class="no-data">
        </g>
        <g class="mark" data-x="3" data-y="4">
        <title>Series, 3: 4 (3 to 5)</title>
        <polyline fill="none" opacity="1" stroke="#0072B2" stroke-width="6" points="816,439 816,375 "/>
        <circle cx="816" cy="407" r="18" opacity="1" fill="#0072B2" stroke="none" stroke-width="0"/>
        </g>
        </g>
    "##]],
    );
}

#[test]
fn bars() {
    check(
        ShapeData::Bars,
        expect![[r##"
        <g class="layer" data-name="Series" data-shape="bars" data-token="series_1" data-marks="2">
        <g class="mark" data-x="0" data-y="2">
        <title>Series, 0: 2 (1 to 3)</title>
        <polygon opacity="1" fill="#0072B2" points="183,471 299,471 299,535 183,535 "/>
        <polyline fill="none" opacity="1" stroke="#1B1F27" stroke-width="6" points="241,503 241,439 "/>
        </g>
        <g class="hidden">
        <text x="412" y="473" dy="0.76em" text-anchor="middle" font-family="Open Sans, Segoe UI, Helvetica Neue, Arial, sans-serif" font-size="60.00000000000001" opacity="1" fill="#5B6370" font-weight="bold">
        *
        </text>
        </g>
        <g class="no-data">
        </g>
        <g class="mark" data-x="3" data-y="4">
        <title>Series, 3: 4 (3 to 5)</title>
        <polygon opacity="1" fill="#0072B2" points="696,407 812,407 812,535 696,535 "/>
        <polyline fill="none" opacity="1" stroke="#1B1F27" stroke-width="6" points="754,439 754,375 "/>
        </g>
        </g>
    "##]],
    );
}

#[test]
fn band() {
    check(
        ShapeData::Band,
        expect![[r##"
        <g class="layer" data-name="Series" data-shape="band" data-token="series_1" data-marks="2">
        <polygon opacity="0.16" fill="#0072B2" points="179,439 179,503 "/>
        <polygon opacity="0.16" fill="#0072B2" points="816,375 816,439 "/>
        </g>
    "##]],
    );
}

#[test]
fn step_band() {
    check(
        ShapeData::StepBand,
        expect![[r##"
        <g class="layer" data-name="Series" data-shape="step_band" data-token="series_1" data-marks="2">
        <polygon opacity="0.16" fill="#0072B2" points="179,439 179,503 "/>
        <polygon opacity="0.16" fill="#0072B2" points="816,375 816,439 "/>
        </g>
    "##]],
    );
}

#[test]
fn rule_x() {
    check(
        ShapeData::RuleX,
        expect![[r##"
        <g class="layer" data-name="Series" data-shape="rule_x" data-token="reference" data-marks="2">
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="179,319 179,347 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="179,363 179,391 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="179,407 179,435 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="179,451 179,479 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="179,495 179,523 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="392,319 392,347 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="392,363 392,391 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="392,407 392,435 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="392,451 392,479 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="392,495 392,523 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="604,319 604,347 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="604,363 604,391 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="604,407 604,435 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="604,451 604,479 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="604,495 604,523 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="816,319 816,347 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="816,363 816,391 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="816,407 816,435 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="816,451 816,479 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="816,495 816,523 "/>
        <polygon opacity="1" fill="#FFFFFF" points="674,307 800,307 800,371 674,371 "/>
        <text x="686" y="319" dy="0.76em" text-anchor="start" font-family="Open Sans, Segoe UI, Helvetica Neue, Arial, sans-serif" font-size="48" opacity="1" fill="#1B1F27">
        here
        </text>
        </g>
    "##]],
    );
}

#[test]
fn rule_y() {
    check(
        ShapeData::RuleY,
        expect![[r##"
        <g class="layer" data-name="Series" data-shape="rule_y" data-token="reference" data-marks="2">
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="179,471 207,471 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="223,471 251,471 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="267,471 295,471 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="311,471 339,471 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="355,471 383,471 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="399,471 427,471 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="443,471 471,471 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="487,471 515,471 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="531,471 559,471 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="575,471 603,471 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="619,471 647,471 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="663,471 691,471 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="707,471 735,471 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="751,471 779,471 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="795,471 816,471 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="179,407 207,407 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="223,407 251,407 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="267,407 295,407 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="311,407 339,407 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="355,407 383,407 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="399,407 427,407 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="443,407 471,407 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="487,407 515,407 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="531,407 559,407 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="575,407 603,407 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="619,407 647,407 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="663,407 691,407 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="707,407 735,407 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="751,407 779,407 "/>
        <polyline fill="none" opacity="1" stroke="#525862" stroke-width="5" points="795,407 816,407 "/>
        <polygon opacity="1" fill="#FFFFFF" points="702,335 828,335 828,399 702,399 "/>
        <text x="714" y="347" dy="0.76em" text-anchor="start" font-family="Open Sans, Segoe UI, Helvetica Neue, Arial, sans-serif" font-size="48" opacity="1" fill="#1B1F27">
        here
        </text>
        </g>
    "##]],
    );
}

#[test]
fn note() {
    check(
        ShapeData::Note,
        expect![[r##"
        <g class="layer" data-name="Series" data-shape="note" data-token="reference" data-marks="2">
        <g class="mark" data-x="0" data-y="2">
        <title>Series, 0: 2 (1 to 3)</title>
        </g>
        <g class="hidden">
        <text x="392" y="473" dy="0.76em" text-anchor="middle" font-family="Open Sans, Segoe UI, Helvetica Neue, Arial, sans-serif" font-size="60.00000000000001" opacity="1" fill="#5B6370" font-weight="bold">
        *
        </text>
        </g>
        <g class="no-data">
        </g>
        <g class="mark" data-x="3" data-y="4">
        <title>Series, 3: 4 (3 to 5)</title>
        <text x="844" y="343" dy="0.76em" text-anchor="start" font-family="Open Sans, Segoe UI, Helvetica Neue, Arial, sans-serif" font-size="48" opacity="1" fill="#1B1F27">
        here
        </text>
        </g>
        </g>
    "##]],
    );
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
        let svg = to_svg(&spec, Size::PAGE).unwrap();
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
    let svg = to_svg(&small(ShapeData::Bars), Size::PAGE).unwrap();
    assert!(svg.contains("role=\"img\""));
    assert!(svg.contains("<title id=\"title\">Small &amp; &lt;plain&gt;</title>"));
    assert!(svg.contains(
        "<desc id=\"desc\">Small &amp; &lt;plain&gt;: Count by Day. 2 at 0, 4 at 3.</desc>"
    ));
}

#[test]
fn a_png_has_twice_the_logical_size_and_more_than_one_colour() {
    let file = to_png(&samples::bar_chart(), Size::new(400, 300).unwrap()).unwrap();
    let decoder = ::png::Decoder::new(std::io::Cursor::new(&file));
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((frame.width, frame.height), (800, 600));
    let token = crate::Token::Series1.colour(crate::Theme::Light);
    assert!(pixels.chunks_exact(3).any(|rgb| rgb == [token.0, token.1, token.2]));
    assert!(pixels.chunks_exact(3).any(|rgb| rgb == [255, 255, 255]));
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
    to_svg(&spec, Size::PAGE).unwrap();
    to_png(&spec, Size::PAGE).unwrap();
}
