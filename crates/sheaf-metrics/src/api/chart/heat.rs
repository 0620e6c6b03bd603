//! Heat charts: the cells of a grid, coloured by how far they are from what was to be expected.

use sheaf_charts::{AxisData, ChartData, LayerData, Scale, ShapeData};

use super::Chart;
use crate::fault::fault;
use crate::registry::Answer;

/// What the colours say.
const COLOURS: &str = "Numbers are counts. Orange: more than expected, blue: less, drawn towards \
                       none where few are; outlined: more than chance would do";

impl Chart {
    /// A row of cells for each row of the grid, the first at the top.
    pub(super) fn heat(&self, as_of: jiff::civil::Date) -> Answer<ChartData> {
        let Some(spots) = &self.spots else {
            return Err(fault("a heat chart needs `.value(stats::hotspots(grid))`"));
        };
        let (rows, columns) = spots.names();
        let axis = |title: &Option<String>, names: Vec<String>| {
            AxisData::new(title.clone().unwrap_or_default(), Scale::Category { names })
        };
        let x = axis(&self.x_title, columns);
        let y = axis(&self.y_title, rows.iter().rev().cloned().collect());
        let mut data = ChartData::new(self.title.clone(), x, y, as_of);
        data.notes.push(COLOURS.to_owned());
        data.notes.extend(self.notes.iter().cloned());
        for (place, name) in rows.iter().enumerate() {
            let row = u32::try_from(rows.len() - 1 - place).unwrap_or_default();
            let shape = ShapeData::Heat { row };
            data.layers.push(LayerData::new(name.clone(), shape, spots.marks(place)));
        }
        Ok(data)
    }
}
