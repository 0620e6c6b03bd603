//! Reading our own SVG back, to hold a file against the chart that it shows.

/// What a reader finds in an SVG file of ours.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SvgMarks {
    /// The labels of the ticks of the horizontal axis, in order.
    pub x_ticks: Vec<String>,
    /// The labels of the ticks of the vertical axis.
    pub y_ticks: Vec<String>,
    /// The legend: label and colour token, in order.
    pub legend: Vec<(String, String)>,
    /// The layers in order.
    pub layers: Vec<SvgLayer>,
}

/// One layer of an SVG file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SvgLayer {
    /// The name of its series.
    pub name: String,
    /// How it is drawn, such as `step`.
    pub shape: String,
    /// Its colour token, such as `series_1`.
    pub token: String,
    /// How many marks it says that it shows.
    pub shown: usize,
    /// The marks that are there one by one; bands and rules have none.
    pub marks: Vec<SvgMark>,
}

/// One mark of an SVG file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SvgMark {
    /// Where on the horizontal axis.
    pub x: f64,
    /// Its value.
    pub y: f64,
}

/// The ticks, legend and marks of an SVG document made by [`to_svg`](super::to_svg).
pub fn marks_in_svg(svg: &str) -> SvgMarks {
    let mut found = SvgMarks::default();
    let mut axis = String::new();
    for tag in svg.lines().filter(|line| line.starts_with("<g ")) {
        let get = |name: &str| attribute(tag, name).unwrap_or_default();
        match get("class").as_str() {
            "axis" => axis = get("data-axis"),
            "tick" if axis == "x" => found.x_ticks.push(get("data-label")),
            "tick" => found.y_ticks.push(get("data-label")),
            "entry" => found.legend.push((get("data-label"), get("data-token"))),
            "layer" => found.layers.push(SvgLayer {
                name: get("data-name"),
                shape: get("data-shape"),
                token: get("data-token"),
                shown: get("data-marks").parse().unwrap_or_default(),
                marks: Vec::new(),
            }),
            "mark" => {
                let number = |name| get(name).parse().unwrap_or(f64::NAN);
                if let Some(layer) = found.layers.last_mut() {
                    layer.marks.push(SvgMark { x: number("data-x"), y: number("data-y") });
                }
            }
            _ => {}
        }
    }
    found
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let from = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let value = tag.get(from..)?.split('"').next()?;
    let plain = value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    Some(plain.replace("&amp;", "&"))
}
