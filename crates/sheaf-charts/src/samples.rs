//! Charts of every kind of layer, for tests.

use jiff::civil::date;

use crate::{AxisData, ChartData, ChartSpec, Heat, LayerData, Mark, Scale, ShapeData, layout};

fn data(title: &str, x: AxisData, y: AxisData) -> ChartData {
    let mut data = ChartData::new(title, x, y, date(2026, 7, 17));
    data.subtitle = "Referrals of all pupils, 1 Sep 2025 to 17 Jul 2026".into();
    data.provenance.source = "repeat-referrals 1.0.0".into();
    data.provenance.script_hash = "3fa2b1c04d5e6f70".into();
    data.provenance.n = 2812;
    data
}

/// A staircase with its interval and a rule, as a time to the next referral is drawn.
pub fn step_chart() -> ChartSpec {
    let marks: Vec<Mark> = (0..=60)
        .map(|day| {
            let x = f64::from(day);
            let y = 0.62 * (1.0 - (-x / 14.0).exp());
            Mark::with_interval(x, y, (y - 0.06).max(0.0), y + 0.06)
        })
        .collect();
    let x = AxisData::new("School days since the last referral", Scale::SchoolDays);
    let y = AxisData::new("Referrals followed by another", Scale::Share);
    let rule = Mark::labelled(20.0, 0.0, "48 % within 20 school days");
    let mut data = data("Time to the next referral", x, y)
        .layer(LayerData::new("", ShapeData::StepBand, marks.clone()))
        .layer(LayerData::new("", ShapeData::Step, marks))
        .layer(LayerData::new("", ShapeData::RuleX, vec![rule]));
    data.notes.push("Shaded: 95 % interval".into());
    layout(&data).unwrap()
}

/// Lines by group over the year, with gaps, a hidden value and half-terms as ticks.
pub fn line_chart() -> ChartSpec {
    let first = date(2025, 9, 1);
    let day = |week: i64| f64::from(crate::day_number(first + jiff::Span::new().weeks(week)));
    let series = |name: &str, level: f64| {
        let mark = |week: i64| match week {
            8 | 16 | 17 | 24 => Mark::no_data(day(week)),
            30 if name == "Year 11" => Mark::suppressed(day(week)),
            _ => Mark::shown(day(week), level + (week as f64 / 3.0).sin() * 0.4),
        };
        LayerData::new(name, ShapeData::Line, (0..44).map(mark).collect())
    };
    let starts = [
        (0, "Autumn 1"),
        (9, "Autumn 2"),
        (18, "Spring 1"),
        (25, "Spring 2"),
        (32, "Summer 1"),
        (39, "Summer 2"),
    ];
    let starts = starts.map(|(week, name)| (day(week) as i32, name.to_owned())).to_vec();
    let x = AxisData::new("", Scale::Date { starts });
    let y = AxisData::new("Incidents", Scale::Number).unit("per 100 pupils and school day");
    let names =
        [("Year 7", 1.1), ("Year 8", 1.9), ("Year 9", 2.6), ("Year 10", 2.4), ("Year 11", 0.8)];
    let data = data("Incidents by year group", x, y);
    layout(&names.into_iter().fold(data, |data, (name, level)| data.layer(series(name, level))))
        .unwrap()
}

/// Bars of two series with whiskers on named places, one of them hidden.
pub fn bar_chart() -> ChartSpec {
    let names = ["Classroom", "Corridor and stairs", "Outside", "Canteen"].map(String::from);
    let x = AxisData::new("", Scale::Category { names: names.to_vec() });
    let y = AxisData::new("Incidents", Scale::Count);
    let bars = |name: &str, values: [f64; 4]| {
        let mark = |(x, y): (usize, f64)| match y {
            y if y < 5.0 => Mark::suppressed(x as f64),
            y => Mark::with_interval(x as f64, y, y * 0.9, y * 1.1),
        };
        LayerData::new(name, ShapeData::Bars, values.into_iter().enumerate().map(mark).collect())
    };
    let data = data("Where it happens", x, y)
        .layer(bars("This year", [812.0, 301.0, 220.0, 3.0]))
        .layer(bars("Last year", [760.0, 340.0, 180.0, 90.0]));
    layout(&data).unwrap()
}

