//! The metrics that come with Sheaf: compiled in, the same files as in `plugins/`.

use std::collections::BTreeMap;

use sheaf_metrics::Package;

use crate::error::Result;

/// One bundled metric: its files by name.
type Files = &'static [(&'static str, &'static str)];

/// The files of the bundled metric of this name.
macro_rules! bundled {
    ($name:literal) => {
        &[
            ("plugin.toml", include_str!(concat!("../../../../plugins/", $name, "/plugin.toml"))),
            ("metric.rhai", include_str!(concat!("../../../../plugins/", $name, "/metric.rhai"))),
            ("README.md", include_str!(concat!("../../../../plugins/", $name, "/README.md"))),
        ]
    };
}

/// All of them, in the order in which they are offered; the first is asked unless another is.
const BUNDLED: [Files; 13] = [
    bundled!("behaviour-trends"),
    bundled!("intervention-impact"),
    bundled!("repeat-referrals"),
    bundled!("hotspots"),
    bundled!("early-concern"),
    bundled!("concentration"),
    bundled!("disproportionality"),
    bundled!("attendance-patterns"),
    bundled!("suspension-clocks"),
    bundled!("call-out-response"),
    bundled!("reflection-room"),
    bundled!("policy-what-if"),
    bundled!("fortnightly-report"),
];

/// All of them.
pub(super) fn packages() -> Result<Vec<Package>> {
    let package = |files: Files| -> Result<Package> {
        let files = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        Ok(Package::from_files(files.collect::<BTreeMap<_, _>>())?)
    };
    BUNDLED.into_iter().map(package).collect()
}

/// Whether an id is that of one of them.
pub(super) fn is_bundled(id: &str) -> Result<bool, String> {
    let packages = packages().map_err(|error| error.to_string())?;
    Ok(packages.iter().any(|package| package.manifest.id == id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_folder_of_plugins_is_bundled() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../plugins");
        let mut folders: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        folders.sort();
        let mut ids: Vec<String> =
            packages().unwrap().into_iter().map(|package| package.manifest.id).collect();
        ids.sort();
        assert_eq!(ids, folders);
    }
}
