import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/**
 * Chromium without a window, over the pipe of its DevTools protocol: no port that others could speak to, and no package that
 * brings a browser along. What is asked of it here is a page of calls.
 */
export interface Browser {
  /** A tab of its own, with nothing of another one's cookies; or one in the window of another, in front of it and with its cookies. */
  page(beside?: Page): Promise<Page>;
  close(): Promise<void>;
}

/** A tab. */
export interface Page {
  /** Answers when the page has loaded. */
  goto(url: string): Promise<void>;
  /** Value of an expression in the page, awaited; in a world of its own where `isolated`, which sees the document but no variable of the page. */
  evaluate<T>(expression: string, isolated?: boolean): Promise<T>;
  /** What the page is shown on. */
  media(features: { readonly scheme?: 'light' | 'dark'; readonly type?: 'screen' | 'print' }): Promise<void>;
  width(pixels: number, height?: number): Promise<void>;
  withoutScript(): Promise<void>;
  /** A key as a person presses it: `Tab`, `Enter`, `a`. */
  press(key: string): Promise<void>;
  /** The mouse, in the middle of the first element that the selector finds. */
  click(selector: string): Promise<void>;
  /** Shows the tab in place of the others of its window. */
  front(): Promise<void>;
  /** PNG of the element, or of the whole page. */
  screenshot(selector?: string): Promise<Buffer>;
  /** What the browser had to say of the page: errors, refusals of its policy, dialogs. */
  readonly said: readonly string[];
  /** What was fetched, the page itself among it. */
  readonly fetched: readonly string[];
  /** The browser's name of what its window and cookies are of. */
  readonly context: string;
}

/** CHROMIUM, else the first on the PATH; null where there is none. */
export function findChromium(): string | null {
  const named = process.env['CHROMIUM'];
  if (named) return named;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Nothing but this machine is reached, whatever a page asks for. */
const switches = [
  '--headless=new',
  '--remote-debugging-pipe',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-extensions',
  '--disable-component-update',
  '--disable-background-networking',
  '--no-first-run',
  '--no-default-browser-check',
  '--password-store=basic',
  '--use-mock-keychain',
  '--hide-scrollbars',
  '--force-color-profile=srgb',
  '--lang=en',
];

type Message = {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
};

/** @param rules names that lead to this machine, as `--host-resolver-rules` has them; every other name leads nowhere */
export async function openBrowser(program: string, rules = ''): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'landfall-browser-'));
  const resolver = `--host-resolver-rules=${rules === '' ? '' : `${rules}, `}MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost`;
  // as root Chromium starts without a sandbox or not at all
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child = spawn(program, [...switches, ...asRoot, resolver, `--user-data-dir=${profile}`], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const wire = openWire(child.stdio[3] as Writable, child.stdio[4] as Readable);
  child.once('error', (error) => wire.fail(error));
  void ended.then(() => wire.fail(new Error(`${program} ended`)));
  const close = async (): Promise<void> => {
    await wire.send('Browser.close', {}).catch(() => undefined);
    const late = setTimeout(() => killGroup(child.pid), 5_000);
    await ended;
    clearTimeout(late);
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  return { page: async (beside) => await openPage(wire, beside?.context), close };
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // it has ended
  }
}

interface Wire {
  send(method: string, params: object, sessionId?: string): Promise<Readonly<Record<string, unknown>>>;
  listen(sessionId: string, heard: (method: string, params: Readonly<Record<string, unknown>>) => void): void;
  fail(error: Error): void;
}

/** Messages are JSON, each with a NUL behind it. */
function openWire(to: Writable, from: Readable): Wire {
  const waiting = new Map<
    number,
    { resolve(value: Readonly<Record<string, unknown>>): void; reject(e: Error): void }
  >();
  const listeners = new Map<string, Parameters<Wire['listen']>[1]>();
  let [last, parts, failed]: [number, Buffer[], Error | null] = [0, [], null];
  const take = (message: Message): void => {
    const { id, sessionId, method, params = {}, result = {}, error } = message;
    if (id === undefined) listeners.get(sessionId ?? '')?.(method ?? '', params);
    else if (error === undefined) waiting.get(id)?.resolve(result);
    else waiting.get(id)?.reject(new Error(error.message));
    if (id !== undefined) waiting.delete(id);
  };
  from.on('data', (data: Buffer) => {
    let rest = data;
    for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
      take(JSON.parse(Buffer.concat([...parts, rest.subarray(0, end)]).toString()) as Message);
      [parts, rest] = [[], rest.subarray(end + 1)];
    }
    parts.push(rest);
  });
  const fail = (error: Error): void => {
    failed ??= error;
    for (const { reject } of waiting.values()) reject(failed);
    waiting.clear();
  };
  to.on('error', fail);
  from.on('error', fail);
  return {
    send: async (method, params, sessionId) =>
      await new Promise((resolve, reject) => {
        if (failed !== null) {
          reject(failed);
          return;
        }
        last += 1;
        waiting.set(last, { resolve, reject: (error) => reject(new Error(`${method}: ${error.message}`)) });
        to.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
      }),
    listen: (sessionId, heard) => void listeners.set(sessionId, heard),
    fail,
  };
}

