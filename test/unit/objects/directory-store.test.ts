import { execFileSync } from 'node:child_process';
import {
  appendFile,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFault, writeFault } from '../../../functions/objects/directory/directory-errors.ts';
import { openDirectoryStore } from '../../../functions/objects/directory/directory-store.ts';
import type { StoredObject } from '../../../functions/objects/store.ts';
import { storeConformance } from './conformance.ts';
import { readAll, readUntilError } from './read-all.ts';

storeConformance('directory store', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'landfall-objects-'));
  return {
    store: openDirectoryStore(),
    ref: (name) => ({ bucket: 'file://', key: join(folder, name) }),
    remove: (ref) => rm(ref.key),
    close: () => rm(folder, { recursive: true }),
  };
});

const store = openDirectoryStore();
const mebibyte = 1024 * 1024;
let folder: string;
const at = (name: string) => ({ bucket: 'file://', key: join(folder, name) });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'landfall-objects-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Old enough that the next write gets another mtime, whatever the clock's tick. */
async function oldFile(name: string, bytes: Buffer): Promise<StoredObject> {
  const { key } = at(name);
  await writeFile(key, bytes);
  await utimes(key, new Date('2024-01-01'), new Date('2024-01-01'));
  return store.head(at(name));
}

describe('a file that changes while it is read', () => {
  const changes: Record<string, (path: string) => Promise<void>> = {
    'appended to': (path) => appendFile(path, 'b'),
    'cut short': (path) => truncate(path, 3 * mebibyte),
    replaced: async (path) => {
      await writeFile(`${path}.new`, Buffer.alloc(8 * mebibyte, 'b'));
      await rename(`${path}.new`, path);
    },
    'rewritten in place': async (path) => {
      const file = await open(path, 'r+');
      await file.write(Buffer.alloc(8 * mebibyte, 'b'), 0, 8 * mebibyte, 0);
      await file.close();
    },
  };

  it.each(Object.keys(changes))('%s: only bytes of the pinned version come out, then OBJECT_CHANGED', async (name) => {
    const object = await oldFile(name, Buffer.alloc(8 * mebibyte, 'a'));
    const chunks = store.read(object, { start: 0, end: object.sizeBytes })[Symbol.asyncIterator]();
    const first = await chunks.next();
    await changes[name]?.(object.key);
    const rest = await readUntilError({ [Symbol.asyncIterator]: () => chunks });
    expect(rest.error).toMatchObject({ code: 'OBJECT_CHANGED', message: expect.stringContaining(object.key) });
    const received = Buffer.concat([first.value ?? Buffer.alloc(0), rest.bytes]);
    expect(received.length).toBeLessThan(object.sizeBytes);
    expect(received.includes('b')).toBe(false);
  });

  it('removed: OBJECT_GONE', async () => {
    const object = await oldFile('removed', Buffer.alloc(8 * mebibyte, 'a'));
    const chunks = store.read(object, { start: 0, end: object.sizeBytes })[Symbol.asyncIterator]();
    await chunks.next();
    await rm(object.key);
    const rest = await readUntilError({ [Symbol.asyncIterator]: () => chunks });
    expect(rest.error).toMatchObject({ code: 'OBJECT_GONE' });
  });

  it('that became a named pipe is refused at once instead of waited for', async () => {
    const object = await oldFile('becomes a pipe', Buffer.from('a,b\n1,2\n'));
    await rm(object.key);
    execFileSync('mkfifo', [object.key]);
    await expect(readAll(store, object)).rejects.toMatchObject({ code: 'OBJECT_CHANGED' });
  });
});

describe('what is not a file that can be loaded', () => {
  it('a folder and a named pipe are refused by kind', async () => {
    await mkdir(at('a folder').key);
    execFileSync('mkfifo', [at('a pipe').key]);
    await expect(store.head(at('a folder'))).rejects.toMatchObject({
      code: 'OBJECT_INVALID',
      message: `${at('a folder').key} is a folder, not a file: name a file`,
    });
    await expect(store.head(at('a pipe'))).rejects.toMatchObject({
      code: 'OBJECT_INVALID',
      message: expect.stringContaining('a named pipe, which can be read only once'),
    });
  });

  it('a relative path is refused', async () => {
    await expect(store.head({ bucket: 'file://', key: 'x.csv' })).rejects.toMatchObject({ code: 'OBJECT_INVALID' });
  });

  it('a path through a file is gone, a link in a circle or to nothing is refused, a link to a file is that file', async () => {
    const object = await oldFile('plain', Buffer.from('a\n1\n'));
    await symlink(at('circle').key, at('circle').key);
    await symlink(object.key, at('link').key);
    await symlink(at('nowhere').key, at('dangling').key);
    await expect(store.head(at('plain/x.csv'))).rejects.toMatchObject({ code: 'OBJECT_GONE' });
    await expect(store.head(at('dangling'))).rejects.toMatchObject({ code: 'OBJECT_INVALID' });
    await expect(store.head(at('circle'))).rejects.toMatchObject({ code: 'OBJECT_INVALID' });
    const linked = await store.head(at('link'));
    expect(linked.versionId).toBe(object.versionId);
    expect((await readAll(store, linked)).toString()).toBe('a\n1\n');
  });

  // Permission bits do not bind root, so the answers of the file system are given by hand here.
  it.each([
    ['EACCES', { name: 'LoadRejected', code: 'OBJECT_DENIED' }],
    ['EPERM', { name: 'LoadRejected', code: 'OBJECT_DENIED' }],
    ['ENAMETOOLONG', { name: 'LoadRejected', code: 'OBJECT_INVALID' }],
    ['EMFILE', { name: 'TryAgain' }],
    ['ESTALE', { name: 'TryAgain' }],
    ['EIO', { name: 'TryAgain' }],
  ])('%s while reading becomes %j', (errno, expected) => {
    const cause = Object.assign(new Error(errno), { code: errno });
    const fault = readFault({ bucket: 'file://', key: '/data/orders.csv' }, cause);
    expect(fault).toMatchObject({ ...expected, cause, message: expect.stringContaining('/data/orders.csv') });
  });

  it('any other error stays what it is', () => {
    const error = new TypeError('a mistake of ours');
    expect(readFault(at('x'), error)).toBe(error);
    expect(writeFault(at('x'), error)).toBe(error);
  });
});

