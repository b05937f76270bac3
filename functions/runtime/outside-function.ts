import { LoadRejected } from '../protocol/errors.ts';
import type { outsideFunctions } from '../protocol/pipeline.ts';
import { databaseErrorFields } from '../db/errors.ts';
import type { LambdaContext } from './lambda-step.ts';
import { stepLog } from './log.ts';
import { toldError } from './told-error.ts';

/** A function outside the state machine. */
export interface OutsideFunction<Answer> {
  readonly name: (typeof outsideFunctions)[number];
  /** What each of a call's lines carries, from an event that nothing has judged yet. */
  readonly ids?: (event: Readonly<Record<string, unknown>>) => Record<string, unknown>;
  readonly run: (event: unknown, context: LambdaContext) => Promise<Answer>;
  /** What the line at the end says of the answer: ids and counts, never rows. */
  readonly logged: (answer: Answer) => Record<string, unknown>;
}

/**
 * The Lambda handler of a function outside the state machine: a line as it begins, and one as it ends or fails. What it throws
 * is logged whole by Lambda, and told by whoever called: it holds no secret and, of the database, no value.
 */
export function outsideFunction<Answer>({
  name,
  ids = () => ({}),
  run,
  logged,
}: OutsideFunction<Answer>): (event: unknown, context: LambdaContext) => Promise<Answer> {
  return async (event, context) => {
    const log = stepLog({ functionName: name, requestId: context.awsRequestId, ...onlyTexts(ids(fieldsOf(event))) });
    const startedAt = performance.now();
    const spent = (): { milliseconds: number } => ({ milliseconds: Math.round(performance.now() - startedAt) });
    log.info('function begun');
    try {
      const answer = await run(event, context);
      log.info('function done', { ...logged(answer), ...spent() });
      return answer;
    } catch (error) {
      const told = toldError(error);
      log.error('function failed', { ...failureFields(error, told), ...spent() });
      throw told;
    }
  };
}

/** The log makes them printable and takes secrets out. */
function failureFields(error: unknown, told: unknown): Record<string, unknown> {
  const { name, message } = told instanceof Error ? told : { name: typeof told, message: String(told) };
  const code = error instanceof LoadRejected ? { code: error.code } : databaseErrorFields(error);
  return { error: name, words: message, ...code };
}

/** Whatever came is no id but a text; an ARN is the longest. */
const idCharacters = 300;

function onlyTexts(fields: Readonly<Record<string, unknown>>): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.slice(0, idCharacters) : null,
    ]),
  );
}

function fieldsOf(event: unknown): Readonly<Record<string, unknown>> {
  return typeof event === 'object' && event !== null ? (event as Readonly<Record<string, unknown>>) : {};
}
