//! The same numbers as a table and as a file.

use crate::axis::Scale;
use crate::format::date_of;
use crate::spec::{ChartSpec, Mark, Status};

/// One value of one series as a row of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The series; empty where there is only one without a name.
    pub series: String,
    /// Where on the horizontal axis, in words.
    pub x: String,
    /// The value; none if hidden or not measured.
    pub y: Option<f64>,
    /// The lower end of the interval.
    pub lower: Option<f64>,
    /// The upper end of the interval.
    pub upper: Option<f64>,
    /// How many cases are behind it, where known.
    pub n: Option<u32>,
    /// Whether it has a value to show.
    pub status: Status,
}

impl ChartSpec {
    /// One row for each measured value, series after series.
    pub fn rows(&self) -> Vec<Row> {
        let series = self.layers.iter().filter(|layer| layer.shape.is_series());
        series
            .flat_map(|layer| layer.marks.iter().map(|mark| self.row(&layer.name, mark)))
            .collect()
    }

    fn row(&self, series: &str, mark: &Mark) -> Row {
        let shown = mark.status == Status::Shown;
        let interval = mark.interval.filter(|_| shown);
        Row {
            series: series.to_owned(),
            x: self.x_cell(mark.x),
            y: mark.y.filter(|_| shown),
            lower: interval.map(|ends| ends.0),
            upper: interval.map(|ends| ends.1),
            n: Some(mark.n).filter(|n| shown && *n > 0),
            status: mark.status,
        }
    }

    /// Dates as ISO 8601 and numbers in full, so that a spreadsheet reads them.
    fn x_cell(&self, x: f64) -> String {
        match &self.x.scale {
            Scale::Date { .. } => date_of(x).map_or_else(String::new, |date| date.to_string()),
            Scale::Category { .. } => self.x.format(x),
            _ => x.to_string(),
        }
    }

    /// The sentence that goes with every copy: who, what and when is counted.
    pub fn counted(&self) -> Option<String> {
        (!self.subtitle.is_empty()).then(|| format!("Counted: {}", self.subtitle))
    }

    /// What stands above the numbers in a file, line by line.
    fn preface(&self) -> String {
        let as_of = self.provenance.as_of.strftime("%-d %b %Y");
        let from = format!("As of {as_of}, {}", self.provenance.source);
        let lines = [Some(self.title.clone()), self.counted(), Some(from)];
        let notice = Some(self.provenance.notice.clone()).filter(|notice| !notice.is_empty());
        lines.into_iter().chain([notice]).flatten().map(|words| comment(&words)).collect()
    }

    /// What stands above each column of the rows in a file.
    pub fn row_heading(&self) -> [&str; 7] {
        let x = if self.x.title.is_empty() { "x" } else { &self.x.title };
        let y = if self.y.title.is_empty() { "value" } else { &self.y.title };
        ["series", x, y, "lower", "upper", "n", "status"]
    }

    /// The rows as CSV: first lines that begin with `#` and say what is counted, then a heading
    /// line, then the numbers.
    pub fn to_csv(&self) -> String {
        let mut out = self.preface();
        out.push_str(&line(self.row_heading().iter().map(|name| cell(name))));
        for row in self.rows() {
            let number = |value: Option<f64>| value.map_or_else(String::new, |v| v.to_string());
            let x = match self.x.scale {
                Scale::Category { .. } => cell(&row.x),
                _ => row.x.clone(),
            };
            out.push_str(&line([
                cell(&row.series),
                x,
                number(row.y),
                number(row.lower),
                number(row.upper),
                row.n.map_or_else(String::new, |n| n.to_string()),
                status_word(row.status).to_owned(),
            ]));
        }
        out
    }
}

const fn status_word(status: Status) -> &'static str {
    match status {
        Status::Shown => "shown",
        Status::Suppressed => "suppressed",
        Status::NoData => "no_data",
    }
}

/// One line of words: one cell to a spreadsheet, a comment to a program. A comma or a quotation
/// mark would make several cells of it.
fn comment(words: &str) -> String {
    let plain = words.trim_end_matches([' ', ',']).replace(',', ";").replace('"', "'");
    format!("# {}\r\n", plain.replace(['\r', '\n'], " "))
}

fn line(cells: impl IntoIterator<Item = String>) -> String {
    let mut out = cells.into_iter().collect::<Vec<_>>().join(",");
    out.push_str("\r\n");
    out
}

/// One cell of text (RFC 4180); what a spreadsheet would run as a formula is made plain text.
pub fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}
