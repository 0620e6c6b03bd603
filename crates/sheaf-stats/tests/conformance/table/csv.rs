//! Small files of comma-separated values without quoted commas.

/// A column by its heading, as texts.
pub fn texts(text: &str, name: &str) -> Vec<String> {
    let cells =
        |line: &str| line.split(',').map(|cell| cell.trim_matches('"').to_owned()).collect();
    let mut lines = text.lines().map(cells);
    let head: Vec<String> = lines.next().unwrap();
    let at = head.iter().position(|head| head == name).unwrap();
    lines.map(|mut row: Vec<String>| row.swap_remove(at)).collect()
}

/// The same as numbers.
pub fn numbers(text: &str, name: &str) -> Vec<f64> {
    texts(text, name).iter().map(|cell| cell.parse().unwrap()).collect()
}

/// The same as codes, equal for equal cells, in the order in which they come.
pub fn codes(text: &str, name: &str) -> Vec<u32> {
    let mut seen: Vec<String> = Vec::new();
    let mut code = |cell: String| match seen.iter().position(|one| *one == cell) {
        Some(at) => at as u32,
        None => {
            seen.push(cell);
            seen.len() as u32 - 1
        }
    };
    texts(text, name).into_iter().map(&mut code).collect()
}

/// An array of numbers.
pub fn values(value: &serde_json::Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}
