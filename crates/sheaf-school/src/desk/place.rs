//! Whether a file can be written where a person wants it.

use std::path::{Path, PathBuf};

/// What is found at a path that somebody typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A file can be made there.
    Free,
    /// A file is there and would be replaced.
    Taken,
    /// Nothing can be written there, and why.
    Bad(String),
}

/// A path as it was typed, which may begin in the person's own folder.
pub(super) fn at_home(path: &Path) -> PathBuf {
    let home = std::env::home_dir();
    match (path.strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

/// Looks where a file is to be written; nothing is changed.
pub(super) fn look_at(path: &Path) -> Place {
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else {
        return Place::Bad("name a folder".to_owned());
    };
    let shown = folder.display();
    let Ok(about) = folder.metadata() else {
        return Place::Bad(format!("there is no folder {shown}"));
    };
    if !about.is_dir() {
        return Place::Bad(format!("{shown} is a file, not a folder"));
    }
    if about.permissions().readonly() {
        return Place::Bad(format!("nothing can be written into {shown}"));
    }
    match path.metadata() {
        Ok(about) if about.is_dir() => Place::Bad(format!("{} is a folder", path.display())),
        Ok(_) => Place::Taken,
        Err(_) => Place::Free,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_taken_or_bad_with_the_reason() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("chart.svg");
        assert_eq!(look_at(&file), Place::Free);
        std::fs::write(&file, "x").unwrap();
        assert_eq!(look_at(&file), Place::Taken);
        for (path, why) in [
            (dir.path().join("no/chart.svg"), "there is no folder"),
            (file.join("chart.svg"), "is a file, not a folder"),
            (dir.path().join("."), "is a folder"),
            (Path::new("chart.svg").to_owned(), "name a folder"),
        ] {
            let Place::Bad(said) = look_at(&path) else { panic!("{} is bad", path.display()) };
            assert!(said.contains(why), "{said}");
        }
    }
}