/// Points with whiskers against a reference line, and a note.
pub fn forest_chart() -> ChartSpec {
    let names = ["Raw", "Expected with no help", "Compared"].map(String::from);
    let x = AxisData::new("", Scale::Category { names: names.to_vec() });
    let y = AxisData::new("Rate ratio", Scale::Number);
    let marks = vec![
        Mark::with_interval(0.0, 0.51, 0.38, 0.68),
        Mark::with_interval(1.0, 0.62, 0.55, 0.71),
        Mark::with_interval(2.0, 0.86, 0.61, 1.21),
    ];
    let data = data("Impact of mentoring", x, y)
        .layer(LayerData::new(
            "no change",
            ShapeData::RuleY,
            vec![Mark::labelled(0.0, 1.0, "no change")],
        ))
        .layer(LayerData::new("Estimate", ShapeData::Points, marks))
        .layer(LayerData::new(
            "",
            ShapeData::Note,
            vec![Mark::labelled(2.0, 0.86, "cannot tell yet")],
        ));
    layout(&data).unwrap()
}

/// Rows of coloured cells: one stands out, one is hidden, one had nothing to measure.
pub fn heat_chart() -> ChartSpec {
    let columns = ["P1", "P2", "P3", "Lunch"].map(String::from);
    let x = AxisData::new("", Scale::Category { names: columns.to_vec() });
    let rows =
        [("Canteen", [6.0, 2.0, 9.0, 81.0]), ("Corridor and stairs", [40.0, 44.0, 39.0, 0.0])];
    let y = AxisData::new("", Scale::Category { names: rows.map(|row| row.0.to_owned()).to_vec() });
    let row = |(place, (name, values)): (u32, (&str, [f64; 4]))| {
        let mark = |(x, value): (usize, f64)| match value {
            2.0 => Mark::suppressed(x as f64),
            0.0 => Mark::no_data(x as f64),
            value => {
                let heat = Heat { shade: (value - 40.0) / 40.0, is_marked: value > 80.0 };
                Mark { heat: Some(heat), ..Mark::shown(x as f64, value) }
            }
        };
        let marks = values.into_iter().enumerate().map(mark).collect();
        LayerData::new(name, ShapeData::Heat { row: place }, marks)
    };
    let data = data("Where and when", x, y);
    layout(&(0..).zip(rows).map(row).fold(data, ChartData::layer)).unwrap()
}

/// Points between the limits of chance about an average, one of them beyond.
pub fn funnel_chart() -> ChartSpec {
    let x = AxisData::new("Pupils times school days, in hundreds", Scale::Number);
    let y = AxisData::new("Incidents", Scale::Number).unit("per 100 pupils and school day");
    let places: Vec<f64> = (2..=44).map(f64::from).collect();
    let line = |name: &str, far: f64| {
        let mark = |x: &f64| Mark::shown(*x, (1.5 + far / x.sqrt()).max(0.0));
        LayerData::new(name, ShapeData::Line, places.iter().map(mark).collect())
    };
    let points = [(4.0, 1.9), (9.0, 1.2), (16.0, 1.7), (25.0, 1.3), (30.0, 1.55), (40.0, 2.4)];
    let points = points.map(|(x, y)| Mark::shown(x, y)).to_vec();
    let average = vec![Mark::labelled(0.0, 1.5, "average 1.5")];
    let data = data("Incidents by year group and house", x, y)
        .layer(line("95 % limits", -2.4))
        .layer(line("95 % limits", 2.4))
        .layer(line("99.8 % limits", -3.8))
        .layer(line("99.8 % limits", 3.8))
        .layer(LayerData::new("Groups", ShapeData::Points, points))
        .layer(LayerData::new("", ShapeData::RuleY, average))
        .layer(LayerData::new("", ShapeData::Note, vec![Mark::labelled(40.0, 2.4, "Year 9")]));
    layout(&data).unwrap()
}

/// Every sample with a name.
pub fn all() -> [(&'static str, ChartSpec); 6] {
    [
        ("step", step_chart()),
        ("line", line_chart()),
        ("bar", bar_chart()),
        ("forest", forest_chart()),
        ("heat", heat_chart()),
        ("funnel", funnel_chart()),
    ]
}
