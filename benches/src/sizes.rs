//! How much of everything is measured.

/// How much of everything is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// The full sizes are divided by this.
    pub divisor: usize,
    /// Incidents that an empty device receives.
    pub incidents: usize,
    /// Empty devices, one after the other.
    pub replications: usize,
    /// Reconnects with nothing new.
    pub reconnects: usize,
    /// Incidents saved one by one.
    pub saves: usize,
    /// Incidents saved while another device is connected.
    pub live: usize,
    /// Incidents, and again referrals, that the metric finds.
    pub metric_rows: usize,
    /// Runs of the metric on a school that has just been opened.
    pub cold_runs: usize,
    /// Incidents in the table of which a frame is drawn.
    pub table_rows: usize,
    /// Pupils in the typeahead.
    pub typeahead_pupils: usize,
    /// Runs of the metric on columns that are there.
    pub warm_runs: usize,
}

impl Sizes {
    /// The sizes for which figures are aimed at.
    pub const FULL: Self = Self {
        divisor: 1,
        incidents: 20_000,
        replications: 3,
        reconnects: 20,
        saves: 500,
        live: 100,
        metric_rows: 100_000,
        table_rows: 100_000,
        typeahead_pupils: 2_000,
        cold_runs: 3,
        warm_runs: 10,
    };

    /// The same, so many times smaller; at least one of each.
    #[must_use]
    pub fn divided_by(self, divisor: usize) -> Self {
        let part = |size: usize| (size / divisor).max(1);
        Self {
            divisor: self.divisor * divisor,
            incidents: part(self.incidents),
            replications: part(self.replications),
            reconnects: part(self.reconnects),
            saves: part(self.saves),
            live: part(self.live),
            metric_rows: part(self.metric_rows),
            table_rows: part(self.table_rows),
            typeahead_pupils: part(self.typeahead_pupils).max(60),
            cold_runs: part(self.cold_runs),
            warm_runs: part(self.warm_runs),
        }
    }

    /// Whether these are the sizes for which figures are aimed at.
    pub const fn is_full(&self) -> bool {
        self.divisor == 1
    }
}
