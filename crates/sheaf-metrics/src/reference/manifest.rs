//! What stands in `plugin.toml`, key by key, and each type of option. Tests hold it to the reader
//! of manifests.

use crate::registry::{Group, Item};

/// The entry of the options: whoever asks for it is shown their types too.
const OPTIONS: &str = "options";
/// How the signature of a type of option begins.
const OPTION: &str = "<option> = ";

/// The keys of the file, and the types of options. A key with ? may be left out.
pub static ITEMS: [Item; 18] = [
    key(
        "id",
        "id = text",
        "The id of the metric, and the name of its folder: small letters, digits and hyphens, at \
         most 64.",
        "id = \"late-to-lessons\"",
    ),
    key("name", "name = text", "What people call the metric.", "name = \"Late to lessons\""),
    key(
        "version",
        "version = text",
        "Three numbers. Another version that is shared has a higher one.",
        "version = \"0.1.0\"",
    ),
    key("api", "api = integer", "The version of the language: 1.", "api = 1"),
    key(
        "question",
        "question = text",
        "The question that the metric answers, in one sentence.",
        "question = \"How many referrals does each year group have?\"",
    ),
    key(
        "reads",
        "reads = [text]",
        "The tables that the script may read, whole or by column; nothing else exists for it. \
         `sheaf tables` lists them.",
        "reads = [\"room_referrals\", \"pupils.year_group\"]",
    ),
    key(
        "identify",
        "identify? = \"never\" | \"if_allowed\"",
        "Whether the metric may name pupils: never, as where it is left out, or to those who may \
         see their names.",
        "identify = \"if_allowed\"",
    ),
    key(
        OPTIONS,
        "[options]?",
        "What whoever runs the metric can choose: a line for each option, its name in small \
         letters, digits and `_`, in the order of the form. `sheaf metric run ID --set \
         NAME=VALUE` sets it, and the script reads `p.NAME`. Its `type` is one of those below; \
         `default` is the value where none is given.",
        "[options]\nwindow = { type = \"period\", default = \"this_year\" }",
    ),
    Group::Manifest.item(
        "period",
        "<option> = { type = \"period\", default }",
        "Days from one to another: `this_year`, `last_year`, `this_term`, `this_half_term`, \
         `last_half_term`, `last_20_school_days` with any number from 1 to 2000 in it, or both \
         days as in `2026-09-01..2026-12-18`. What still goes on ends today. The first such \
         option is `cx.period`.",
        "window = { type = \"period\", default = \"this_year\" }",
        "1 Sep 2025 to 27 Feb 2026",
    ),
    Group::Manifest.item(
        "integer",
        "<option> = { type = \"integer\", default, min, max, unit? }",
        "A whole number from `min` to `max`; `unit` is the noun for one of what it counts.",
        "horizon = { type = \"integer\", default = 20, min = 5, max = 60, unit = \"school day\" }",
        "20",
    ),
    Group::Manifest.item(
        "number",
        "<option> = { type = \"number\", default, min, max, unit? }",
        "Any number from `min` to `max`; `unit` is what it measures.",
        "limit = { type = \"number\", default = 0.5, min = 0.0, max = 1.0, unit = \"share\" }",
        "0.5",
    ),
    Group::Manifest.item(
        "integers",
        "<option> = { type = \"integers\", default, min, max, unit? }",
        "At most 20 whole numbers with commas between them, each from `min` to `max`.",
        "steps = { type = \"integers\", default = [5, 10], min = 1, max = 60 }",
        "[5, 10]",
    ),
    Group::Manifest.item(
        "choice",
        "<option> = { type = \"choice\", default, values }",
        "One of the words in `values`.",
        "view = { type = \"choice\", default = \"rate\", values = [\"rate\", \"count\"] }",
        "rate",
    ),
    Group::Manifest.item(
        "text",
        "<option> = { type = \"text\", default? }",
        "Words, at most 1000 bytes.",
        "place = { type = \"text\", default = \"the canteen\" }",
        "the canteen",
    ),
    Group::Manifest.item(
        "boolean",
        "<option> = { type = \"boolean\", default }",
        "True or false.",
        "strict = { type = \"boolean\", default = false }",
        "false",
    ),
    Group::Manifest.item(
        "value_of",
        "<option> = { type = \"value_of\", table, column, default? }",
        "A value of `column` of `table`: a code of its list, or one that stands in the records. \
         Without `default` it must be given.",
        "reason = { type = \"value_of\", table = \"room_referrals\", column = \"reason\", default \
         = \"defiance\" }",
        "defiance",
    ),
    Group::Manifest.item(
        "filter",
        "<option> = { type = \"filter\", table, default? }",
        "A condition over the columns of `table`, which `table.filter` takes; every row where it \
         is empty. In it stand columns by name, texts in quotes, whole numbers, `true` and \
         `false`; `==` `!=` `<` `<=` `>` `>=`, `in [..]`, `.is_in([..])`, `.is_null()` and \
         `.between(a, b)`; `&` `|` `!` and brackets; `+` `-` `*` `%`. Days are texts, as in \
         `date >= \"2026-09-01\"`. It has at most 4096 bytes. `sheaf record list KIND --where` \
         takes the same.",
        "only = { type = \"filter\", table = \"room_referrals\", default = \"year_group in ['9', \
         '10'] & !reason.is_null()\" }",
        "expression",
    ),
    Group::Manifest.item(
        "dimensions",
        "<option> = { type = \"dimensions\", table, default? }",
        "At most 20 columns of `table` by which to split, with commas between them.",
        "split = { type = \"dimensions\", table = \"room_referrals\", default = [\"year_group\"] }",
        "[\"year_group\"]",
    ),
];

const fn key(
    name: &'static str,
    signature: &'static str,
    doc: &'static str,
    example: &'static str,
) -> Item {
    Group::Manifest.item(name, signature, doc, example, "")
}

/// Whether an entry is on this word of the manifest.
pub fn is_on(item: &Item, word: &str) -> bool {
    let is_type = item.signature.starts_with(OPTION);
    item.group == Group::Manifest && (item.name == word || (is_type && word == OPTIONS))
}

/// The example of an entry as Markdown.
pub fn example(item: &Item) -> String {
    let gives = match item.gives {
        "" => String::new(),
        gives => format!("# gives: {gives}\n"),
    };
    format!("```toml\n{}\n{gives}```\n\n", item.example)
}

#[cfg(test)]
mod tests;
