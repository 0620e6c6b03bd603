// automerge-repo: one document a record and one that lists them, in files, over WebSocket.
import { once } from "node:events";
import { Repo } from "@automerge/automerge-repo";
import {
  WebSocketClientAdapter, WebSocketServerAdapter,
} from "@automerge/automerge-repo-network-websocket";
import { NodeFSStorageAdapter } from "@automerge/automerge-repo-storage-nodefs";
import { WebSocketServer } from "ws";
import { version } from "./versions.mjs";

export async function open(folder) {
  const repo = new Repo({ storage: new NodeFSStorageAdapter(folder), sharePolicy: async () => true });
  const handles = new Map();
  const finding = new Map();
  const unkept = new Set();
  let list;
  let adapter;
  let woken = () => {};

  function watch(handle) {
    unkept.add(handle.documentId);
    handle.on("change", () => {
      unkept.add(handle.documentId);
      woken();
    });
  }
  /** Waits until what has changed is in files: to ask for all documents takes as long as they are many. */
  async function keep() {
    const ids = [...unkept, list.documentId];
    unkept.clear();
    await repo.flush(ids);
  }
  /** Finds whatever the list names and this side does not have yet. */
  function follow() {
    for (const [id, url] of Object.entries(list.doc()?.records ?? {})) {
      if (handles.has(id) || finding.has(id)) continue;
      finding.set(id, repo.find(url).then((handle) => {
        handles.set(id, handle);
        finding.delete(id);
        watch(handle);
        woken();
      }));
    }
    woken();
  }
  return {
    name: "automerge-repo over WebSocket, a document each",
    version: version("@automerge/automerge-repo"),
    kept: "files",
    async load(records) {
      const urls = records.map((record) => {
        const handle = repo.create(record);
        handles.set(record.id, handle);
        watch(handle);
        return [record.id, handle.url];
      });
      list.change((doc) => {
        for (const [id, url] of urls) doc.records[id] = url;
      });
      await keep();
    },
    async listen() {
      const sockets = new WebSocketServer({ port: 0, host: "127.0.0.1" });
      await once(sockets, "listening");
      list = repo.create({ records: {} });
      repo.networkSubsystem.addNetworkAdapter(new WebSocketServerAdapter(sockets));
      list.on("change", follow);
      return { port: sockets.address().port, about: list.url };
    },
    async connect(port, about) {
      adapter = new WebSocketClientAdapter(`ws://127.0.0.1:${port}`);
      repo.networkSubsystem.addNetworkAdapter(adapter);
      if (!list) {
        list = await repo.find(about);
        list.on("change", follow);
        follow();
      }
    },
    async disconnect() {
      repo.networkSubsystem.removeNetworkAdapter(adapter);
    },
    async edit(ids, text) {
      for (const id of ids) handles.get(id).change((doc) => { doc.narrative = text; });
      await keep();
    },
    async until(records, ids, text) {
      const has = (id) => handles.get(id)?.doc()?.narrative === text;
      while (handles.size < records || !ids.every(has)) {
        await new Promise((wake) => { woken = wake; });
      }
      await keep();
    },
    async all() {
      return [...handles.values()].map((handle) => ({ ...handle.doc() }));
    },
  };
}
