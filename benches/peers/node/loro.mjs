// loro: all records in one document in memory, over a WebSocket. Neither signed nor kept.
import { LoroDoc, LoroMap, VersionVector } from "loro-crdt";
import { frame, socket } from "./socket.mjs";
import { version } from "./versions.mjs";

const STATE = 0;
const UPDATE = 1;

export async function open() {
  const doc = new LoroDoc();
  const records = doc.getMap("records");
  let woken = () => {};
  const wire = socket(
    (send) => send(frame(STATE, doc.version().encode())),
    (bytes, send) => {
      const body = bytes.subarray(1);
      if (bytes[0] === STATE) {
        send(frame(UPDATE, doc.export({ mode: "update", from: VersionVector.decode(body) })));
      } else {
        doc.import(body);
      }
      woken();
    },
  );
  doc.subscribeLocalUpdates((update) => wire.broadcast(frame(UPDATE, update)));
  return {
    name: "loro, one document",
    version: version("loro-crdt"),
    kept: "in memory",
    ...wire,
    async load(all) {
      for (const record of all) {
        const map = records.setContainer(record.id, new LoroMap());
        for (const [key, value] of Object.entries(record)) map.set(key, value);
        doc.commit();
      }
    },
    async edit(ids, text) {
      for (const id of ids) {
        records.get(id).set("narrative", text);
        doc.commit();
      }
    },
    async until(count, ids, text) {
      const has = (id) => records.get(id)?.get("narrative") === text;
      while (records.size < count || !ids.every(has)) {
        await new Promise((wake) => { woken = wake; });
      }
    },
    async all() {
      return Object.values(records.toJSON());
    },
  };
}
