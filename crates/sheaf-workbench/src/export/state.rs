//! Which chart is written, in which format, and where to.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sheaf_charts::ChartSpec;
use sheaf_school::desk::Place;

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A drawing, as sharp as the printer.
    Svg,
    /// A picture.
    Png,
    /// The numbers.
    Csv,
    /// The numbers, as a spreadsheet keeps them.
    Xlsx,
}

impl Format {
    /// Every one, as they stand beside each other.
    pub const ALL: [Self; 4] = [Self::Svg, Self::Png, Self::Csv, Self::Xlsx];

    /// How the name of its files ends.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// What it is for.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Svg => "SVG, for print",
            Self::Png => "PNG, for slides",
            Self::Csv => "CSV, the numbers",
            Self::Xlsx => "Excel, the numbers",
        }
    }
}

/// A change in the dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Another chart.
    Chart(usize),
    /// Another format.
    Format(Format),
    /// Another folder.
    Folder(String),
    /// Another name, without its ending.
    Name(String),
    /// Write it.
    Write,
}

/// What the dialog asks of the school.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// Whether a file can be written there.
    Look(PathBuf),
    /// Write the chart.
    Write(Arc<ChartSpec>, PathBuf),
}

/// The dialog.
#[derive(Clone, Debug)]
pub struct State {
    /// The metric, which begins the name of the file.
    metric: String,
    /// The charts that can be written.
    pub charts: Vec<Arc<ChartSpec>>,
    /// Which of them is.
    pub chart: usize,
    /// In which format.
    pub format: Format,
    /// Into which folder.
    pub folder: String,
    /// Under which name, without its ending.
    pub name: String,
    /// Whether somebody gave the name.
    is_named: bool,
    /// What is found there, once it is known.
    pub place: Option<Place>,
    /// Why it was not written.
    pub refused: Option<String>,
}

impl State {
    /// A dialog for one of the charts of a metric.
    pub fn new(metric: &str, charts: Vec<Arc<ChartSpec>>, chart: usize, folder: &Path) -> Self {
        let mut state = Self {
            metric: metric.to_owned(),
            charts,
            chart,
            format: Format::Svg,
            folder: folder.display().to_string(),
            name: String::new(),
            is_named: false,
            place: None,
            refused: None,
        };
        state.give_name();
        state
    }

    fn give_name(&mut self) {
        if !self.is_named {
            self.name = format!("{}-{}", self.metric, self.chart + 1);
        }
    }

    /// The chart that is written.
    pub fn spec(&self) -> Option<&Arc<ChartSpec>> {
        self.charts.get(self.chart)
    }

    /// Where it is written to.
    pub fn path(&self) -> PathBuf {
        let name = format!("{}.{}", self.name.trim(), self.format.ending());
        Path::new(self.folder.trim()).join(name)
    }

    /// What is wrong with the name; a name is no path.
    pub fn name_error(&self) -> Option<&'static str> {
        let name = self.name.trim();
        if name.is_empty() {
            return Some("The file needs a name");
        }
        name.contains(['/', '\\']).then_some("A name has no slashes; the folder stands above")
    }

    /// Whether it can be written as it stands.
    pub fn is_ready(&self) -> bool {
        self.name_error().is_none() && matches!(self.place, Some(Place::Free | Place::Taken))
    }

    /// Applies one change; gives what is to be asked.
    pub fn apply(&mut self, edit: Edit) -> Option<Ask> {
        match edit {
            Edit::Chart(chart) => {
                self.chart = chart;
                self.give_name();
            }
            Edit::Format(format) => self.format = format,
            Edit::Folder(folder) => self.folder = folder,
            Edit::Name(name) => {
                self.name = name;
                self.is_named = true;
            }
            Edit::Write => {
                let spec = self.spec().filter(|_| self.is_ready())?;
                return Some(Ask::Write(Arc::clone(spec), self.path()));
            }
        }
        self.refused = None;
        self.place = None;
        self.look()
    }

    /// Asks whether a file can be written as it stands.
    pub fn look(&self) -> Option<Ask> {
        self.name_error().is_none().then(|| Ask::Look(self.path()))
    }
}
