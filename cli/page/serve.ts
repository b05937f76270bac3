import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { printable } from '../../functions/core/printable.ts';
import { maybeOne } from '../../functions/db/client.ts';
import { selectPagePath } from '../../functions/ledger/loads/report/past-loads-sql.ts';
import type { Status } from '../../functions/operate/verbs/status.ts';
import { openRulesInWords } from '../../functions/words/summary-lines/open-rejects-lines.ts';
import type { Context } from '../context.ts';
import { listenHere } from '../local-server.ts';
import type { LoadSession } from '../loading/load-one.ts';
import { askHere } from '../operating/operator.ts';
import { commandAt, type TypedPlace } from '../typed/command-at.ts';
import { CommandError, UsageError } from '../typed/usage.ts';
import { type Now, watcher } from '../watching/now.ts';
import { answerHeld, type Loaded } from './answers.ts';
import { document, policy } from './document.ts';
import { cookieName, judge, type Keys } from './door.ts';
import { Unfit, type Uploads, uploadsOf } from './uploads.ts';

/** Between two looks into the ledger, while somebody has the page open. */
const pauseMs = 1_000;

/** Pages that are open at once; of the connections below enough are left for what they ask. */
const mostListeners = 20;

/** Who has read nothing for so long is hung up on: a browser asks anew. */
const patienceMs = 60_000;

/** Of a body that is no file. */
const mostBodyBytes = 10_000;

/** A page that is served. */
export interface Served {
  /** With its token. */
  readonly url: string;
  /** Once nobody is answered any more. */
  readonly closed: Promise<void>;
}

/**
 * Serves the page of `dev` at 127.0.0.1 until the command ends. Who may ask is in door.ts.
 * @param port 0: any that is free
 * @throws CommandError where the port is taken
 */
export async function servePage(
  { port, typed, loaded }: { readonly port: number; readonly typed: TypedPlace; readonly loaded: Loaded },
  session: LoadSession,
  context: Context,
): Promise<Served> {
  const key = (): string => randomBytes(24).toString('base64url');
  const keys = { token: key(), session: key(), port };
  const uploads = uploadsOf(session, context);
  const listeners = new Set<ServerResponse>();
  const routes = routesOf({ session, context, uploads, listeners, typed, loaded });
  const server = createServer({ connectionsCheckingInterval: 1_000 }, (request, response) => {
    answer(request, response, { ...keys, port: (server.address() as AddressInfo).port }, routes).catch(
      (error: unknown) => {
        request.resume();
        fail(response, error, context);
      },
    );
  });
  server.headersTimeout = 5_000;
  server.maxConnections = 50;
  const own = await listenHere(server, port, { name: 'the page', option: '--page-port' });
  const telling = tell(listeners, { session, context, typed });
  const closed = (async () => {
    await telling;
    for (const listener of listeners) listener.end();
    server.close();
    server.closeAllConnections();
    await uploads.close();
  })();
  return { url: `http://127.0.0.1:${own}/?token=${keys.token}`, closed };
}

/** On every answer: nothing of it is kept, guessed at, or seen by another site. */
const guarded = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

type Route = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> | void;

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  keys: Keys,
  routes: Readonly<Record<string, Route>>,
): Promise<void> {
  const { method = '', url = '/', headers } = request;
  for (const [name, value] of Object.entries(guarded)) response.setHeader(name, value);
  const judged = judge({ method, url, headers }, keys);
  if (judged.is === 'out') {
    // with its connection: nobody reads what a stranger goes on to send
    const leave = { 'content-type': 'text/plain; charset=utf-8', connection: 'close' };
    response.writeHead(judged.status, leave).end(`${judged.why}\n`);
    return;
  }
  if (judged.is === 'greet') {
    const cookie = `${cookieName(keys.port)}=${keys.session}; HttpOnly; SameSite=Strict; Path=/`;
    response.writeHead(303, { 'set-cookie': cookie, location: '/' }).end();
    return;
  }
  const asked = new URL(url, 'http://page');
  const [, first = ''] = asked.pathname.split('/');
  const name = `${method} /${first}`;
  const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
  if (route === undefined) {
    request.resume();
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('there is no such page\n');
    return;
  }
  await route(request, response, asked);
}

interface Serving {
  readonly session: LoadSession;
  readonly context: Context;
  readonly uploads: Uploads;
  readonly listeners: Set<ServerResponse>;
  readonly typed: TypedPlace;
  readonly loaded: Loaded;
}

