import { setTimeout as wait } from 'node:timers/promises';

/** Asks every 200 ms until the answer is not null; throws, naming what was waited for, once the time is over. */
export async function until<T>(what: string, milliseconds: number, ask: () => Promise<T | null>): Promise<T> {
  const deadline = performance.now() + milliseconds;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${milliseconds / 1_000} s in vain until ${what}`);
    await wait(200);
  }
}
