//! The visible operations of a document by field, as the engine has them.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{
    ActorId, Automerge, ChangeHash as EngineHash, ObjId, ObjType, ROOT, ReadDoc, ScalarValue,
    ScalarValueRef, ValueRef,
};
use sheaf_records::FieldPath;

use crate::layout::{self, Scalar};
use crate::scan::{Action, OpId, Scanned};
use crate::{ActorBytes, Author, DocumentError};

/// One visible operation.
#[derive(Clone)]
pub(crate) struct Cell {
    counter: u64,
    pub(crate) author: Author,
    /// The map that it is in, and its key there.
    pub(crate) object: ObjId,
    pub(crate) key: String,
    pub(crate) value: Scalar,
}

impl Cell {
    /// The order in which the engine chooses: the greatest wins.
    fn rank(&self) -> (u64, ActorBytes) {
        (self.counter, self.author.actor)
    }
}

/// Every visible operation of a document, the winner of each field first.
#[derive(Default)]
pub(crate) struct Cells {
    pub(crate) kind: Option<Scalar>,
    pub(crate) schema: Option<Scalar>,
    pub(crate) fields: BTreeMap<FieldPath, Vec<Cell>>,
    /// Whether some change so far gave its reason.
    pub(crate) has_reason: bool,
    /// The maps of each field of rows, empty ones too.
    pub(crate) maps: BTreeMap<String, Vec<ObjId>>,
}

impl Cells {
    /// Reads the document as it is now, or as it was at these heads.
    pub(crate) fn read(
        automerge: &Automerge,
        heads: Option<&[EngineHash]>,
    ) -> Result<Self, DocumentError> {
        let source = Source { automerge, heads };
        let mut cells = Self::default();
        let mut kind = Vec::new();
        let mut schema = Vec::new();
        source.each(&ROOT, |key, id, value| {
            match (key, value) {
                (layout::BECAUSE, _) => cells.has_reason = true,
                (field, Found::Map) => cells.maps.entry(field.to_owned()).or_default().push(id),
                (layout::KIND, Found::Scalar(value)) => {
                    kind.push(source.cell(&ROOT, key, &id, value)?)
                }
                (layout::SCHEMA, Found::Scalar(value)) => {
                    schema.push(source.cell(&ROOT, key, &id, value)?);
                }
                (key, Found::Scalar(value)) => {
                    cells.put(layout::path_in_root(key), source.cell(&ROOT, key, &id, value)?);
                }
            }
            Ok(())
        })?;
        cells.read_rows(&source)?;
        Ok(cells.settle(kind, schema))
    }

    /// The same of a first change alone, without the engine.
    pub(crate) fn of_first(Scanned { facts, ops }: &Scanned<'_>) -> Self {
        let mut cells = Self::default();
        let (mut kind, mut schema) = (Vec::new(), Vec::new());
        let replaced: BTreeSet<&OpId> = ops.iter().flat_map(|op| &op.predecessors).collect();
        let maps: BTreeMap<u64, &str> =
            (1..).zip(ops).filter(|(_, op)| op.makes_map()).map(|(n, op)| (n, op.key)).collect();
        for (counter, op) in (1..).zip(ops) {
            let id = OpId { counter, actor: facts.actor };
            let object_of = |counter| ObjId::Id(counter, ActorId::from(facts.actor), 0);
            let value = match op.action {
                _ if replaced.contains(&id) => continue,
                Action::Delete => continue,
                Action::MakeMap => {
                    cells.maps.entry(op.key.to_owned()).or_default().push(object_of(counter));
                    continue;
                }
                Action::Put(value) => Scalar::from(value),
            };
            let author = Author { change: facts.hash, actor: facts.actor };
            let object = op.object.map_or(ROOT, |map| object_of(map.counter));
            let cell = Cell { counter, author, object, key: op.key.to_owned(), value };
            match (&op.object, op.key) {
                (None, layout::KIND) => kind.push(cell),
                (None, layout::SCHEMA) => schema.push(cell),
                (None, key) => cells.put(layout::path_in_root(key), cell),
                (Some(map), key) => {
                    let field = maps.get(&map.counter).copied().unwrap_or_default();
                    cells.put(layout::path_in_rows(field, key), cell);
                }
            }
        }
        cells.settle(kind, schema)
    }

