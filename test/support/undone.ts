import { operate } from '../../functions/operate/operate.ts';
import type { OperateDeps } from '../../functions/operate/deps.ts';
import type { Execution } from '../../localstack/embedded/machine/runner.ts';
import type { Pipeline } from './pipeline.ts';
import { datasets } from './sample-datasets.ts';

/** What an undo did, as `landfall undo --json` says it. */
export interface Undone {
  readonly restored: number;
  readonly removed: number;
  readonly returned: number;
  readonly untouched: number;
  readonly kept: number;
  readonly keptBy: Readonly<Record<string, number>>;
  readonly endedAt?: string | null;
  readonly rows?: readonly { readonly why: string; readonly key: string; readonly message: string }[];
}

/** Asks a verb of an undo; `started` is given the execution that it starts. */
export async function askUndo(
  pipeline: Pipeline,
  verb: 'undo' | 'undone' | 'undo-plan',
  input: { readonly loadId: number | null; readonly most?: number },
  started: Execution[] = [],
): Promise<Undone> {
  return (await askVerb(pipeline, verb, input, started)) as Undone;
}

/** Asks a verb of the operators that starts nothing but undos; answers what its JSON says. */
export async function askVerb(
  pipeline: Pipeline,
  verb: string,
  input: object,
  started: Execution[] = [],
): Promise<unknown> {
  const deps: Omit<OperateDeps, 'db'> = {
    place: 'test',
    ledgerOwner: null,
    executions: {
      start: () => Promise.reject(new Error('an undo starts no load')),
      stop: async () => undefined,
      lookAt: async () => null,
    },
    startUndo: async ({ loadId }) => {
      const execution = pipeline.undo(loadId);
      started.push(execution);
      return execution.id;
    },
    objects: { bucket: 'file://', sources: null, list: () => nothing() },
    datasets,
    ownerIsAlive: () => true,
    now: () => new Date(),
    millisecondsLeft: () => Infinity,
    recordBytes: 1_000_000,
  };
  const asked = { verb, input, by: 'ana@laptop', why: null };
  const answer = await pipeline.connect((db) => operate(asked, { db, ...deps }));
  return JSON.parse(JSON.stringify(answer)) as unknown;
}

async function* nothing(): AsyncGenerator<never> {}

/** Undoes a load to its end, as the command does; answers what became of its rows. */
export async function undoLoad(pipeline: Pipeline, loadId: number | null): Promise<Undone> {
  const started: Execution[] = [];
  await askUndo(pipeline, 'undo', { loadId }, started);
  for (const execution of started) {
    const result = await execution.result;
    if (result.status !== 'SUCCEEDED') throw new Error(`the undo ended ${JSON.stringify(result)}`);
    const { refused = null } = result.output as { readonly refused?: string | null };
    if (refused !== null) throw new Error(refused);
  }
  return await askUndo(pipeline, 'undone', { loadId, most: 1_000 });
}
