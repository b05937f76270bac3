import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * The process of this machine that holds the client's end of a loopback connection, or null: a function that runs in a
 * container has its own network. Linux only.
 */
export function processOfPort(port: number): number | null {
  const socket = socketOf(port);
  if (socket === null) return null;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (descriptorsOf(pid).includes(socket)) return Number(pid);
  }
  return null;
}

/** `socket:[inode]` of the connection whose local port this is. Source: proc_net_tcp(5), addresses in hexadecimal. */
function socketOf(port: number): string | null {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readFileSync(table, 'utf8').trim().split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      if (fields[1]?.endsWith(local) && fields[9] !== '0') return `socket:[${fields[9]}]`;
    }
  }
  return null;
}

function descriptorsOf(pid: string): readonly string[] {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).map((name) => linkOf(`${folder}/${name}`));
  } catch {
    // it has ended, or belongs to somebody else
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // closed meanwhile
    return '';
  }
}
