import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { withClient } from '../../../functions/db/client.ts';
import { connectionOf, tlsProblem } from '../../../functions/db/tls.ts';

const file = (name: string): string => fileURLToPath(new URL(`../../fixtures/tls/${name}`, import.meta.url));
const ca = file('certificate.pem');
const url = 'postgres://app:s3cret@db.example.org:5433/shop';

describe('TLS of a database URL', () => {
  test.each(['', '?sslmode=disable', '?ssl=false', '?ssl=0', '?uselibpqcompat=true', '?require_auth=scram-sha-256'])(
    '%s is none',
    (query) => {
      expect(connectionOf(url + query)).toEqual({ connectionString: url, ssl: false });
    },
  );

  test.each([
    '?sslmode=require',
    '?sslmode=verify-ca',
    '?sslmode=verify-full',
    '?ssl=true',
    '?sslmode=require&uselibpqcompat=true',
  ])('%s checks the certificate and the host name', (query) => {
    expect(connectionOf(url + query)).toEqual({
      connectionString: url,
      ssl: { rejectUnauthorized: true, servername: 'db.example.org' },
    });
  });

  test('an authority of its own is read, and asks for TLS by itself', () => {
    const { ssl } = connectionOf(`${url}?sslrootcert=${ca}&application_name=x`);
    expect(ssl).toEqual({ rejectUnauthorized: true, servername: 'db.example.org', ca: readFileSync(ca, 'utf8') });
    expect(connectionOf(`${url}?sslrootcert=system`).ssl).toEqual({
      rejectUnauthorized: true,
      servername: 'db.example.org',
    });
  });

  test('a certificate of the client goes with its key', () => {
    const { ssl } = connectionOf(`${url}?sslmode=require&sslcert=${ca}&sslkey=${file('key.pem')}`);
    expect(ssl).toMatchObject({ cert: readFileSync(ca, 'utf8'), key: readFileSync(file('key.pem'), 'utf8') });
  });

  test('an address is no server name', () => {
    expect(connectionOf('postgres://app@[::1]/shop?sslmode=require').ssl).toEqual({ rejectUnauthorized: true });
    expect(connectionOf('postgres://app@10.0.0.1/shop?sslmode=require').ssl).toEqual({ rejectUnauthorized: true });
  });

  test('other parameters stay', () => {
    const { connectionString } = connectionOf(`${url}?sslmode=require&options=-c%20work_mem%3D4MB`);
    expect(new URL(connectionString).searchParams.get('options')).toBe('-c work_mem=4MB');
  });

  test.each([
    'sslmode=prefer',
    'sslmode=allow',
    'sslmode=no-verify',
    'ssl=no-verify',
    'sslmode=required',
    'sslrootcert=ca.pem',
    'sslmode=require&sslcert=/c.pem',
    'require_auth=md5',
  ])('%s is refused in words', (query) => {
    expect(tlsProblem(new URL(`${url}?${query}`))).toMatchSnapshot();
    expect(() => connectionOf(`${url}?${query}`)).toThrow(/^the database URL: (?!.*s3cret)/);
  });

  test('a file that is not there is named, the password is not', () => {
    expect(() => connectionOf(`${url}?sslrootcert=/no/such/ca.pem`)).toThrow(
      'the database URL: sslrootcert names /no/such/ca.pem, which cannot be read (ENOENT)',
    );
  });
});

describe('a server that speaks TLS', () => {
  const open: (Server | Socket)[] = [];
  afterEach(() => open.splice(0).forEach((each) => ('close' in each ? each.close() : each.destroy())));

  /** Says yes to TLS, and answers whatever comes over it by refusing the login: then the certificate was accepted. */
  async function server(): Promise<number> {
    const [key, cert] = [readFileSync(file('key.pem')), readFileSync(ca)];
    const listening = createServer((socket) => {
      open.push(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write('S');
        const secure = new TLSSocket(socket, { isServer: true, key, cert });
        secure.on('error', () => undefined);
        secure.once('data', () => secure.end(refusal));
      });
    });
    open.push(listening);
    return await new Promise((resolve) => {
      listening.listen(0, '127.0.0.1', () => resolve((listening.address() as { port: number }).port));
    });
  }
  const fields = 'SFATAL\0C28P01\0Mpassword authentication failed\0\0';
  const refusal = Buffer.concat([Buffer.from([0x45, 0, 0, 0, 4 + fields.length]), Buffer.from(fields)]);

  async function codeOf(host: string, query: string): Promise<unknown> {
    const connectionString = `postgres://app:x@${host}:${await server()}/shop?${query}`;
    return await withClient({ connectionString, applicationName: 'test' }, () => Promise.resolve('connected')).catch(
      ({ code }: { code: unknown }) => code,
    );
  }

  test('is trusted with its authority', async () => {
    expect(await codeOf('localhost', `sslmode=verify-full&sslrootcert=${ca}`)).toBe('28P01');
  });

  test.each(['require', 'verify-ca', 'verify-full'])(
    'is not trusted without it, whatever the mode: %s',
    async (mode) => {
      expect(await codeOf('localhost', `sslmode=${mode}`)).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    },
  );

  test('is not trusted under an address that its certificate does not hold', async () => {
    expect(await codeOf('127.0.0.1', `sslmode=verify-ca&sslrootcert=${ca}`)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  test('pg warns of nothing', async () => {
    const warned = vi.spyOn(process, 'emitWarning');
    await codeOf('localhost', `sslmode=require&sslrootcert=${ca}`);
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });
});
