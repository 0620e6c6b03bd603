//! What is published of wellbeing measures besides their ranges: cut-offs, reliability, licences.
//!
//! A number is here only with a source that was read; what was not found is none and no guess.

/// What is known of a measure as a whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Instrument {
    /// Its code in the list of measures.
    pub measure: &'static str,
    /// By what permission it may be used.
    pub licence: &'static str,
    /// Its scales, by their codes.
    pub scales: &'static [InstrumentScale],
}

/// What is known of one scale, besides its [`score_range`](crate::score_range).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InstrumentScale {
    /// Its code in the list of scales.
    pub scale: &'static str,
    /// Where one band ends and the next begins.
    pub cut_offs: Option<CutOffs>,
    /// How alike two scores of a child are who has not changed.
    pub reliability: Option<Cited>,
    /// The standard error of a score, in points of `metric` where there is one.
    pub standard_error: Option<Cited>,
    /// The score on an even scale for each sum from the least on.
    pub metric: Option<&'static [f64]>,
}

/// The bounds of the bands of a scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CutOffs {
    /// The least score of each band but the lowest, in order.
    pub bounds: &'static [i64],
    /// For whose answers they are, by the code of the informant.
    pub informant: &'static str,
    /// Where they are published.
    pub source: &'static str,
}

/// A number with where it is published.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cited {
    /// The number.
    pub value: f64,
    /// What it is of, and where it is published.
    pub source: &'static str,
}

/// A scale of which nothing but its range is known.
const fn plain(scale: &'static str) -> InstrumentScale {
    let (cut_offs, reliability, standard_error, metric) = (None, None, None, None);
    InstrumentScale { scale, cut_offs, reliability, standard_error, metric }
}

/// Of teachers' answers.
const fn sdq(scale: &'static str, bounds: &'static [i64]) -> InstrumentScale {
    let source = "the four bands of teachers' answers, PMC4830858, table 1";
    let cut_offs = Some(CutOffs { bounds, informant: "teacher", source });
    InstrumentScale { cut_offs, reliability: Some(SDQ_RETEST), ..plain(scale) }
}

const SDQ_RETEST: Cited = Cited {
    value: 0.62,
    source: "mean over the scales, again after four to six months, Goodman 2001, J Am Acad Child \
             Adolesc Psychiatry 40:1337",
};

/// Raw sums of 7 to 35 (three independent implementations of the table of the University of
/// Warwick agree).
const SWEMWBS_METRIC: [f64; 29] = [
    7.00, 9.51, 11.25, 12.40, 13.33, 14.08, 14.75, 15.32, 15.84, 16.36, 16.88, 17.43, 17.98, 18.59,
    19.25, 19.98, 20.73, 21.54, 22.35, 23.21, 24.11, 25.03, 26.02, 27.03, 28.13, 29.31, 30.70,
    32.55, 35.00,
];

/// The measures of the code list, but the school's own scale.
static INSTRUMENTS: [Instrument; 5] = [
    Instrument {
        measure: "sdq",
        licence: "copyright Youthinmind; no electronic form without its agreement: totals only",
        scales: &[
            sdq("total", &[12, 16, 19]),
            sdq("emotional", &[4, 5, 6]),
            sdq("conduct", &[3, 4, 5]),
            sdq("hyperactivity", &[6, 8, 9]),
            sdq("peer", &[4, 5, 6]),
            // More is better here: the lowest band is the one of most concern.
            sdq("prosocial", &[4, 5, 6]),
        ],
    },
    Instrument {
        measure: "swemwbs",
        licence: "free after registration with the University of Warwick; its copyright line on \
                  every copy; validated for ages 15 to 21",
        scales: &[InstrumentScale {
            standard_error: Some(Cited {
                value: 1.03,
                source: "adults in therapy, Health Qual Life Outcomes 2018, \
                         10.1186/s12955-018-1060-2",
            }),
            metric: Some(&SWEMWBS_METRIC),
            ..plain("total")
        }],
    },
    Instrument {
        measure: "boxall",
        licence: "proprietary, of nurtureuk",
        scales: &[plain("developmental"), plain("diagnostic")],
    },
    Instrument { measure: "behaviour_for_learning", licence: "none", scales: &[plain("total")] },
    Instrument { measure: "daily_points", licence: "none", scales: &[plain("total")] },
];

/// The measure of this code; none of the school's own scale, of which nothing is published.
pub fn instrument(measure: &str) -> Option<&'static Instrument> {
    INSTRUMENTS.iter().find(|one| one.measure == measure)
}

/// Every measure of which something is published.
pub fn instruments() -> impl Iterator<Item = &'static Instrument> {
    INSTRUMENTS.iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CodeLists, ListId, score_range};

    #[test]
    fn measures_and_scales_are_those_of_the_code_lists_and_bounds_lie_in_their_ranges() {
        let lists = CodeLists::default();
        let known = |list: ListId, code: &str| lists.codes(list).iter().any(|one| one.code == code);
        for one in instruments() {
            assert!(known(ListId::Measure, one.measure), "{}", one.measure);
            for scale in one.scales {
                assert!(known(ListId::ScoreScale, scale.scale), "{}", scale.scale);
                let range = score_range(one.measure, scale.scale).unwrap();
                let bounds = scale.cut_offs.map_or(&[][..], |cut_offs| cut_offs.bounds);
                assert!(bounds.is_sorted());
                for bound in bounds {
                    assert!(range.is_some_and(|range| range.min < *bound && *bound <= range.max));
                }
            }
        }
        let measures = lists.codes(ListId::Measure).iter().filter(|one| one.code != "own");
        assert!(measures.clone().all(|one| instrument(&one.code).is_some()));
        assert_eq!(instrument("own"), None);
    }

    /// Bands of the published table: 0-11, 12-15, 16-18, 19-40 of all difficulties.
    #[test]
    fn bands_and_the_even_scale_are_those_that_are_published() {
        let total = &instrument("sdq").unwrap().scales[0];
        let band = |score: i64| {
            let bounds = total.cut_offs.unwrap().bounds;
            bounds.iter().filter(|bound| **bound <= score).count()
        };
        let bands = [0, 11, 12, 15, 16, 18, 19, 40].map(band);
        assert_eq!(bands, [0, 0, 1, 1, 2, 2, 3, 3]);
        let metric = instrument("swemwbs").unwrap().scales[0].metric.unwrap();
        let at = |raw: usize| metric[raw - 7];
        assert_eq!((metric.len(), at(7), at(21), at(35)), (29, 7.0, 19.25, 35.0));
        assert!(metric.is_sorted());
    }
}
