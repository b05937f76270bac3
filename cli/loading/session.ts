import { stat } from 'node:fs/promises';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { directoryBucket } from '../../functions/core/object-url.ts';
import type { Context } from '../context.ts';
import {
  ensureLedger,
  type namedDatabase,
  openTarget,
  requireLoadable,
  withDatabasePatiently,
} from '../database/database.ts';
import { type SessionOptions, startEngine } from './engine.ts';
import { telemetryOf } from '../telemetry/telemetry.ts';
import type { LoadSession } from './load-one.ts';
import { reportsOf } from './reports-of.ts';

/**
 * Everything that loads need, taken and given back: functions' processes, a checked database with its ledger. The
 * processes come first: they take longest to come up. No connection is held while loads run: where many commands share a
 * server, each would keep one from the others' functions.
 */
export async function withLoadSession<T>(
  database: ReturnType<typeof namedDatabase>,
  context: Context,
  options: SessionOptions,
  use: (session: LoadSession) => Promise<T>,
): Promise<T> {
  const target = await openTarget(database, context, { start: true });
  if (target === null) throw new Error('the embedded server was started and is not there');
  const engine = startEngine(target.url, context, options);
  try {
    const connect: LoadSession['connect'] = async (run) => await withDatabasePatiently(target, context, run);
    await connect(async (db) => {
      await requireLoadable(db, target.url, context);
      await ensureLedger(db, target, context);
    });
    context.signal.throwIfAborted();
    const telemetry = await telemetryOf(context.env, target, context.err, context.typedIn);
    try {
      return await use({ engine, target, connect, signal: context.signal, telemetry, reports: reportsOf(context) });
    } finally {
      await telemetry.flush();
    }
  } finally {
    await engine.close();
  }
}

/** Files below this size are one slice: they need one process. */
const smallBytes = 1_000_000;

/** Whether all objects are small local files. */
export async function allSmall(requests: readonly LoadRequest[]): Promise<boolean> {
  for (const { bucket, key, sliceBytes, objects = [{ key }], manifest } of requests) {
    if (bucket !== directoryBucket || sliceBytes !== undefined || manifest === true) return false;
    let size = 0;
    for (const each of objects) {
      size += await stat(each.key).then(
        (found) => found.size,
        () => 0,
      );
      if (size > smallBytes) return false;
    }
  }
  return true;
}
