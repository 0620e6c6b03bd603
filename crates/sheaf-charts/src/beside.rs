//! A chart beside the same chart of another period: over each other, or on one scale.

use std::mem::discriminant;

use crate::axis::{Axis, Scale};
use crate::layout::{X_TICKS, Y_TICKS, legend, widen};
use crate::spec::{ChartSpec, Layer, Mark, Shape};
use crate::summary;
use crate::ticks::ticks_for;
use crate::token::{Dash, Token};

/// What stands in the legend for the series of a chart that has only one without a name.
const NOW: &str = "This period";
const BEFORE: &str = "Period before";

/// How far points of the period before stand aside, in units of x between two names.
const ASIDE: f64 = 0.16;

/// Both charts as one, the earlier one pale and beneath; none where x means something else in each,
/// as dates do.
pub fn overlaid(now: &ChartSpec, before: &ChartSpec) -> Option<ChartSpec> {
    if !is_alike(&now.x.scale, &before.x.scale) || !is_alike(&now.y.scale, &before.y.scale) {
        return None;
    }
    if now.is_heat() {
        return None;
    }
    let earlier = before.layers.iter().filter(|layer| layer.shape.is_value());
    let layers: Vec<Layer> = earlier
        .map(|layer| pale(layer, &now.x.scale))
        .chain(now.layers.iter().map(named))
        .collect();
    let mut spec = ChartSpec {
        subtitle: format!("{}; pale: {}", now.subtitle, before.subtitle),
        x: across(&now.x, &before.x, X_TICKS),
        y: up(&now.y, &before.y),
        legend: legend(&layers),
        layers,
        ..now.clone()
    };
    spec.legend.sort_by_key(|entry| entry.token == Token::Earlier);
    let hidden = before.provenance.suppressed;
    if hidden > 0 {
        spec.notes.push(format!("* {hidden} of the period before hidden: too few pupils"));
    }
    spec.provenance.suppressed += hidden;
    spec.summary = summary::of(&spec);
    Some(spec)
}

/// Both charts with one vertical scale, so that heights can be compared; none where they measure
/// different things.
pub fn on_one_scale(now: &ChartSpec, before: &ChartSpec) -> Option<(ChartSpec, ChartSpec)> {
    if discriminant(&now.y.scale) != discriminant(&before.y.scale) {
        return None;
    }
    let mut earlier = before.clone();
    earlier.title = format!("{}, the period before", before.title);
    if now.is_heat() {
        // Colours mean the same in both, and rows have names of their own.
        return Some((now.clone(), earlier));
    }
    let y = up(&now.y, &before.y);
    earlier.y = y.clone();
    let series = earlier.layers.iter().filter(|layer| layer.token == Token::Series1);
    if series.count() == earlier.layers.iter().filter(|layer| layer.shape.is_value()).count() {
        earlier.layers.iter_mut().filter(|layer| layer.shape.is_value()).for_each(fade);
    }
    Some((ChartSpec { y, ..now.clone() }, earlier))
}

/// Whether a place on one axis means the same on the other.
fn is_alike(one: &Scale, other: &Scale) -> bool {
    match (one, other) {
        (Scale::Date { .. }, _) => false,
        (Scale::Category { names }, Scale::Category { names: others }) => names == others,
        _ => discriminant(one) == discriminant(other),
    }
}

fn fade(layer: &mut Layer) {
    layer.token = Token::Earlier;
}

/// A layer of the period before, pale and half a bar or a little to the left.
fn pale(layer: &Layer, x: &Scale) -> Layer {
    let name = match layer.name.as_str() {
        "" => BEFORE.to_owned(),
        name => format!("{name}, period before"),
    };
    let aside = matches!((layer.shape, x), (Shape::Points, Scale::Category { .. }));
    let shift = if aside { ASIDE } else { 0.0 };
    let marks = layer.marks.iter().map(|mark| Mark { x: mark.x - shift, ..mark.clone() });
    Layer {
        name,
        shape: halved(layer.shape, -1.0),
        token: Token::Earlier,
        dash: if layer.shape.is_joined() { Dash::Dashed } else { layer.dash },
        marks: marks.collect(),
        ..layer.clone()
    }
}

