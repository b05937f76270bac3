import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CommandError } from './typed/usage.ts';

/**
 * Listens on 127.0.0.1 alone, and keeps no command alive; answers the port.
 * @param what is served (`the page`, `metrics`), and the option that names the port.
 * @throws {CommandError} where the port cannot be had.
 */
export async function listenHere(
  server: Server,
  port: number,
  what: { name: string; option: string },
): Promise<number> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new CommandError(
      `${what.name} cannot be served at 127.0.0.1:${port} (${code}): another program may have that port; name another one, or ${what.option} 0 for any`,
      { cause: error },
    );
  }
  server.unref();
  return (server.address() as AddressInfo).port;
}
