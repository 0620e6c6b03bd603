//! iroh-docs: one signed entry a record, in redb and files, over QUIC.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result};
use futures::StreamExt;
use iroh::endpoint::{RelayMode, presets};
use iroh::protocol::Router;
use iroh::{Endpoint, EndpointAddr, EndpointId, TransportAddr};
use iroh_blobs::BlobsProtocol;
use iroh_blobs::store::fs::FsStore;
use iroh_docs::api::Doc;
use iroh_docs::api::protocol::{AddrInfoOptions, ShareMode};
use iroh_docs::engine::LiveEvent;
use iroh_docs::protocol::Docs;
use iroh_docs::store::Query;
use iroh_docs::{AuthorId, Capability, DocTicket};
use iroh_gossip::net::Gossip;
use sheaf_bench_peers::{Fields, System, id_of, locked, serve};

struct IrohDocs {
    router: Router,
    blobs: FsStore,
    docs: Docs,
    author: AuthorId,
    document: Option<Doc>,
    /// Records that were written here, and what was written over them.
    written: usize,
    /// Records of others whose content has arrived.
    arrived: Arc<AtomicUsize>,
}

impl IrohDocs {
    fn document(&self) -> Result<&Doc> {
        self.document.as_ref().context("no document yet")
    }

    /// Counts what arrives as it is told of: to ask for each record whether its content is here
    /// would take longer than its replication.
    async fn count_arrivals(&self) -> Result<()> {
        let mut events = self.document()?.subscribe().await?;
        let arrived = Arc::clone(&self.arrived);
        tokio::spawn(async move {
            while let Some(Ok(event)) = events.next().await {
                if matches!(event, LiveEvent::ContentReady { .. }) {
                    arrived.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        Ok(())
    }

    async fn fields(&self, entry: &iroh_docs::sync::Entry) -> Result<Option<Fields>> {
        if !self.blobs.has(entry.content_hash()).await? {
            return Ok(None);
        }
        let bytes = self.blobs.get_bytes(entry.content_hash()).await?;
        Ok(Some(serde_json::from_slice(&bytes)?))
    }
}

impl System for IrohDocs {
    const NAME: [&'static str; 2] = ["iroh-docs over QUIC", "signed, redb and files"];

    fn version() -> String {
        locked(include_str!("../../Cargo.lock"), "iroh-docs")
    }

    async fn open(folder: PathBuf) -> Result<Self> {
        let endpoint = Endpoint::builder(presets::Minimal)
            .relay_mode(RelayMode::Disabled)
            .clear_ip_transports()
            .bind_addr(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?
            .bind()
            .await?;
        let blobs = FsStore::load(folder.join("blobs")).await?;
        let gossip = Gossip::builder().spawn(endpoint.clone());
        let docs = Docs::persistent(folder)
            .spawn(endpoint.clone(), (*blobs).clone(), gossip.clone())
            .await?;
        let router = Router::builder(endpoint)
            .accept(iroh_blobs::ALPN, BlobsProtocol::new(&blobs, None))
            .accept(iroh_gossip::net::GOSSIP_ALPN, gossip)
            .accept(iroh_docs::ALPN, docs.clone())
            .spawn();
        let author = docs.author_default().await?;
        Ok(Self {
            router,
            blobs,
            docs,
            author,
            document: None,
            written: 0,
            arrived: Arc::default(),
        })
    }

    async fn listen(&mut self) -> Result<(u16, String)> {
        let document = self.docs.create().await?;
        let ticket = document.share(ShareMode::Write, AddrInfoOptions::Id).await?;
        // Open to live peers.
        document.start_sync(Vec::new()).await?;
        self.document = Some(document);
        let sockets = self.router.endpoint().bound_sockets();
        let port = sockets.first().context("no socket")?.port();
        Ok((port, format!("{} {ticket}", self.router.endpoint().id())))
    }

    async fn load(&mut self, records: Vec<Fields>) -> Result<()> {
        let document = self.document()?;
        for record in &records {
            let id = id_of(record)?;
            document.set_bytes(self.author, id, serde_json::to_vec(record)?).await?;
        }
        self.written += records.len();
        Ok(())
    }

    async fn connect(&mut self, port: u16, about: &str) -> Result<()> {
        let (id, ticket) = about.split_once(' ').context("no ticket")?;
        if self.document.is_none() {
            let capability: Capability = ticket.parse::<DocTicket>()?.capability;
            self.document = Some(self.docs.import_namespace(capability).await?);
            self.count_arrivals().await?;
        }
        let at = TransportAddr::Ip(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        let address = EndpointAddr::from_parts(id.parse::<EndpointId>()?, [at]);
        self.document()?.start_sync(vec![address]).await
    }

    async fn disconnect(&mut self) -> Result<()> {
        self.document()?.leave().await
    }

    async fn edit(&mut self, id: &str, text: &str) -> Result<()> {
        let mut record = self.get(id).await?.context("no such record")?;
        record.insert("narrative".to_owned(), text.into());
        self.load(vec![record]).await
    }

    async fn count(&mut self) -> Result<usize> {
        Ok(self.written + self.arrived.load(Ordering::Relaxed))
    }

    async fn get(&mut self, id: &str) -> Result<Option<Fields>> {
        let query = Query::single_latest_per_key().key_exact(id);
        match self.document()?.get_one(query).await? {
            Some(entry) => self.fields(&entry).await,
            None => Ok(None),
        }
    }

    async fn all(&mut self) -> Result<BTreeMap<String, Fields>> {
        let entries = self.document()?.get_many(Query::single_latest_per_key()).await?;
        let mut entries = std::pin::pin!(entries);
        let mut all = BTreeMap::new();
        while let Some(entry) = entries.next().await {
            if let Some(fields) = self.fields(&entry?).await? {
                all.insert(id_of(&fields)?, fields);
            }
        }
        Ok(all)
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    serve::<IrohDocs>().await
}
