//! samod: one automerge document a record and one that lists them, in files, over TCP.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use automerge::transaction::Transactable;
use automerge::{Automerge, ChangeHash, ObjType, PatchAction, ROOT};
use samod::storage::TokioFilesystemStorage;
use samod::tokio_io::TcpDialer;
use samod::{BackoffConfig, DialerHandle, DocHandle, DocumentId, Repo, Transport, Url};
use serde_json::Value;
use sheaf_bench_peers::{Fields, System, failed, id_of, locked, serve};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Documents that are asked for at once.
const ASKED: usize = 256;

struct Samod {
    repo: Repo,
    list: Option<DocHandle>,
    documents: BTreeMap<String, DocHandle>,
    /// What of the list has been looked at.
    listed: Vec<ChangeHash>,
    /// What the list names and this side does not have and has not asked for yet.
    missing: VecDeque<(String, DocumentId)>,
    finding: JoinSet<Option<(String, DocHandle)>>,
    dialler: Option<DialerHandle<std::convert::Infallible>>,
}

impl System for Samod {
    const NAME: [&'static str; 2] = ["samod over TCP, a document each", "files"];

    fn version() -> String {
        locked(include_str!("../../Cargo.lock"), "samod")
    }

    async fn open(folder: PathBuf) -> Result<Self> {
        let storage = TokioFilesystemStorage::new(folder);
        Ok(Self {
            repo: Repo::build_tokio().with_storage(storage).load().await,
            list: None,
            documents: BTreeMap::new(),
            listed: Vec::new(),
            missing: VecDeque::new(),
            finding: JoinSet::new(),
            dialler: None,
        })
    }

    async fn listen(&mut self) -> Result<(u16, String)> {
        let list = self.repo.create(Automerge::new()).await?;
        let id = list.document_id().to_string();
        self.list = Some(list);
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let acceptor = self.repo.make_acceptor(Url::parse("tcp://127.0.0.1")?)?;
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).ok();
                acceptor.accept(Transport::from_tokio_io(stream)).ok();
            }
        });
        Ok((port, id))
    }

    /// All are named in one change of the list.
    async fn load(&mut self, records: Vec<Fields>) -> Result<()> {
        let mut names = Vec::with_capacity(records.len());
        for record in records {
            let id = id_of(&record)?;
            let mut document = Automerge::new();
            let written = document.transact(|txn| {
                record.iter().try_for_each(|(key, value)| write(txn, &ROOT, key, value))
            });
            written.map_err(failed)?;
            let handle = self.repo.create(document).await?;
            names.push((id.clone(), handle.document_id().to_string()));
            self.documents.insert(id, handle);
        }
        let list = self.list.as_ref().context("no list yet")?;
        let written = list.with_document(|list| {
            list.transact(|txn| names.iter().try_for_each(|(id, name)| txn.put(ROOT, id, name)))
        });
        written.map(drop).map_err(|error| failed(error).into())
    }

    async fn connect(&mut self, port: u16, about: &str) -> Result<()> {
        let dialler = TcpDialer::new_host_port("127.0.0.1".to_owned(), port);
        let handle = self.repo.dial(BackoffConfig::default(), Arc::new(dialler))?;
        handle.established().await.map_err(failed)?;
        self.dialler = Some(handle);
        if self.list.is_none() {
            let id: DocumentId = about.parse().map_err(failed)?;
            self.list = Some(self.repo.find(id).await?.context("the list is not found")?);
        }
        Ok(())
    }

    async fn disconnect(&mut self) -> Result<()> {
        self.dialler.take().context("not connected")?.close();
        Ok(())
    }

    async fn edit(&mut self, id: &str, text: &str) -> Result<()> {
        let handle = self.documents.get(id).context("no such record")?;
        let put =
            |txn: &mut automerge::transaction::Transaction<'_>| txn.put(ROOT, "narrative", text);
        handle.with_document(|document| document.transact(put)).map_err(failed)?;
        Ok(())
    }

    /// Asks for whatever the list names and this side does not have yet.
    async fn follow(&mut self) -> Result<()> {
        while let Some(found) = self.finding.try_join_next() {
            self.documents.extend(found?);
        }
        let list = self.list.as_ref().context("no list yet")?;
        let named = list.with_document(|list| {
            let now = list.get_heads();
            let news = if now == self.listed { vec![] } else { list.diff(&self.listed, &now) };
            self.listed = now;
            news
        });
        for patch in named {
            if let PatchAction::PutMap { key, value, .. } = patch.action
                && !self.documents.contains_key(&key)
            {
                let name = value.0.as_str().context("the list names something else")?;
                self.missing.push_back((key, name.parse().map_err(failed)?));
            }
        }
        while self.finding.len() < ASKED
            && let Some((id, document)) = self.missing.pop_front()
        {
            let found = self.repo.find(document);
            self.finding.spawn(async move { Some((id, found.await.ok()??)) });
        }
        Ok(())
    }

    async fn count(&mut self) -> Result<usize> {
        Ok(self.documents.len())
    }

    async fn get(&mut self, id: &str) -> Result<Option<Fields>> {
        Ok(self.documents.get(id).map(read))
    }

    async fn all(&mut self) -> Result<BTreeMap<String, Fields>> {
        Ok(self.documents.iter().map(|(id, handle)| (id.clone(), read(handle))).collect())
    }
}

fn write(
    txn: &mut automerge::transaction::Transaction<'_>,
    object: &automerge::ObjId,
    key: &str,
    value: &Value,
) -> Result<(), automerge::AutomergeError> {
    match value {
        Value::Null => txn.put(object, key, ()),
        Value::Bool(value) => txn.put(object, key, *value),
        Value::Number(value) => match value.as_i64() {
            Some(value) => txn.put(object, key, value),
            None => txn.put(object, key, value.as_f64().unwrap_or_default()),
        },
        Value::String(value) => txn.put(object, key, value.as_str()),
        Value::Object(fields) => {
            let inner = txn.put_object(object, key, ObjType::Map)?;
            fields.iter().try_for_each(|(key, value)| write(txn, &inner, key, value))
        }
        Value::Array(_) => txn.put(object, key, value.to_string()),
    }
}

fn read(handle: &DocHandle) -> Fields {
    handle.with_document(|document| {
        let value = serde_json::to_value(automerge::AutoSerde::from(&*document));
        value.ok().and_then(|value| value.as_object().cloned()).unwrap_or_default()
    })
}

#[tokio::main]
async fn main() -> Result<()> {
    serve::<Samod>().await
}