describe('putting a file', () => {
  it('makes the folders it needs and leaves nothing but the file', async () => {
    await store.put(at('reports/2024/7/report.json'), Buffer.from('{}'), 'application/json');
    expect(await readdir(join(folder, 'reports/2024/7'))).toEqual(['report.json']);
  });

  it('shows nothing under the name, and only a dotfile beside it, until the last byte is there', async () => {
    const seen: string[][] = [];
    const body = async function* () {
      yield Buffer.from('first half, ');
      seen.push(await readdir(join(folder, 'slow')));
      yield Buffer.from('second half');
    };
    await store.put(at('slow/rejects.csv'), body(), 'text/csv');
    expect(seen).toEqual([[expect.stringMatching(/^\..*\.part$/)]]);
    expect(await readdir(join(folder, 'slow'))).toEqual(['rejects.csv']);
  });

  it('removes its unfinished file when the body fails', async () => {
    const body = async function* () {
      yield Buffer.from('half');
      throw new Error('no more');
    };
    await expect(store.put(at('failed/rejects.csv'), body(), 'text/csv')).rejects.toThrow('no more');
    expect(await readdir(join(folder, 'failed'))).toEqual([]);
  });

  it('says in words why it cannot write', async () => {
    await mkdir(at('taken').key);
    await writeFile(at('file').key, 'x');
    await expect(store.put(at('taken'), Buffer.from('x'), 'text/csv')).rejects.toThrow('a folder has that name');
    await expect(store.put(at('file/report.json'), Buffer.from('x'), 'text/csv')).rejects.toThrow(
      'a part of its path is a file and not a folder',
    );
  });

  it('is for this user alone, folders too, whatever the umask', async () => {
    const before = process.umask(0);
    try {
      await store.put({ ...at('modes/orders/7/rejects.csv'), below: at('modes').key }, Buffer.from('x'), 'text/csv');
    } finally {
      process.umask(before);
    }
    const modes = ['modes', 'modes/orders', 'modes/orders/7', 'modes/orders/7/rejects.csv'].map(
      async (name) => (await stat(at(name).key)).mode & 0o777,
    );
    expect(await Promise.all(modes)).toEqual([0o700, 0o700, 0o700, 0o600]);
  });

  it('follows no link that somebody planted below the folder of reports, and replaces one in the place of the file', async () => {
    await mkdir(at('elsewhere/7').key, { recursive: true });
    await writeFile(at('precious').key, 'mine');
    await mkdir(at('shared/zipcodes/7').key, { recursive: true });
    await symlink(at('elsewhere').key, at('shared/orders').key);
    await symlink(at('elsewhere').key, at('shared/zipcodes/8').key);
    await symlink(at('precious').key, at('shared/zipcodes/7/report.json').key);
    const put = (name: string) =>
      store.put({ ...at(name), below: at('shared').key }, Buffer.from('{}'), 'application/json');
    await expect(put('shared/orders/7/report.json')).rejects.toThrow(`${at('shared/orders').key} is a link`);
    await expect(put('shared/zipcodes/8/report.json')).rejects.toThrow(`${at('shared/zipcodes/8').key} is a link`);
    await put('shared/zipcodes/7/report.json');
    expect(await readdir(at('elsewhere').key, { recursive: true })).toEqual(['7']);
    expect(await readFile(at('precious').key, 'utf8')).toBe('mine');
    expect((await lstat(at('shared/zipcodes/7/report.json').key)).isFile()).toBe(true);
  });

  it('takes a folder of reports that is a link of its owner', async () => {
    await mkdir(at('disk').key);
    await symlink(at('disk').key, at('named').key);
    await store.put(
      { ...at('named/orders/7/report.json'), below: at('named').key },
      Buffer.from('{}'),
      'application/json',
    );
    expect(await readdir(at('disk/orders/7').key)).toEqual(['report.json']);
  });

  // only root may give a folder to somebody else
  it.runIf(process.getuid?.() === 0)('refuses a folder that somebody else made below it', async () => {
    await mkdir(at('sticky/orders').key, { recursive: true });
    await chown(at('sticky/orders').key, 65_534, 65_534);
    const put = store.put(
      { ...at('sticky/orders/7/report.json'), below: at('sticky').key },
      Buffer.from('{}'),
      'text/csv',
    );
    await expect(put).rejects.toThrow('was made by another user (65534)');
    expect(await readdir(at('sticky/orders').key)).toEqual([]);
  });
});
