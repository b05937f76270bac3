import { connect } from 'node:net';
import { join } from 'node:path';
import { DATABASE, ROLE } from './cluster.ts';
import { readPlainFile } from './own-files.ts';

/**
 * ready: asks for a password, or has no connection left (53300), which who connects is told. starting: 57P03, it starts, stops or
 * recovers. frozen: took the connection and said nothing for 2 s. silent: nobody listens, or someone else.
 */
export type ServerState = 'ready' | 'starting' | 'frozen' | 'silent';

/** What pg_isready does, without a login: sends a StartupMessage and looks at the first answer (a few milliseconds). */
export function ask(port: number): Promise<ServerState> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 2_000 });
    const answer = (state: ServerState): void => {
      socket.destroy();
      resolve(state);
    };
    let taken = false;
    socket.once('connect', () => {
      taken = true;
      socket.write(startupMessage());
    });
    // 'R': authentication request; 'E': an error, whose field C holds the SQLSTATE
    socket.once('data', (bytes) => {
      if (bytes[0] === 0x52) return answer('ready');
      if (bytes.includes('C53300')) return answer('ready');
      return answer(bytes.includes('C57P03') ? 'starting' : 'silent');
    });
    socket.once('timeout', () => answer(taken ? 'frozen' : 'silent'));
    socket.once('error', () => answer('silent'));
    socket.once('close', () => answer('silent'));
  });
}

/** As ask(), but only of that process's own server: another one may have taken the port a moment ago. */
export async function probe(port: number, pid: number, dataDirectory: string): Promise<ServerState> {
  const pidFile = await readPlainFile(join(dataDirectory, 'postmaster.pid')).catch(() => '');
  if (Number(pidFile.split('\n')[0]) !== pid || !/^ready\s*$/m.test(pidFile)) return 'silent';
  return ask(port);
}

/** Int32 length, Int32 protocol 3.0, then name and value strings, each ended by a zero byte, and one more. */
function startupMessage(): Buffer {
  const body = Buffer.from(`user\0${ROLE}\0database\0${DATABASE}\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(head.length + body.length, 0);
  head.writeInt32BE(196_608, 4);
  return Buffer.concat([head, body]);
}
