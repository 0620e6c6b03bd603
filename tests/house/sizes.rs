//! How long a file, a line and a function may be.

use syn::spanned::Spanned;
use syn::visit::Visit;

use crate::{none, rust_files};

const MAX_FILE_LINES: usize = 800;
const MAX_FUNCTION_LINES: usize = 70;
const MAX_COLUMNS: usize = 100;
const MAX_LIB_LINES: usize = 60;

#[test]
fn no_file_is_over_800_lines() {
    let findings: Vec<String> = rust_files()
        .iter()
        .map(|(name, text)| (name, text.lines().count()))
        .filter(|(_, lines)| *lines > MAX_FILE_LINES)
        .map(|(name, lines)| format!("{name}: {lines} lines"))
        .collect();
    none("a file holds one concept", &findings);
}

#[test]
fn a_crate_s_front_page_is_under_60_lines() {
    let findings: Vec<String> = rust_files()
        .iter()
        .filter(|(name, _)| name.ends_with("src/lib.rs"))
        .map(|(name, text)| (name, text.lines().count()))
        .filter(|(_, lines)| *lines > MAX_LIB_LINES)
        .map(|(name, lines)| format!("{name}: {lines} lines"))
        .collect();
    none("lib.rs is a header, modules and re-exports", &findings);
}

#[test]
fn no_line_is_over_100_columns() {
    let mut findings = Vec::new();
    for (name, text) in rust_files() {
        let mut expected = false;
        for (number, line) in text.lines().enumerate() {
            // What a test expects word for word is as long as it is.
            expected = (expected || line.contains("expect![[r")) && !line.contains("#]]");
            let columns = without_literals(line).chars().count();
            if columns > MAX_COLUMNS && !expected && !line.contains("#]]") {
                findings.push(format!("{name}:{}: {columns} columns", number + 1));
            }
        }
    }
    none("a line fits on a screen beside another file", &findings);
}

/// A line without what stands between its quotation marks: a sentence that a test expects is as
/// long as it is.
fn without_literals(line: &str) -> String {
    let mut outside = true;
    let mut escaped = false;
    let mut rest = String::new();
    for c in line.chars() {
        let quotes = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        if quotes {
            outside = !outside;
        } else if outside {
            rest.push(c);
        }
    }
    rest
}

#[test]
fn no_function_is_over_70_lines() {
    let mut findings = Vec::new();
    for (name, text) in rust_files() {
        let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut long = LongFunctions { name: &name, findings: &mut findings };
        long.visit_file(&file);
    }
    none("a function does one thing", &findings);
}

struct LongFunctions<'a> {
    name: &'a str,
    findings: &'a mut Vec<String>,
}

impl LongFunctions<'_> {
    fn check(&mut self, function: &syn::Ident, block: &syn::Block) {
        let (first, last) = (block.span().start().line, block.span().end().line);
        let lines = last + 1 - first;
        if lines > MAX_FUNCTION_LINES {
            self.findings.push(format!("{}:{first}: `{function}`, {lines} lines", self.name));
        }
    }
}

impl<'ast> Visit<'ast> for LongFunctions<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.check(&item.sig.ident, &item.block);
        syn::visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.check(&item.sig.ident, &item.block);
        syn::visit::visit_impl_item_fn(self, item);
    }
}
