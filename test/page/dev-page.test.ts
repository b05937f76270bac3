import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql, trustedSql } from '../../functions/core/sql.ts';
import type { Status } from '../../functions/operate/verbs/status.ts';
import { count } from '../../functions/words/quantities.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';
import { axeFinds } from './axe.ts';
import { outdated } from './outline.ts';
import { type Browser, findChromium, openBrowser, type Page } from './browser.ts';

const chromium = findChromium();
const main = new URL('../../cli/main.ts', import.meta.url).pathname;

// `dev --page` as a process of its own, in a project of two datasets: loads of `careful` wait for a yes.
describe.skipIf(chromium === null)('the page of dev in Chromium', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-dev-page-'));
  const landing = join(folder, '.landfall/landing');
  let database: TestDatabase | null = null;
  let browser: Browser | null = null;
  let dev: ChildProcess | null = null;
  let [url, port] = ['', 0];

  beforeAll(async () => {
    database = await testDatabase({ ledger: true });
    await database.run(
      trustedSql(`create table public.t (id integer primary key, n integer not null);
        insert into public.t select i, i from generate_series(1, 3) as i`),
    );
    const dataset = { table: 'public.t', key: ['id'] };
    write('landfall.config.json', JSON.stringify({ datasets: ['datasets/*'] }));
    write('datasets/plain.json', JSON.stringify({ name: 'plain', prefix: 'plain/', ...dataset }));
    write(
      'datasets/careful.json',
      JSON.stringify({ name: 'careful', prefix: 'careful/', ...dataset, approve: 'always' }),
    );
    dev = spawn(process.execPath, [main, 'dev', '--page'], {
      cwd: folder,
      env: environment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    dev.stdout?.on('data', (data: Buffer) => (said += data.toString()));
    for (const since = Date.now(); !said.includes('page at') && Date.now() - since < 60_000; ) await sleep(50);
    expect(said).toMatch(/page at http:/);
    [, url = ''] = /page at (http:\S+)/.exec(said) ?? [];
    port = Number(new URL(url).port);
    browser = await openBrowser(chromium ?? '', 'MAP evil.test 127.0.0.1');
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    if (dev !== null && dev.exitCode === null) {
      const ended = once(dev, 'exit');
      dev.kill('SIGKILL');
      await ended;
    }
    await database?.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  function write(name: string, content: string): void {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  function environment(): NodeJS.ProcessEnv {
    const { LANDFALL_HOME: _home, LANDFALL_REPORTS: _reports, INIT_CWD: _cwd, ...env } = process.env;
    return { ...env, DATABASE_URL: database?.url };
  }
  const status = async (): Promise<Status> => {
    const child = spawn(process.execPath, [main, 'status', '--json'], { cwd: folder, env: environment() });
    let out = '';
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    await once(child, 'close');
    return JSON.parse(out) as Status;
  };
  const tab = async (): Promise<Page> => {
    if (browser === null) throw new Error('no browser');
    return await browser.page();
  };
  const opened = async (): Promise<Page> => {
    const page = await tab();
    await page.goto(url);
    await until(page, "document.getElementById('database').textContent !== '...'");
    return page;
  };
  const until = async (page: Page, expression: string): Promise<void> => {
    await expect.poll(() => page.evaluate(`Boolean(${expression})`), { timeout: 30_000 }).toBe(true);
  };
  const rowsOf = async (page: Page, table: string): Promise<string[][]> =>
    await page.evaluate(
      `[...document.querySelectorAll('#${table} tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent))`,
    );
  const inTable = (): Promise<{ id: number; n: number }[]> =>
    database?.rows<{ id: number; n: number }>(sql`select id, n from public.t order by id`) ?? Promise.resolve([]);
  const audit = (): Promise<object[]> =>
    database?.rows(sql`
      select verb, load_id is not null as of_a_load, why, by like '%@%' as by_a_person, answer ? 'refused' as refused
      from landfall.operations
      order by operation_id`) ?? Promise.resolve([]);

  it('is opened by the address with the token, which goes from the address at once', async () => {
    const page = await opened();
    expect(await page.evaluate('location.href')).toBe(`http://127.0.0.1:${port}/`);
    expect(await page.evaluate('document.cookie')).toBe('');
    expect(await rowsOf(page, 'last')).toEqual([['no loads yet']]);
    expect(page.said).toEqual([]);
    for (const scheme of ['light', 'dark'] as const) {
      await page.media({ scheme });
      expect(await axeFinds(page)).toEqual([]);
    }
    await page.width(360);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  });

  it('is refused without token, with a wrong one, by another name, and to other sites', async () => {
    const stranger = await tab();
    await stranger.goto(`http://127.0.0.1:${port}/`);
    expect(await stranger.evaluate('document.body.textContent')).toContain(
      'open the address that landfall dev printed',
    );
    await stranger.goto(`http://127.0.0.1:${port}/?token=${'x'.repeat(32)}`);
    expect(await stranger.evaluate('document.body.textContent')).toContain(
      'open the address that landfall dev printed',
    );
    // DNS rebinding: a name of somebody else's leads to this machine, and whoever typed it even has the token
    await stranger.goto(url.replace('127.0.0.1', 'evil.test'));
    expect(await stranger.evaluate('document.body.textContent')).toContain('this page is at 127.0.0.1 alone');
    // another site in the browser that has the cookie
    const page = await opened();
    const other = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html>'));
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const [operations, here] = [await audit(), `http://127.0.0.1:${(other.address() as AddressInfo).port}/`];
    try {
      await page.goto(here);
      for (const host of ['127.0.0.1', 'localhost']) {
        const asked = (path: string, more: string): Promise<string> =>
          page.evaluate(
            `fetch('http://${host}:${port}${path}', { credentials: 'include', ${more} }).then((answer) => answer.status + ' ' + answer.type, (error) => error.name)`,
          );
        expect(await asked('/events', '')).toBe('TypeError');
        expect(await asked('/', "mode: 'no-cors'")).toMatch(/TypeError|opaque/);
        expect(await asked('/approve', "method: 'POST', mode: 'no-cors', body: '{\"loadId\":1}'")).toMatch(
          /TypeError|opaque/,
        );
        await page.evaluate(
          `new Promise((resolve) => { const frame = document.createElement('iframe'); frame.onload = resolve; frame.src = 'http://${host}:${port}/'; document.body.append(frame); })`,
        );
      }
    } finally {
      other.close();
      other.closeAllConnections();
    }
    expect(await audit()).toEqual(operations);
  });

  it('a dropped file is tried first, and loaded when somebody says so', async () => {
    const before = await inTable();
    const page = await opened();
    await until(page, "document.querySelectorAll('#dataset option').length === 2");
    await page.evaluate("document.getElementById('dataset').value = 'plain'");
    const drop = (name: string, content: string): Promise<void> =>
      page.evaluate(`{
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([${JSON.stringify(content)}], ${JSON.stringify(name)}));
        document.getElementById('drop').dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      }`);
    await drop('<b>.csv', 'id;n\n1;10\n4;4\n5;x\n');
    await until(page, "document.querySelector('#judged pre')");
    const said = await page.evaluate<string>("document.getElementById('judged').textContent");
    expect(said).toContain('<b>.csv into plain: nothing is written yet');
    expect(said).toMatch(/as the file shows: .*--delimiter ';'/);
    expect(said).toMatch(/rejected +1/);
    expect(said).toMatch(/inserted +1/);
    expect(await inTable()).toEqual(before);
    expect(existsSync(join(landing, 'plain/<b>.csv'))).toBe(false);
    await page.click('#load');
    await until(page, "document.getElementById('judged').textContent.includes('is in the landing folder')");
    await until(
      page,
      "[...document.querySelectorAll('#last tbody tr')].some((row) => row.textContent.includes('LOADED'))",
    );
    expect(await inTable()).toEqual([
      { id: 1, n: 10 },
      { id: 2, n: 2 },
      { id: 3, n: 3 },
      { id: 4, n: 4 },
    ]);
    for (const [name, why] of [
      ['a.part', 'still being written'],
      ['a.csv.md5', 'says what the file beside it holds'],
    ]) {
      await drop(name ?? '', 'id;n\n');
      await until(page, `document.getElementById('judged').textContent.includes(${JSON.stringify(why)})`);
    }
    // a name that leads out of the folder can only be sent by hand
    expect(
      await page.evaluate(
        "fetch('/files?' + new URLSearchParams({ name: '../../out.csv', dataset: 'plain' }), { method: 'POST', body: 'id' }).then((answer) => answer.json())",
      ),
    ).toEqual({ trouble: 'the name of the file is no name of a file here' });
    expect(readdirSync(join(folder, '.landfall/page'))).toEqual([]);
    expect(page.said.filter((text) => !text.includes('400'))).toEqual([]);
  });

  it('a held load is approved or declined by a click as by the verb', async () => {
    const page = await opened();
    const put = async (name: string, content: string): Promise<number> => {
      write(`.landfall/landing/careful/.${name}`, content);
      renameSync(join(landing, `careful/.${name}`), join(landing, `careful/${name}`));
      await until(page, "document.querySelectorAll('#held form').length === 1");
      return Number(await page.evaluate("document.querySelector('#held tbody th').textContent"));
    };
    const first = await put('yes.csv', 'id,n\n6,6\n');
    expect(await axeFinds(page)).toEqual([]);
    // a held load's own report opens in an origin of its own
    const policy = `fetch('/reports/${first}').then((answer) => answer.headers.get('content-security-policy'))`;
    // it is written in a moment
    await expect.poll(() => page.evaluate(policy), { timeout: 20_000 }).toBe('sandbox allow-scripts');
    await page.click(`#reason-${first}`);
    for (const key of 'ok') await page.press(key);
    await page.click("#held button[value='approve']");
    await until(page, "document.querySelectorAll('#held form').length === 0");
    await expect.poll(async () => (await inTable()).map(({ id }) => id), { timeout: 20_000 }).toContain(6);
    const second = await put('no.csv', 'id,n\n7,7\n');
    await page.click("#held button[value='decline']");
    await until(page, "document.getElementById('said').textContent.includes('say why')");
    await page.click(`#reason-${second}`);
    for (const key of 'half') await page.press(key);
    await page.click("#held button[value='decline']");
    await until(page, "document.querySelectorAll('#held form').length === 0");
    expect(await audit()).toEqual([
      { verb: 'approve', of_a_load: true, why: 'ok', by_a_person: true, refused: false },
      { verb: 'decline', of_a_load: true, why: 'half', by_a_person: true, refused: false },
    ]);
    expect((await inTable()).map(({ id }) => id)).not.toContain(7);
  });

  it('is what the picture of README shows', async () => {
    const kept = readFileSync(new URL('../../docs/images/dev-page.outline.txt', import.meta.url), 'utf8');
    expect(kept).toContain('h2 Last loads');
    const page = await opened();
    await until(page, "!document.getElementById('upload').hidden");
    expect(await outdated(kept, [page])).toEqual([]);
  });

  it('shows the numbers of status', async () => {
    const page = await opened();
    const { loads, openRejects } = await status();
    expect(loads.length).toBeGreaterThan(3);
    expect(openRejects.newest).toMatchObject([
      { open: 1, rules: [{ code: 'INVALID_INTEGER', column: 'n', rejects: 1 }] },
    ]);
    await expect
      .poll(() => rowsOf(page, 'open'))
      .toEqual(
        openRejects.newest.map(({ loadId, target, open, rejected }) => [
          ...[String(loadId), target, count(open), count(rejected), 'INVALID_INTEGER of n 1'],
          expect.stringContaining(`rejects ${loadId}`),
        ]),
      );
    await expect
      .poll(() => rowsOf(page, 'last'), { timeout: 20_000 })
      .toEqual(
        loads.map((load) => [
          String(load.loadId),
          load.outcome,
          load.code ?? '',
          load.dataset,
          ...[load.records, load.rejected, load.open, load.inserted, load.updated].map(count),
          `${load.startedAt.slice(0, 19)}Z`,
          expect.stringContaining(load.key.split('/').at(-1) ?? ''),
        ]),
      );
    expect(page.said).toEqual([]);
  });

  it('is open in more tabs than a browser has connections: only the one in front listens', async () => {
    const first = await opened();
    const tabs: Page[] = [first];
    // a browser opens six connections to a host
    for (let i = 0; i < 6; i += 1) {
      const next = (await browser?.page(first)) ?? expect.fail('no browser');
      await next.goto(url);
      await until(next, "document.getElementById('database').textContent !== '...'");
      tabs.push(next);
    }
    expect(await Promise.all(tabs.map((page) => page.evaluate('document.hidden')))).toEqual([
      ...Array.from({ length: 6 }, () => true),
      false,
    ]);
    await database?.run(
      trustedSql(`insert into landfall.pauses (target, by, why) values ('public."<b>"', 'ana', 'a while')`),
    );
    const paused = "document.querySelector('#paused tbody').textContent.includes('a while')";
    await until(tabs.at(-1) ?? first, paused);
    expect(await first.evaluate(paused)).toBe(false);
    await first.front();
    await until(first, paused);
  });

  it('ends with dev, whose page says so', async () => {
    const page = await opened();
    const ended = once(dev as ChildProcess, 'exit');
    dev?.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    await until(page, "document.getElementById('trouble').textContent.includes('does not answer')");
    expect(existsSync(join(folder, '.landfall/page'))).toBe(false);
  });
});