    /// Puts the winner of each field first.
    fn settle(mut self, mut kind: Vec<Cell>, mut schema: Vec<Cell>) -> Self {
        self.fields.values_mut().for_each(|cells| winner_first(cells));
        winner_first(&mut kind);
        winner_first(&mut schema);
        self.kind = kind.into_iter().next().map(|cell| cell.value);
        self.schema = schema.into_iter().next().map(|cell| cell.value);
        self
    }

    fn read_rows(&mut self, source: &Source<'_>) -> Result<(), DocumentError> {
        let maps = std::mem::take(&mut self.maps);
        for (field, objects) in &maps {
            for object in objects {
                source.each(object, |key, id, value| {
                    if let Found::Scalar(value) = value {
                        let cell = source.cell(object, key, &id, value)?;
                        self.put(layout::path_in_rows(field, key), cell);
                    }
                    Ok(())
                })?;
            }
        }
        self.maps = maps;
        Ok(())
    }

    fn put(&mut self, path: Option<FieldPath>, cell: Cell) {
        // A key that is no path was written by no version of this crate and shows nowhere.
        if let Some(path) = path {
            self.fields.entry(path).or_default().push(cell);
        }
    }
}

fn winner_first(cells: &mut [Cell]) {
    if cells.len() > 1 {
        cells.sort_by_key(|cell| std::cmp::Reverse(cell.rank()));
    }
}

enum Found {
    Map,
    Scalar(Scalar),
}

struct Source<'a> {
    automerge: &'a Automerge,
    heads: Option<&'a [EngineHash]>,
}

impl Source<'_> {
    /// Calls `visit` for every visible operation of a map.
    fn each(
        &self,
        object: &ObjId,
        mut visit: impl FnMut(&str, ObjId, Found) -> Result<(), DocumentError>,
    ) -> Result<(), DocumentError> {
        let items = match self.heads {
            None => self.automerge.map_range(object, ..),
            Some(heads) => self.automerge.map_range_at(object, .., heads),
        };
        for item in items {
            if !item.conflict {
                visit(&item.key, item.id(), found_here(&item.value))?;
                continue;
            }
            for (value, id) in self.all(object, &item.key)? {
                visit(&item.key, id, found(&value))?;
            }
        }
        Ok(())
    }

    fn all(
        &self,
        object: &ObjId,
        key: &str,
    ) -> Result<Vec<(automerge::Value<'_>, ObjId)>, DocumentError> {
        match self.heads {
            None => self.automerge.get_all(object, key),
            Some(heads) => self.automerge.get_all_at(object, key, heads),
        }
        .map_err(|_| DocumentError::Damaged)
    }

    fn cell(
        &self,
        object: &ObjId,
        key: &str,
        id: &ObjId,
        value: Scalar,
    ) -> Result<Cell, DocumentError> {
        let ObjId::Id(counter, actor, _) = id else { return Err(DocumentError::Damaged) };
        let actor = actor.to_bytes().try_into().map_err(|_| DocumentError::Damaged)?;
        let change = self.automerge.hash_for_opid(id).ok_or(DocumentError::Damaged)?.0;
        Ok(Cell {
            counter: *counter,
            author: Author { change, actor },
            object: object.clone(),
            key: key.to_owned(),
            value,
        })
    }
}

fn found_here(value: &ValueRef<'_>) -> Found {
    match value {
        ValueRef::Object(ObjType::Map) => Found::Map,
        ValueRef::Scalar(ScalarValueRef::Boolean(answer)) => Found::Scalar(Scalar::Bool(*answer)),
        ValueRef::Scalar(ScalarValueRef::Int(number)) => Found::Scalar(Scalar::Int(*number)),
        ValueRef::Scalar(ScalarValueRef::Str(text)) => Found::Scalar(Scalar::Str(text.to_string())),
        // The scan lets nothing else in.
        _ => Found::Scalar(Scalar::Null),
    }
}

/// The same for the owned form in which the engine gives values in conflict.
fn found(value: &automerge::Value<'_>) -> Found {
    match value {
        automerge::Value::Object(ObjType::Map) => Found::Map,
        automerge::Value::Scalar(scalar) => Found::Scalar(match scalar.as_ref() {
            ScalarValue::Boolean(answer) => Scalar::Bool(*answer),
            ScalarValue::Int(number) => Scalar::Int(*number),
            ScalarValue::Str(text) => Scalar::Str(text.to_string()),
            _ => Scalar::Null,
        }),
        automerge::Value::Object(_) => Found::Scalar(Scalar::Null),
    }
}