/// A layer of this period; series need a name to be told from the others.
fn named(layer: &Layer) -> Layer {
    let mut named = Layer { shape: halved(layer.shape, 1.0), ..layer.clone() };
    if named.name.is_empty() && named.shape.is_value() {
        NOW.clone_into(&mut named.name);
    }
    named
}

/// Half a bar, at its left or its right.
fn halved(shape: Shape, side: f64) -> Shape {
    match shape {
        Shape::Bars { offset, width } => {
            Shape::Bars { offset: offset + side * width / 4.0, width: width / 2.0 }
        }
        other => other,
    }
}

fn both(one: (f64, f64), other: (f64, f64)) -> (f64, f64) {
    (one.0.min(other.0), one.1.max(other.1))
}

fn across(now: &Axis, before: &Axis, at_most: usize) -> Axis {
    let domain = both(now.domain, before.domain);
    Axis { domain, ticks: ticks_for(&now.scale, domain, at_most), ..now.clone() }
}

fn up(now: &Axis, before: &Axis) -> Axis {
    let domain = widen(&now.scale, both(now.domain, before.domain), Y_TICKS);
    Axis { domain, ticks: ticks_for(&now.scale, domain, Y_TICKS), ..now.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Theme, picture::Size, samples, to_svg};

    #[test]
    fn a_staircase_lies_over_the_one_before_on_axes_that_hold_both() {
        let now = samples::step_chart();
        let mut before = samples::step_chart();
        before.y.domain = (0.0, 0.9);
        before.subtitle = "The year before".to_owned();
        let one = overlaid(&now, &before).unwrap();
        assert_eq!(one.y.domain.1, 1.0);
        assert_eq!(one.layers.len(), now.layers.len() + 2, "no rule is drawn twice");
        let names: Vec<&str> = one.legend.iter().map(|entry| entry.label.as_str()).collect();
        assert_eq!(names, ["This period", "Period before"]);
        assert!(one.subtitle.ends_with("; pale: The year before"));
        assert!(one.summary.contains("Period before: "), "{}", one.summary);
        assert!(to_svg(&one, Size::PAGE, Theme::Light).unwrap().contains("data-token=\"earlier\""));
    }

    #[test]
    fn bars_stand_side_by_side_and_no_hidden_value_comes_back() {
        let now = samples::bar_chart();
        let one = overlaid(&now, &now).unwrap();
        let span = |layer: &Layer| match layer.shape {
            Shape::Bars { offset, width } => (offset - width / 2.0, offset + width / 2.0),
            _ => (0.0, 0.0),
        };
        let mut spans: Vec<(f64, f64)> = one.layers.iter().map(span).collect();
        spans.sort_by(|a, b| a.0.total_cmp(&b.0));
        let apart = |(a, b): (&(f64, f64), &(f64, f64))| a.1 <= b.0 + 1e-9;
        assert!(spans.iter().zip(spans.iter().skip(1)).all(apart), "{spans:?}");
        assert_eq!(one.provenance.suppressed, 2 * now.provenance.suppressed);
        let hidden = one.layers.iter().flat_map(|layer| &layer.marks).filter(|m| m.y.is_none());
        assert_eq!(hidden.count() as u32, one.provenance.suppressed);
    }

    #[test]
    fn dates_are_never_laid_over_each_other_but_share_a_scale() {
        let now = samples::line_chart();
        let mut before = samples::line_chart();
        before.y.domain = (0.0, 7.3);
        assert!(overlaid(&now, &before).is_none());
        let (now, before) = on_one_scale(&now, &before).unwrap();
        assert_eq!(now.y, before.y);
        assert!(now.y.domain.1 >= 7.3);
        assert!(before.title.ends_with(", the period before"));
        assert!(on_one_scale(&now, &samples::step_chart()).is_none(), "a share is no number");
    }
}
