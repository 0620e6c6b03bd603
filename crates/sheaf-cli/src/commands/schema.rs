//! Kinds of record and code lists.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use sheaf_records::{CodeEntry, FieldSpec, FieldType, Kind, ListId, Need, spec, virtual_fields};

use crate::session::Session;

/// `sheaf kinds`.
pub fn kinds(session: &Session) -> Result<()> {
    let kinds: Vec<Value> = Kind::ALL.into_iter().map(kind_json).collect();
    session.out.rows(&json!({ "kinds": kinds }), &["kind", "title", "fields"], |_| {
        let row = |kind: Kind| {
            let names: Vec<&str> = all_fields(kind).map(|field| field.name).collect();
            vec![kind.to_string(), spec(kind).title.to_owned(), names.join(" ")]
        };
        Kind::ALL.into_iter().map(row).collect()
    })
}

/// `sheaf kind show`.
pub fn kind(session: &Session, kind: Kind) -> Result<()> {
    session.out.rows(&kind_json(kind), &["field", "type", "required", "what"], |_| {
        let row = |field: &FieldSpec| {
            let required = if field.required == Need::Required { "yes" } else { "" };
            let (name, ty) = (field.name.to_owned(), type_words(&field.ty));
            vec![name, ty, required.to_owned(), field.help.to_owned()]
        };
        all_fields(kind).map(row).collect()
    })
}

/// `sheaf codes`.
pub fn codes(session: &Session, list: Option<&str>) -> Result<()> {
    let Some(name) = list else {
        let lists: Vec<Value> = ListId::ALL
            .into_iter()
            .map(|list| json!({ "list": list.name(), "title": list.built_in().title }))
            .collect();
        return session.out.rows(&json!({ "lists": lists }), &["list", "title"], |_| {
            let row = |list: ListId| vec![list.name().to_owned(), list.built_in().title.to_owned()];
            ListId::ALL.into_iter().map(row).collect()
        });
    };
    let list = ListId::named(name).with_context(|| format!("`{name}`"))?;
    // A school's own codes are shown where a school is named; without one, those that are built in.
    let entries = match session.home() {
        Ok(_) => session.open()?.codes(list),
        Err(_) => sheaf_records::CodeLists::default().codes(list).to_vec(),
    };
    let value = json!({
        "list": list.name(),
        "title": list.built_in().title,
        "source": list.built_in().source,
        "codes": entries.iter().map(code_json).collect::<Vec<_>>(),
    });
    session.out.rows(&value, &["code", "title", "from", "to"], |_| {
        let date =
            |date: Option<jiff::civil::Date>| date.map(|d| d.to_string()).unwrap_or_default();
        let row = |entry: &CodeEntry| {
            let (from, to) = (date(entry.valid_from), date(entry.valid_to));
            vec![entry.code.clone(), entry.title.clone(), from, to]
        };
        entries.iter().map(row).collect()
    })
}

fn code_json(entry: &CodeEntry) -> Value {
    json!({
        "code": entry.code,
        "title": entry.title,
        "parent": entry.parent,
        "valid_from": entry.valid_from.map(|date| date.to_string()),
        "valid_to": entry.valid_to.map(|date| date.to_string()),
        "retired": entry.retired,
        "own": entry.own,
    })
}

fn all_fields(kind: Kind) -> impl Iterator<Item = &'static FieldSpec> {
    spec(kind).fields.iter().chain(virtual_fields(kind))
}

fn kind_json(kind: Kind) -> Value {
    let fields: Vec<Value> = all_fields(kind).map(field_json).collect();
    json!({
        "kind": kind.name(),
        "title": spec(kind).title,
        "space": spec(kind).space.name(),
        "fields": fields,
    })
}

fn field_json(field: &FieldSpec) -> Value {
    let columns = match field.ty {
        FieldType::Rows(rows) => Some(rows.columns.iter().map(field_json).collect::<Vec<Value>>()),
        _ => None,
    };
    json!({
        "name": field.name,
        "title": field.title,
        "type": field.ty.name(),
        "required": field.required == Need::Required,
        "codes": field.ty.list().map(ListId::name),
        "help": field.help,
        "columns": columns,
    })
}

fn type_words(ty: &FieldType) -> String {
    match ty.list() {
        Some(list) => format!("{} of {}", ty.name(), list.name()),
        None => ty.name().to_owned(),
    }
}
