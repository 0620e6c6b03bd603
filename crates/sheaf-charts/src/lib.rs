//! ChartSpec and its layout; rendering to SVG and PNG with plotters.
