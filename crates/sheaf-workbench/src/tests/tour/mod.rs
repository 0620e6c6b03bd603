//! Tours: what people do in a day, through the real desk of a small invented school. Each step
//! leaves a picture in the folder that `SHEAF_TOUR` names, if it names one.

mod deputy;
mod first;
mod meeting;
mod mentor;
mod visitor;

use std::sync::OnceLock;

use sheaf_school::{DemoOptions, demo_school};
use tempfile::TempDir;

/// The school of the tours, made once: home 1 is the head's, home 3 a mentor's.
fn homes() -> &'static TempDir {
    static HOMES: OnceLock<TempDir> = OnceLock::new();
    HOMES.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let options = DemoOptions { pupils: 300, years: 1, seed: 1, devices: 3, plain: false };
        demo_school(&dir.path().join("school"), &options, &|_| {}).unwrap();
        dir
    })
}
