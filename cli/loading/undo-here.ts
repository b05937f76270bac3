import type { Context } from '../context.ts';
import type { Execution } from '../../localstack/embedded/machine/runner.ts';
import { causeMessage } from '../../functions/words/cause-message.ts';
import { redact, secretsOf } from '../../functions/core/redact.ts';
import { commandLine } from '../context.ts';
import { namedDatabase } from '../database/database.ts';
import { askHere, type Question } from '../operating/operator.ts';
import { CommandError } from '../typed/usage.ts';
import type { Arguments } from '../typed/usage.ts';
import type { Engine } from './engine.ts';
import { withLoadSession } from './session.ts';

/** Undoes a load on this machine: the execution that a stack would start is run by this command, and its result is the answer. */
export async function undoHere(
  question: Question & { readonly input: { readonly loadId: number } },
  { values }: Arguments,
  context: Context,
  tell: (question: Question, answer: unknown) => Promise<number>,
): Promise<number> {
  const { loadId } = question.input;
  const database = namedDatabase(values['database-url'], context);
  return await withLoadSession(database, context, { small: true }, async ({ engine, target, connect, signal }) => {
    const started: Execution[] = [];
    const startUndo: NonNullable<Parameters<typeof askHere>[1]['startUndo']> = async (request) => {
      await engine.declare();
      const execution = engine.undo(request);
      started.push(execution);
      return execution.id;
    };
    await connect((db) => askHere(question, { db, target, startUndo }, context));
    for (const execution of started) await ended(execution, { loadId, signal, url: target.url, engine });
    const asked = { verb: 'undone', input: { loadId }, why: null };
    return await tell(asked, await connect((db) => askHere(asked, { db, target }, context)));
  });
}

async function ended(
  execution: Execution,
  {
    loadId,
    signal,
    url,
    engine,
  }: { readonly loadId: number; readonly signal: AbortSignal; readonly url: string; readonly engine: Engine },
): Promise<void> {
  const abort = (): void => execution.abort();
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  const result = await execution.result;
  signal.removeEventListener('abort', abort);
  // the command says what happened; that the ledger does not is no reason to say less
  if (result.status !== 'SUCCEEDED')
    await engine
      .recordEnd({ executionId: execution.id, request: { loadId, attempt: 0 }, result })
      .catch(() => undefined);
  const again = `${commandLine(`undo ${loadId}`)} goes on where it stopped`;
  switch (result.status) {
    case 'SUCCEEDED': {
      const { refused = null } = result.output as { readonly refused?: string | null };
      if (refused !== null) throw new CommandError(refused);
      return;
    }
    case 'FAILED': {
      const message = redact(causeMessage(result.cause), secretsOf(process.env, [url]));
      throw new CommandError(`load ${loadId} is undone in part: ${message}\n${again}`);
    }
    case 'ABORTED':
      signal.throwIfAborted();
      throw new CommandError(`load ${loadId} is undone in part: the command was interrupted. ${again}`);
  }
}