async function openPage(wire: Wire, beside?: string): Promise<Page> {
  const browserContextId = beside ?? String((await wire.send('Target.createBrowserContext', {}))['browserContextId']);
  const { targetId } = await wire.send('Target.createTarget', { url: 'about:blank', browserContextId });
  const { sessionId } = await wire.send('Target.attachToTarget', { targetId, flatten: true });
  const session = String(sessionId);
  const send: Wire['send'] = async (method, params) => await wire.send(method, params, session);
  const [said, fetched]: [string[], string[]] = [[], []];
  let loaded: () => void = () => undefined;
  wire.listen(session, (method, params) => {
    if (method === 'Page.loadEventFired') loaded();
    if (method === 'Network.requestWillBeSent') fetched.push((params['request'] as { url: string }).url);
    if (method === 'Log.entryAdded') said.push((params['entry'] as { text: string }).text);
    if (method === 'Runtime.exceptionThrown') said.push(JSON.stringify(params['exceptionDetails']));
    if (method === 'Page.javascriptDialogOpening') {
      said.push(`dialog: ${String(params['message'])}`);
      void send('Page.handleJavaScriptDialog', { accept: true });
    }
  });
  for (const domain of ['Page', 'Runtime', 'Network', 'Log', 'DOM']) await send(`${domain}.enable`, {});
  const evaluate = async <T>(expression: string, isolated = false): Promise<T> => {
    const { result, exceptionDetails } = await send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
      ...(isolated && { contextId: await isolatedWorld(send) }),
    });
    if (exceptionDetails !== undefined)
      throw new Error(`${expression.slice(0, 200)}: ${JSON.stringify(exceptionDetails)}`);
    return (result as { value: T }).value;
  };
  return {
    said,
    fetched,
    context: browserContextId,
    evaluate,
    async goto(url) {
      const over = new Promise<void>((resolve) => (loaded = resolve));
      const { errorText } = await send('Page.navigate', { url });
      if (errorText !== undefined) throw new Error(`${url}: ${JSON.stringify(errorText)}`);
      await over;
    },
    async media({ scheme = 'light', type = 'screen' }) {
      const features = [{ name: 'prefers-color-scheme', value: scheme }];
      await send('Emulation.setEmulatedMedia', { media: type, features });
    },
    async width(pixels, height = 800) {
      await send('Emulation.setDeviceMetricsOverride', { width: pixels, height, deviceScaleFactor: 1, mobile: false });
    },
    async front() {
      await send('Page.bringToFront', {});
    },
    async withoutScript() {
      await send('Emulation.setScriptExecutionDisabled', { value: true });
    },
    async press(key) {
      await send('Input.dispatchKeyEvent', { type: 'keyDown', ...keyOf(key) });
      await send('Input.dispatchKeyEvent', { type: 'keyUp', ...keyOf(key) });
    },
    async click(selector) {
      const { x, y } = await evaluate<{ x: number; y: number }>(
        `(() => { const e = document.querySelector(${JSON.stringify(selector)}); e.scrollIntoView({ block: 'center' }); const { x, y, width, height } = e.getBoundingClientRect(); return { x: x + width / 2, y: y + height / 2 }; })()`,
      );
      for (const type of ['mousePressed', 'mouseReleased'])
        await send('Input.dispatchMouseEvent', { type, x, y, button: 'left', clickCount: 1 });
    },
    async screenshot(selector) {
      const of =
        selector === undefined ? 'document.documentElement' : `document.querySelector(${JSON.stringify(selector)})`;
      const clip = await evaluate<object>(
        `(() => { const { x, y, width, height } = ${of}.getBoundingClientRect(); return { x: x + scrollX, y: y + scrollY, width, height, scale: 1 }; })()`,
      );
      const { data } = await send('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true, clip });
      return Buffer.from(String(data), 'base64');
    },
  };
}

async function isolatedWorld(send: Wire['send']): Promise<number> {
  const { frameTree } = await send('Page.getFrameTree', {});
  const { id: frameId } = (frameTree as { frame: { id: string } }).frame;
  const { executionContextId } = await send('Page.createIsolatedWorld', { frameId });
  return Number(executionContextId);
}

function keyOf(key: string): object {
  const codes: Readonly<Record<string, number>> = { Tab: 9, Enter: 13, Space: 32, Escape: 27 };
  const text = key === 'Enter' ? '\r' : key === 'Space' ? ' ' : key.length === 1 ? key : undefined;
  const windowsVirtualKeyCode = codes[key] ?? key.toUpperCase().charCodeAt(0);
  return { key: key === 'Space' ? ' ' : key, code: key, windowsVirtualKeyCode, ...(text !== undefined && { text }) };
}
