// A WebSocket between two sides, for documents that are kept in memory only.
import { once } from "node:events";
import WebSocket, { WebSocketServer } from "ws";

/** A message: what it is in one byte, then the rest. */
export function frame(kind, bytes) {
  const whole = new Uint8Array(bytes.length + 1);
  whole[0] = kind;
  whole.set(bytes, 1);
  return whole;
}

/** Listens or connects; `met(send)` when there is a connection, `heard(bytes, send)` for each message. */
export function socket(met, heard) {
  let client;
  const sends = new Set();
  const take = (connection) => {
    const send = (bytes) => connection.send(bytes);
    connection.on("message", (bytes) => heard(new Uint8Array(bytes), send));
    connection.on("close", () => sends.delete(send));
    sends.add(send);
    met(send);
  };
  return {
    broadcast(bytes) {
      for (const send of sends) send(bytes);
    },
    async listen() {
      const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
      server.on("connection", take);
      await once(server, "listening");
      return { port: server.address().port };
    },
    async connect(port) {
      client = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
      // Before it is open: the other side's first message may come with it.
      client.on("open", () => take(client));
      await once(client, "open");
    },
    async disconnect() {
      client.close();
      await once(client, "close");
    },
  };
}
