import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Stands before PostgreSQL on 127.0.0.1: while it is shut, every connection breaks and new ones are refused. */
export interface Gate {
  /** The database URL, by way of the gate. */
  url(database: string): string;
  shut(): Promise<void>;
  open(): Promise<void>;
}

/** Open at first. */
export async function startGate(database: string): Promise<Gate> {
  const { hostname, port } = new URL(database);
  const sockets = new Set<Socket>();
  let listener: Server | null = null;
  let at = 0;
  const gate: Gate = {
    url(other) {
      const url = new URL(other);
      url.hostname = '127.0.0.1';
      url.port = String(at);
      return url.href;
    },
    async open() {
      listener = createServer((client) => {
        const server = connect(Number(port), hostname);
        for (const [one, other] of [
          [client, server],
          [server, client],
        ] as const) {
          sockets.add(one.setNoDelay().on('error', () => other.destroy()));
          one.on('close', () => sockets.delete(one));
        }
        client.pipe(server).pipe(client);
      }).listen(at, '127.0.0.1');
      await once(listener, 'listening');
      at = (listener.address() as AddressInfo).port;
    },
    async shut() {
      const closing = listener;
      listener = null;
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => (closing === null ? resolve(null) : closing.close(resolve)));
    },
  };
  await gate.open();
  return gate;
}
