//! Heat charts: the cells of rows and columns, each with a colour.

use sheaf_charts::{AxisData, ChartData, LayerData, Mark, Scale, ShapeData};

use super::Chart;
use crate::fault::fault;
use crate::registry::Answer;

/// The cells of a heat chart.
#[derive(Clone)]
pub struct HeatCells {
    /// The names of the rows, the first at the top.
    pub rows: Vec<String>,
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The cells, row by row.
    pub marks: Vec<Vec<Mark>>,
    /// What the numbers and colours say.
    pub colours: String,
}

impl Chart {
    /// A row of cells for each row of the grid, the first at the top.
    pub(super) fn heat(&self, as_of: jiff::civil::Date) -> Answer<ChartData> {
        let Some(cells) = &self.cells else {
            return Err(fault(
                "a heat chart needs `.value(stats::hotspots(grid))` or `.value(occupancy)`",
            ));
        };
        let axis = |title: &Option<String>, names: Vec<String>| {
            AxisData::new(title.clone().unwrap_or_default(), Scale::Category { names })
        };
        let x = axis(&self.x_title, cells.columns.clone());
        let y = axis(&self.y_title, cells.rows.iter().rev().cloned().collect());
        let mut data = ChartData::new(self.title.clone(), x, y, as_of);
        data.notes.push(cells.colours.clone());
        data.notes.extend(self.notes.iter().cloned());
        for (place, (name, marks)) in cells.rows.iter().zip(&cells.marks).enumerate() {
            let row = u32::try_from(cells.rows.len() - 1 - place).unwrap_or_default();
            let shape = ShapeData::Heat { row };
            data.layers.push(LayerData::new(name.clone(), shape, marks.clone()));
        }
        Ok(data)
    }
}
