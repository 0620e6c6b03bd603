// PouchDB: one document a record in LevelDB, replicated both ways over HTTP.
import { createServer } from "node:http";
import { join } from "node:path";
import express from "express";
import expressPouch from "express-pouchdb";
import PouchDB from "pouchdb";
import { version } from "./versions.mjs";

export async function open(folder) {
  const Here = PouchDB.defaults({ prefix: join(folder, "/") });
  const db = new Here("records");
  await db.info();
  let replication;
  let server;
  const strip = ({ _id, _rev, ...rest }) => rest;
  return {
    name: "PouchDB over HTTP",
    version: version("pouchdb"),
    kept: "LevelDB",
    async load(records) {
      const rows = records.map((record) => ({ _id: record.id, ...record }));
      for (const row of await db.bulkDocs(rows)) if (row.error) throw new Error(row.message);
    },
    async listen() {
      const app = express();
      const quiet = { mode: "minimumForPouchDB", logPath: join(folder, "log.txt"), inMemoryConfig: true };
      app.use("/", expressPouch(Here, quiet));
      server = createServer(app);
      await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
      return { port: server.address().port };
    },
    connect(port) {
      const remote = new PouchDB(`http://127.0.0.1:${port}/records`);
      replication = db.sync(remote, { live: true, retry: false, batch_size: 1000 });
      replication.catch(() => {});
    },
    async disconnect() {
      replication?.cancel();
    },
    async edit(ids, text) {
      const found = await db.allDocs({ keys: ids, include_docs: true });
      const rows = found.rows.map(({ doc }) => ({ ...doc, narrative: text }));
      for (const row of await db.bulkDocs(rows)) if (row.error) throw new Error(row.message);
    },
    async until(records, ids, text) {
      const waiting = new Set(ids);
      for (;;) {
        const info = await db.info();
        const keys = [...waiting];
        const found = keys.length ? await db.allDocs({ keys, include_docs: true }) : { rows: [] };
        for (const { doc } of found.rows) if (doc?.narrative === text) waiting.delete(doc._id);
        if (info.doc_count >= records && waiting.size === 0) return;
        await new Promise((next) => setTimeout(next, 5));
      }
    },
    async all() {
      return (await db.allDocs({ include_docs: true })).rows.map(({ doc }) => strip(doc));
    },
  };
}
