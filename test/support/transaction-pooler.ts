import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import pg from 'pg';

/** A pooler in transaction mode on 127.0.0.1; its sessions are shared by all who connect. */
export interface Pooler {
  /** The URL of the same database by way of the pooler. */
  readonly url: string;
  close(): Promise<void>;
}

/** What the protocol needs of a message: its type and the whole of its bytes. */
interface Message {
  readonly type: string;
  readonly bytes: Buffer;
}

/** A session with the server, and whoever has it for the time of a transaction. */
interface Session {
  readonly socket: Socket;
  client: Client | null;
}

interface Client {
  readonly socket: Socket;
  session: Session | null;
  waiting: Buffer[];
}

/**
 * PgBouncer in transaction mode, as small as a test needs it: who sends something is given a free session until ReadyForQuery
 * says that no transaction is open. Nothing of a session is reset in between, and nothing of a client's start-up is told to it.
 */
export async function startPooler(databaseUrl: string, sessions: number): Promise<Pooler> {
  const open = await loggedIn(databaseUrl, sessions);
  const queue: Client[] = [];
  const clients = new Set<Socket>();
  const give = (): void => {
    for (const session of open) {
      const next = session.client === null ? queue.shift() : undefined;
      if (next === undefined) continue;
      session.client = next;
      next.session = session;
      for (const bytes of next.waiting.splice(0)) session.socket.write(bytes);
    }
  };
  for (const session of open) {
    const read = messageReader((message) => {
      session.client?.socket.write(message.bytes);
      if (message.type !== 'Z' || message.bytes[5] !== 0x49 || session.client === null) return;
      session.client.session = null;
      session.client = null;
      give();
    });
    session.socket.on('data', read);
  }
  const server = createServer({ noDelay: true }, (socket) => {
    const client: Client = { socket, session: null, waiting: [] };
    clients.add(socket);
    let started = false;
    const read = messageReader((message) => {
      if (message.type === 'X') {
        socket.end();
        return;
      }
      if (client.session !== null) {
        client.session.socket.write(message.bytes);
        return;
      }
      client.waiting.push(message.bytes);
      if (!queue.includes(client)) queue.push(client);
      give();
    });
    socket.on('data', (bytes) => {
      if (started) {
        read(bytes);
        return;
      }
      if (bytes.readInt32BE(4) === SSL_REQUEST) {
        socket.write('N');
        return;
      }
      started = true;
      socket.write(greeting);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => clients.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    async close() {
      for (const socket of [...clients, ...open.map((session) => session.socket)]) socket.destroy();
      await closed(server);
    },
  };
}

const SSL_REQUEST = 80_877_103;

/** AuthenticationOk, a made-up BackendKeyData, ReadyForQuery: a client of a pooler never learns which backend serves it. */
const greeting = Buffer.from([
  0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x4b, 0, 0, 0, 12, 0x7f, 255, 255, 255, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49,
]);

/** Sessions as an application's pooler opens them: the driver logs in, and its socket is taken over. */
async function loggedIn(connectionString: string, sessions: number): Promise<readonly Session[]> {
  return await Promise.all(
    Array.from({ length: sessions }, async () => {
      const client = new pg.Client({ connectionString });
      await client.connect();
      const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
      for (const event of ['data', 'end', 'close', 'error']) stream.removeAllListeners(event);
      stream.on('error', () => stream.destroy());
      stream.setNoDelay(true);
      return { socket: stream, client: null };
    }),
  );
}

/** Cuts a stream of bytes into messages. */
function messageReader(take: (message: Message) => void): (bytes: Buffer) => void {
  let held: Buffer = Buffer.alloc(0);
  return (bytes) => {
    held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    while (held.length >= 5) {
      const length = held.readInt32BE(1) + 1;
      if (held.length < length) return;
      take({ type: String.fromCodePoint(held[0] ?? 0), bytes: held.subarray(0, length) });
      held = held.subarray(length);
    }
  };
}

async function closed(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
