// One of two processes that hold the same records: it does what it is told, a line of JSON each,
// and answers each line with one. `node peer.mjs SYSTEM FOLDER`.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

// What a library says is none of our answers.
console.log = console.error;
const answer = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

const [system, folder] = process.argv.slice(2);
const { open } = await import(`./${system}.mjs`);
const store = await open(folder);

const field = (text) => text?.match(/^VmHWM:\s+(\d+)/m)?.[1];
const orders = {
  /** Writes the records of a file, one JSON object a line, as separate records. */
  async load({ file }) {
    const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
    await store.load(lines.map((line) => JSON.parse(line)));
    return { records: lines.length };
  },
  /** Listens on this machine; answers with the port, and with what the other side must know. */
  listen: () => store.listen(),
  /** Gets ready to connect, before anything is measured. */
  join: () => ({}),
  /** Connects to the other side. */
  async connect({ port, about }) {
    await store.connect(port, about);
    return {};
  },
  /** Ends the connection. */
  async disconnect() {
    await store.disconnect();
    return {};
  },
  /** Sets the narrative of some records, each by itself. */
  async edit({ ids, text }) {
    await store.edit(ids, text);
    return {};
  },
  /** Writes one record; answers once it is as durable as this system makes it. */
  async put({ record }) {
    await store.load([record]);
    return {};
  },
  /** Answers once so many records are here, and these with this narrative, and all is kept. */
  async until({ records, ids, text }) {
    await store.until(records, ids ?? [], text);
    return {};
  },
  /** What is here, in a form that tells whether two sides hold the same. */
  async digest() {
    const hash = createHash("sha256");
    const all = await store.all();
    all.sort((a, b) => (a.id < b.id ? -1 : 1));
    for (const record of all) hash.update(JSON.stringify(sorted(record)));
    return { records: all.length, digest: hash.digest("hex") };
  },
  /** Counts the most memory from now on. */
  forget_peak() {
    globalThis.gc?.();
    writeFileSync("/proc/self/clear_refs", "5");
    return {};
  },
  /** The most memory that this process has held, in KiB. */
  peak: () => ({ peak_kib: Number(field(readFileSync("/proc/self/status", "utf8"))) }),
  /** What this is. */
  about: () => ({ name: store.name, version: store.version, kept: store.kept }),
};

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  try {
    answer(await orders[order.do](order));
  } catch (error) {
    answer({ error: String(error?.stack ?? error) });
  }
}
process.exit(0);
