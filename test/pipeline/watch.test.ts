import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCommand } from '../../cli/run.ts';
import type { Status } from '../../functions/operate/verbs/status.ts';
import { type Pipeline, testPipeline } from '../support/pipeline.ts';
import { standIn, type } from '../unit/cli/terminal.ts';

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await testPipeline('create table public.t (id integer primary key, n integer)');
});
afterEach(() => pipeline.end());

/** The command, until it is interrupted. */
function watching(words: readonly string[], more: object = {}): { printed: { out: string }; end(): Promise<number> } {
  const { context, printed } = standIn({ DATABASE_URL: pipeline.url });
  const interrupt = new AbortController();
  const ended = runCommand(['watch', ...words], { ...context, ...more, signal: interrupt.signal });
  return {
    printed,
    async end() {
      interrupt.abort();
      return await ended;
    },
  };
}

test('watch tells what begins and ends, with the numbers of status, and ends by Ctrl-C with 0', {
  timeout: 60_000,
}, async () => {
  const screens: (readonly string[])[] = [];
  const log = watching([]);
  const json = watching(['--json']);
  const drawn = watching([], {
    terminalColumns: () => 100,
    redrawLines: (lines: readonly string[]) => screens.push(lines),
  });
  let letGo = (): void => undefined;
  const halted = new Promise<void>((resolve) => (letGo = resolve));
  pipeline.before = async ({ event }) => {
    if (event['state'] === 'MergeLane') await halted;
  };
  const loading = pipeline.load(await pipeline.file('a.csv', 'id,n\n1,1\n2,x\n'), {
    into: 'public.t',
    businessKey: ['id'],
  });
  await expect.poll(() => log.printed.out).toMatch(/ load 1 into public\.t: merge 0 of 1 rows\n$/);
  const last = (): Status => JSON.parse(json.printed.out.trim().split('\n').at(-1) ?? '') as Status;
  await expect.poll(() => last().running.map(({ step }) => step)).toEqual(['merge']);
  const { out } = await type(['status', '--json'], standIn({ DATABASE_URL: pipeline.url }));
  expect(last()).toEqual(JSON.parse(out));
  expect(last().running).toMatchObject([
    {
      loadId: 1,
      target: 'public.t',
      bytesTotal: 13,
      // without the header
      bytesStaged: 8,
      recordsStaged: 2,
      slices: 1,
      slicesValidated: 1,
      rowsPlanned: 1,
      rowsMerged: 0,
    },
  ]);
  await expect
    .poll(() => screens.at(-1)?.join('\n'))
    .toMatch(/^load 1 +public\.t +.*a\.csv +merge +\d+ % +0 of 1 rows/m);
  letGo();
  await loading;
  await expect.poll(() => log.printed.out).toMatch(/ load 1 into public\.t: LOADED, 2 records, 1 rejected\n$/);
  await expect.poll(() => screens.at(-1)?.join('\n')).toMatch(/nothing runs[^]*LOADED/);
  await expect.poll(() => last().loads[0]?.outcome).toBe('LOADED');
  // what did not change is not told again
  const documents = json.printed.out.trim().split('\n');
  expect(new Set(documents).size).toBe(documents.length);
  expect(await Promise.all([log.end(), json.end(), drawn.end()])).toEqual([0, 0, 0]);
});
