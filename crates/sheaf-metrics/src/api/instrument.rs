//! `cx.instrument(id)`: what is published of a wellbeing measure, so that no script types it in.

use rhai::{Array, Dynamic, Map};
use sheaf_records::{
    Better, Cited, CodeLists, Instrument, InstrumentScale, ListId, instrument, instruments,
    score_range,
};

use super::context::Context;
use crate::fault::unknown;
use crate::missing::Missing;
use crate::registry::{Answer, Group, Registry};

/// Registers it.
pub fn register(registry: &mut Registry) {
    registry.function(
        Group::Context
            .item(
                "instrument",
                "cx.instrument(id) -> map",
                "What is published of a measure of `scores`, by its code: id title licence scales. \
                 Each scale has title min max direction cut_offs informant reliability \
                 standard_error metric source; `direction` is that of `stats::reliable_change`, \
                 `cut_offs` the least score of each band but the lowest, for the answers of \
                 `informant`; `metric` the score on an even scale for each sum from `min` on. What \
                 was not found in public is a missing number, and no guess.",
                "{ let s = cx.instrument(\"sdq\").scales.total; `${s.min} to ${s.max}, \
                 ${s.direction}, ${s.cut_offs}, ${s.reliability}` }",
                "0 to 40, decrease, [12, 16, 19], 0.62",
            )
            .added(),
        |_: &mut Context, id: &str| {
            let known = || instruments().map(|one| one.measure).collect::<Vec<_>>();
            let found =
                instrument(id).ok_or_else(|| unknown("there is no instrument", id, known()));
            Answer::Ok(map(found?))
        },
    );
}

fn map(one: &Instrument) -> Map {
    let lists = CodeLists::default();
    let scales = one.scales.iter().map(|scale| {
        let title = lists.title(ListId::ScoreScale, scale.scale).to_owned();
        (scale.scale.into(), Dynamic::from(of_scale(one.measure, scale, title)))
    });
    Map::from_iter([
        ("id".into(), one.measure.into()),
        ("title".into(), lists.title(ListId::Measure, one.measure).to_owned().into()),
        ("licence".into(), one.licence.into()),
        ("scales".into(), Dynamic::from(scales.collect::<Map>())),
    ])
}

fn of_scale(measure: &str, scale: &InstrumentScale, title: String) -> Map {
    let none = |what: &str| Dynamic::from(Missing::refused(&format!("{measure}: no {what} found")));
    let range = score_range(measure, scale.scale).ok().flatten();
    let bound = |of: Option<i64>| of.map_or_else(|| none("published range"), Dynamic::from);
    let direction = match range.map(|range| range.better) {
        Some(Better::Higher) => "increase".into(),
        Some(Better::Lower) => "decrease".into(),
        None => none("published direction"),
    };
    let cited =
        |of: Option<Cited>, what: &str| of.map_or_else(|| none(what), |one| one.value.into());
    let numbers = |of: &[f64]| of.iter().copied().map(Dynamic::from).collect::<Array>();
    let bounds = |of: &[i64]| of.iter().copied().map(Dynamic::from).collect::<Array>();
    let sources = [
        scale.cut_offs.map(|one| one.source),
        scale.reliability.map(|one| one.source),
        scale.standard_error.map(|one| one.source),
    ];
    let sources: Vec<&str> = sources.into_iter().flatten().collect();
    Map::from_iter([
        ("title".into(), title.into()),
        ("min".into(), bound(range.map(|range| range.min))),
        ("max".into(), bound(range.map(|range| range.max))),
        ("direction".into(), direction),
        (
            "cut_offs".into(),
            scale.cut_offs.map_or_else(|| none("cut-offs"), |one| bounds(one.bounds).into()),
        ),
        (
            "informant".into(),
            scale.cut_offs.map_or_else(|| none("cut-offs"), |one| one.informant.into()),
        ),
        ("reliability".into(), cited(scale.reliability, "reliability")),
        ("standard_error".into(), cited(scale.standard_error, "standard error")),
        (
            "metric".into(),
            scale.metric.map_or_else(|| none("even scale"), |one| numbers(one).into()),
        ),
        ("source".into(), sources.join("; ").into()),
    ])
}

#[cfg(test)]
mod tests {
    use crate::fixture::{run, text_of};

    #[test]
    fn what_is_published_is_read_and_what_is_not_is_missing() {
        for (expression, expected) in [
            ("cx.instrument(\"sdq\").scales.prosocial.direction", "increase"),
            ("cx.instrument(\"sdq\").scales.total.informant", "teacher"),
            ("cx.instrument(\"swemwbs\").scales.total.metric[14]", "19.25"),
            ("cx.instrument(\"swemwbs\").scales.total.min", "7"),
            ("type_of(cx.instrument(\"boxall\").scales.diagnostic.max)", "missing number"),
            ("cx.instrument(\"sdq\").scales.len()", "6"),
        ] {
            assert_eq!(text_of(expression), expected, "{expression}");
        }
        let told = text_of("cx.instrument(\"sdk\").title");
        assert!(told.contains("no instrument `sdk`; did you mean `sdq`?"), "{told}");
    }

    /// A missing constant ends in a refusal that names it, not in a number.
    #[test]
    fn a_statistic_is_not_worked_out_of_what_is_missing() {
        let change = |id: &str| {
            let script = format!(
                "fn run(cx, p) {{ let s = cx.instrument(\"{id}\").scales.total; let out = \
                 report(\"t\"); let r = stats::reliable_change([20], [9], #{{ sd: 5.8, \
                 reliability: s.reliability, direction: s.direction }}); \
                 out.caveat(`${{r.counts.improved}}`); out.done() }}"
            );
            let report = run(&script).unwrap();
            format!("{:?} {:?}", report.caveats, report.findings)
        };
        assert!(change("swemwbs").contains("swemwbs: no reliability found"));
        // Eleven points of SD 5.8 at r 0.62: 11 / (1.414 * 5.8 * 0.6164) is 2.18 standard errors.
        assert!(change("sdq").contains("\"1\""), "{}", change("sdq"));
    }
}
