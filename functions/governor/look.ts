import type { Sql } from '../core/sql.ts';
import { one, transaction, type Db } from '../db/client.ts';
import { isDatabaseAway, sqlState } from '../db/errors.ts';
import { wordsOfError } from './error-words.ts';
import { selectSeen, selectServer, type Server } from './server-sql.ts';
import type { Asked, AskedSignal, Earlier, Reading, SeenSignal, Signal } from './signal.ts';
import { signals } from './signals/all.ts';

/** What all signals show now. */
export type Look = (db: Db, asked: Asked) => Promise<readonly Reading[]>;

/** 60 s: what a signal compares with is that old at most. */
const rememberedMs = 60_000;
/** 2 s: what is read is the server's memory; a look that takes longer says that the server has other troubles. */
const lookMs = 2_000;
const QUERY_CANCELED = '57014';

/** What one call has seen so far. */
interface Memory {
  server: Server | null;
  /** By signal, oldest first. */
  readonly earlier: Map<string, readonly Earlier<unknown>[]>;
  /** Signals that this server or role does not let be asked, with its words. */
  readonly refused: Map<string, string>;
  /** The same, for one look. */
  readonly notNow: Map<string, string>;
}

/**
 * Looks that remember each other, for signals that tell by comparing. Held for one call: the first look asks what there is
 * to see on this server as well, each later one is a statement for all signals of ours and one for the owner's.
 */
export function looker(clock: () => number = () => performance.now(), among: readonly Signal[] = signals): Look {
  const memory: Memory = { server: null, earlier: new Map(), refused: new Map(), notNow: new Map() };
  return async (db, asked) => {
    memory.server ??= await one<Server>(db, selectServer());
    memory.notNow.clear();
    const seen = await seenBy(db, among.filter(isSeen), { asked, server: memory.server, memory });
    const readings: Reading[] = [];
    for (const signal of among) {
      readings.push(
        ...(isSeen(signal)
          ? judged(signal, seen[signal.name] ?? null, { asked, server: memory.server, memory, atMs: clock() })
          : await signal.read(db, asked)),
      );
    }
    return readings;
  };
}

/** A look by itself at the server alone: nothing of the ledger is read, nor of any target. */
export async function lookAtServer(db: Db): Promise<readonly Reading[]> {
  const nobody: Asked = { target: { schema: '', table: '', oid: 0 }, targetName: '', loadId: 0, traffic: {} };
  const ofServer = signals.filter(({ isOfLoad }) => isOfLoad !== true);
  return await looker(undefined, ofServer)(db, nobody);
}

/** A look by itself. */
export const look: Look = (db, asked) => looker()(db, asked);

function isSeen(signal: AskedSignal | SeenSignal): signal is SeenSignal {
  return 'expression' in signal;
}

interface Circumstances {
  readonly asked: Asked;
  readonly server: Server;
  readonly memory: Memory;
}

type Seen = Readonly<Record<string, unknown>>;

interface Wanted {
  readonly name: string;
  readonly expression: Sql;
}

/** All in one statement; where the server refuses that, each by itself, so that one takes nobody else's sight. */
async function seenBy(db: Db, seeing: readonly SeenSignal[], circumstances: Circumstances): Promise<Seen> {
  const { asked, server, memory } = circumstances;
  const wanted = seeing.flatMap((signal): Wanted[] => {
    const expression = memory.refused.has(signal.name) ? null : signal.expression(asked, server);
    return expression === null ? [] : [{ name: signal.name, expression }];
  });
  if (wanted.length === 0) return {};
  try {
    return await readSeen(db, wanted);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (sqlState(error) !== QUERY_CANCELED) return await seenAlone(db, wanted, memory);
    for (const { name } of wanted) memory.notNow.set(name, `no answer within ${lookMs / 1_000} s`);
    return {};
  }
}

/** One that takes no answer from this server takes nobody else's sight, and is not asked again by this call. */
async function seenAlone(db: Db, wanted: readonly Wanted[], { refused }: Memory): Promise<Seen> {
  const seen: Record<string, unknown> = {};
  for (const each of wanted) {
    try {
      Object.assign(seen, await readSeen(db, [each]));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refused.set(each.name, wordsOfError(error));
    }
  }
  return seen;
}

async function readSeen(db: Db, wanted: readonly Wanted[]): Promise<Seen> {
  const limits = { lockTimeoutMs: lookMs, statementTimeoutMs: lookMs };
  return await transaction(db, limits, () => one<Seen>(db, selectSeen(wanted)));
}

/** The server answered, and the connection stands. */
function isRefusal(error: unknown): boolean {
  return sqlState(error) !== null && !isDatabaseAway(error);
}

function judged(
  signal: SeenSignal,
  seen: unknown,
  circumstances: Circumstances & { atMs: number },
): readonly Reading[] {
  const { asked, server, memory, atMs } = circumstances;
  const why = memory.refused.get(signal.name) ?? memory.notNow.get(signal.name);
  if (why !== undefined) return [{ signal: signal.name, health: 'unknown', figure: why }];
  const earlier = (memory.earlier.get(signal.name) ?? []).filter((each) => each.atMs > atMs - rememberedMs);
  memory.earlier.set(signal.name, [...earlier, { atMs, seen }]);
  return seen === null ? [] : signal.judge(seen, { asked, server, atMs, earlier });
}
