import type { Db } from '../db/client.ts';
import type { Asked, Reading, Work } from './signal.ts';
import { signals } from './signals/all.ts';

/** What all signals that concern this work show now. */
export async function look(db: Db, work: Work, asked: Asked): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  for (const signal of signals) {
    if (signal.concerns.includes(work)) readings.push(...(await signal.read(db, asked)));
  }
  return readings;
}
