//! The tests that the documentation names: each of them is there.

use crate::{none, root, rust_files};

/// The pages that say which test shows what.
const PAGES: [&str; 2] = ["docs/threat-model.md", "docs/rules.md"];
/// What stands before the name of a test or of a module of tests, and where it is looked for.
const PLACES: [(&str, &str); 8] = [
    ("stories ", "tests/stories/"),
    ("hosts ", "tests/hosts/"),
    ("charter ", "crates/sheaf-charter/src/"),
    ("replica ", "crates/sheaf-replica/src/"),
    ("school ", "crates/sheaf-school/src/"),
    ("store ", "crates/sheaf-store/src/"),
    ("net ", "crates/sheaf-net/src/"),
    ("documents ", "crates/sheaf-documents/src/"),
];

#[test]
fn every_test_that_a_page_names_is_there() {
    let files = rust_files();
    let mut findings = Vec::new();
    let mut named = 0;
    for page in PAGES {
        let text = std::fs::read_to_string(root().join(page)).unwrap();
        for code in text.split('`').skip(1).step_by(2) {
            let place = PLACES.iter().find(|(crate_name, _)| code.starts_with(crate_name));
            let Some((crate_name, folder)) = place else { continue };
            named += 1;
            let name = &code[crate_name.len()..];
            let (module, test) = name.rsplit_once("::").unwrap_or(("", name));
            let found =
                files.iter().filter(|(path, _)| path.starts_with(folder)).any(|(path, text)| {
                    let of_module = module.is_empty() || path.contains(module);
                    let is_test = text.contains(&format!("fn {test}("));
                    let is_module = path.contains(&format!("/{test}"));
                    (of_module && is_test) || (module.is_empty() && is_module)
                });
            if !found {
                findings.push(format!("{page}: there is no `{code}`"));
            }
        }
    }
    assert!(named > 40, "only {named} names were found");
    none("what a page names is there", &findings);
}