function routesOf({ session, context, uploads, listeners, typed, loaded }: Serving): Readonly<Record<string, Route>> {
  const held =
    (verb: 'approve' | 'decline'): Route =>
    async (request, response) => {
      const { loadId, reason } = await bodyOf(request);
      if (typeof loadId !== 'number' || !Number.isSafeInteger(loadId) || loadId < 1) throw new Unfit('which load?');
      const why = typeof reason === 'string' && reason.trim() !== '' ? reason.trim() : null;
      if (verb === 'decline' && why === null) throw new Unfit('say why: who sent the file has to know');
      json(response, { said: await answerHeld({ verb, loadId, reason: why }, { session, typed, loaded }, context) });
    };
  const ofUpload =
    (use: (id: string) => Promise<string>): Route =>
    async (request, response) => {
      const { id } = await bodyOf(request);
      json(response, { said: await use(typeof id === 'string' ? id : '') });
    };
  return {
    'GET /': (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy });
      response.end(document);
    },
    'GET /events': (_, response) => {
      if (listeners.size >= mostListeners) {
        // a browser asks no more then, and the page says so
        response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8' }).end('too many pages are open\n');
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      // what is written at once tells the browser that it is connected
      response.write(': landfall\n\n');
      listeners.add(response);
      response.once('close', () => listeners.delete(response));
    },
    'GET /datasets': async (_, response) => json(response, { datasets: await uploads.datasets() }),
    'GET /reports': async (_, response, url) => {
      const [, , loadId = ''] = url.pathname.split('/');
      const page = /^[1-9]\d{0,14}$/.test(loadId) ? await writtenPage(Number(loadId), session) : null;
      if (page === null) {
        response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
        response.end('this load has no page on this machine (yet): landfall explain tells of it\n');
        return;
      }
      // the file has a policy of its own; in an origin of its own it reaches nothing of this server
      const headers = {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': 'sandbox allow-scripts',
      };
      response.writeHead(200, headers).end(page);
    },
    'POST /approve': held('approve'),
    'POST /decline': held('decline'),
    'POST /files': async (request, response, url) => {
      const { name = '', dataset = '' } = Object.fromEntries(url.searchParams);
      json(response, await uploads.take({ name, dataset }, request));
    },
    'POST /load': ofUpload(uploads.land),
    'POST /forget': ofUpload(uploads.forget),
  };
}

function json(response: ServerResponse, value: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

async function bodyOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  if (request.headers['content-type'] !== 'application/json') throw new Unfit('this is no JSON');
  let text = '';
  // the request stays open where it is too long: its answer goes the same way
  for await (const part of request.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    text += String(part);
    if (text.length > mostBodyBytes) throw new Unfit('this is too long');
  }
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null) return body as Readonly<Record<string, unknown>>;
  } catch {
    // said below
  }
  throw new Unfit('this is no JSON');
}

/** What a person can do something about is told; the rest is a bug, told as such without its inside. */
function fail(response: ServerResponse, error: unknown, { err, signal }: Context): void {
  const isTold = error instanceof Unfit || error instanceof CommandError || error instanceof UsageError;
  if (!isTold && !response.destroyed && !signal.aborted)
    err(
      `the page: this should not have happened; what follows is for whoever mends it.\n${(error as Error).stack ?? String(error)}\n`,
    );
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const trouble = isTold
    ? printable(error.message, 2_000)
    : 'this should not have happened: the terminal of landfall dev says more';
  json(response, { trouble }, isTold ? 400 : 500);
}

/** report.html of a load; only below the folder of this command's own reports, since the path comes from the ledger. */
async function writtenPage(loadId: number, { connect, reports }: LoadSession): Promise<Buffer | null> {
  if (!reports.startsWith('file://')) return null;
  const below = fileURLToPath(reports.endsWith('/') ? reports : `${reports}/`);
  const pagePath = await connect(async (db) => {
    const row = await maybeOne<{ page_path: string | null }>(db, selectPagePath(loadId));
    return row?.page_path ?? undefined;
  });
  if (pagePath === undefined || !pagePath.startsWith(below) || resolve(pagePath) !== pagePath) return null;
  return await readFile(pagePath).catch(() => null);
}

/** What a person cannot see, or what turns the direction of text, is spelt out; a text of more than 1,000 characters is cut. */
function visible(_name: string, value: unknown): unknown {
  return typeof value === 'string' ? printable(value, 1_000) : value;
}

/** With the words and commands of what is open: the page has no part of the program that makes them. */
function shownOnPage(now: Now, command: (rest: string) => string): object {
  const { newest, ...all } = now.openRejects;
  const open = newest.map(({ loadId, target, dataset, open: left, rejected, ...broken }) => ({
    ...{ loadId, target, dataset, open: left, rejected },
    rules: openRulesInWords({ loadId, target, open: left, ...broken }),
    commands: [command(`rejects ${loadId}`), command(`replay ${loadId}`)],
  }));
  return { ...now, openRejects: { ...all, newest: open } };
}

/** What a page was told last, and when. */
type Told = WeakMap<ServerResponse, { readonly data: string; readonly at: number }>;

/** Each event is all of what runs, so one who reads slowly gets the newest and not each: nothing piles up for them. */
function tellOne(listener: ServerResponse, data: string, told: Told): void {
  const last = told.get(listener);
  if (listener.writableLength > 0) {
    if (last !== undefined && performance.now() - last.at > patienceMs) listener.destroy();
    return;
  }
  if (last?.data === data) return;
  listener.write(data);
  told.set(listener, { data, at: performance.now() });
}

/** Tells everybody who has the page open what runs, as often as it changes. */
async function tell(
  listeners: ReadonlySet<ServerResponse>,
  { session, context, typed }: Pick<Serving, 'session' | 'context' | 'typed'>,
): Promise<void> {
  const command = commandAt(typed);
  const see = watcher(context.typedIn);
  const question = { verb: 'status', input: {}, why: null };
  const told: Told = new WeakMap();
  while (!context.signal.aborted) {
    if (listeners.size > 0) {
      const event = await session
        .connect((db) => askHere(question, { db, target: session.target }, context))
        .then(
          (status) => ({ now: shownOnPage(see(status as Status), command), trouble: null }),
          (error: unknown) => ({ now: null, trouble: printable((error as Error).message) }),
        );
      const data = `data: ${JSON.stringify(event, visible)}\n\n`;
      for (const listener of listeners) tellOne(listener, data, told);
    }
    await sleep(pauseMs, undefined, { signal: context.signal }).catch(() => undefined);
  }
}
