import { once } from 'node:events';
import { createServer, type AddressInfo, connect, type Socket } from 'node:net';

/** What happens to a connection at its message; the server may have run the message, or never see it. */
export type Cut =
  /** Both ends are gone before the message went on. */
  | 'before the message'
  /** The server runs the message and then sees the end; the reply is lost. */
  | 'before the reply'
  /** The client is cut, and the server learns of it a second later: until then its backend keeps its transaction and locks. */
  | 'on one side';

/** Stands between clients and PostgreSQL, counts what the clients send, and cuts at the n-th message. */
export interface PgProxy {
  readonly port: number;
  /** Counts anew from 1; `cut` is asked about each message and says what to do with it. */
  watch(cut: (message: number) => Cut | null): void;
  /** Messages since watch(). */
  messages(): number;
  /** The end of every client at once: the server runs what it has been sent and then sees the end. */
  cutAll(): void;
  /** New connections wait until this has settled. */
  hold(until: Promise<unknown>): void;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

/** A proxy on 127.0.0.1 to the PostgreSQL at this address. */
export async function startPgProxy(to: { host: string; port: number }): Promise<PgProxy> {
  const pairs = new Set<Pair>();
  let seen = 0;
  let ask: (message: number) => Cut | null = () => null;
  let held: Promise<unknown> = Promise.resolve();

  const accept = async (client: Socket): Promise<void> => {
    client.on('error', () => undefined).pause();
    await held;
    const server = connect(to).on('error', () => client.destroy());
    // else each message waits up to 40 ms for the acknowledgement of the one before it
    for (const socket of [client, server]) socket.setNoDelay();
    const pair = { client, server };
    pairs.add(pair);
    server.pipe(client, { end: false });
    server.on('close', () => {
      pairs.delete(pair);
      client.end();
    });
    const split = messageSplitter();
    client.on('data', (chunk) => {
      for (const message of split(chunk)) {
        if (client.destroyed) return;
        seen += 1;
        const cut = ask(seen);
        if (cut === null) server.write(message);
        else apply(cut, pair, message);
      }
    });
    client.on('end', () => server.end());
    client.resume();
  };

  const listener = createServer((client) => void accept(client)).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    watch(cut) {
      seen = 0;
      ask = cut;
    },
    messages: () => seen,
    cutAll() {
      for (const { client, server } of pairs) {
        client.destroy();
        server.end();
      }
    },
    hold(until) {
      held = until.catch(() => undefined);
    },
    async close() {
      for (const { client, server } of pairs) {
        client.destroy();
        server.destroy();
      }
      listener.close();
      await once(listener, 'close');
    },
  };
}

/** A second: longer than a load takes to try again. */
const unnoticedMs = 1_000;

function apply(cut: Cut, { client, server }: Pair, message: Buffer): void {
  switch (cut) {
    case 'before the message':
      server.destroy();
      break;
    case 'before the reply':
      server.unpipe(client).resume().end(message);
      break;
    case 'on one side':
      server.unpipe(client).resume();
      setTimeout(() => server.destroy(), unnoticedMs).unref();
      break;
  }
  client.destroy();
}

/**
 * Frontend messages of protocol 3: the first has no type byte (length, then content), each later one has a type byte
 * before its length. Source: PostgreSQL 17, "Message Formats".
 */
function messageSplitter(): (chunk: Buffer) => readonly Buffer[] {
  let rest: Buffer = Buffer.alloc(0);
  let lengthAt = 0;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const messages: Buffer[] = [];
    while (rest.length >= lengthAt + 4) {
      const end = lengthAt + rest.readInt32BE(lengthAt);
      if (rest.length < end) break;
      messages.push(rest.subarray(0, end));
      rest = rest.subarray(end);
      lengthAt = 1;
    }
    return messages;
  };
}
