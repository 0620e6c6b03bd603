// yjs: all records in one document in memory, over a WebSocket. Neither signed nor kept.
import * as Y from "yjs";
import { frame, socket } from "./socket.mjs";
import { version } from "./versions.mjs";

const STATE = 0;
const ANSWER = 1;
const UPDATE = 2;

export async function open() {
  const doc = new Y.Doc();
  const records = doc.getMap("records");
  let woken = () => {};
  const wire = socket(
    (send) => send(frame(STATE, Y.encodeStateVector(doc))),
    (bytes, send) => {
      const body = bytes.subarray(1);
      if (bytes[0] === STATE) send(frame(ANSWER, Y.encodeStateAsUpdate(doc, body)));
      else Y.applyUpdate(doc, body, wire);
      woken();
    },
  );
  doc.on("update", (update, origin) => {
    if (origin !== wire) wire.broadcast(frame(UPDATE, update));
  });
  return {
    name: "yjs, one document",
    version: version("yjs"),
    kept: "in memory",
    ...wire,
    async load(all) {
      for (const record of all) {
        doc.transact(() => {
          const map = new Y.Map(Object.entries(record));
          records.set(record.id, map);
        });
      }
    },
    async edit(ids, text) {
      for (const id of ids) records.get(id).set("narrative", text);
    },
    async until(count, ids, text) {
      const has = (id) => records.get(id)?.get("narrative") === text;
      while (records.size < count || !ids.every(has)) {
        await new Promise((wake) => { woken = wake; });
      }
    },
    async all() {
      return [...records.values()].map((map) => map.toJSON());
    },
  };
}
