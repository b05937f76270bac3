import { z } from 'zod';
import { printable } from '../core/printable.ts';
import { second } from '../words/quantities.ts';
import { didYouMean } from '../words/did-you-mean.ts';
import { execute, one } from '../db/client.ts';
import { inTurn } from '../ledger/operations/operating.ts';
import type { TurnRow } from '../ledger/operations/operating-sql.ts';
import { insertOperation, updateOperation } from '../ledger/operations/operations-sql.ts';
import { requireTrustedLedger } from '../ledger/trust/trusted-ledger.ts';
import { redacted } from '../runtime/redacted.ts';
import type { OperateDeps } from './deps.ts';
import { OperationRefused, UsageError } from './errors.ts';
import type { OperateVerb } from './verb.ts';
import { operateVerbs } from './verbs/all.ts';
import { doctor } from './verbs/doctor.ts';

/** What the function is called with: who asks, and why. */
export const operateCall = z.strictObject({
  verb: z.string(),
  input: z.record(z.string(), z.unknown()).default({}),
  by: z.string().min(1, 'say who asks: user@host, or the ARN of the caller'),
  why: z.string().min(1).nullable().default(null),
});
/**
 * Runs one verb over a ledger that may be trusted (doctor looks at that itself), and answers what it answers. A verb that changes
 * something is written to landfall.operations before, and what came of it afterwards; two such verbs never run at once.
 * @throws UsageError where the input makes no sense, OperationRefused where it would do harm, LedgerUntrusted.
 */
export async function operate(event: unknown, deps: OperateDeps): Promise<unknown> {
  const call = operateCall.safeParse(event);
  if (!call.success)
    throw new UsageError(call.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
  const verb = verbOf(call.data.verb);
  const input = verb.parse(call.data.input);
  if (verb !== doctor) await requireTrustedLedger(deps.db, deps.ledgerOwner);
  if (!verb.changes) return await verb.run(input, deps, call.data.why, call.data.by);
  return await audited(verb, { ...call.data, input }, deps);
}

function verbOf(name: string): OperateVerb {
  const verb = operateVerbs.find((known) => known.name === name);
  if (verb !== undefined) return verb;
  const names = operateVerbs.map((known) => known.name);
  throw new UsageError([`"${name}" is not a verb.${didYouMean(name, names)} There are: ${names.join(', ')}`]);
}

interface Asked {
  readonly input: Record<string, unknown>;
  readonly by: string;
  readonly why: string | null;
}

async function audited(verb: OperateVerb, asked: Asked, deps: OperateDeps): Promise<unknown> {
  return await inTurn(deps.db, { verb: verb.name, by: asked.by, refused }, () => writtenDown(verb, asked, deps));
}

function refused({ verb, by, began_at: beganAt, pid, role }: TurnRow): Error {
  const since = second(beganAt.toISOString());
  return new OperationRefused(
    `${printable(by)} runs ${printable(verb)} since ${since} (process ${pid} of the server, role ${printable(role)}), and changes come one after the other: wait for its end and type this again, or end it: select pg_terminate_backend(${pid});`,
  );
}

async function writtenDown(verb: OperateVerb, { input, by, why }: Asked, deps: OperateDeps): Promise<unknown> {
  const { db } = deps;
  const about = { loadId: numberOf(input['loadId']), target: textOf(input['target']) };
  const { operation_id: operationId } = await one<{ operation_id: number }>(
    db,
    insertOperation({ verb: verb.name, ...about, input, by, why }),
  );
  try {
    const answer = await verb.run(input, deps, why, by);
    await execute(db, updateOperation(operationId, { answer, ...aboutOf(answer) }));
    return answer;
  } catch (error) {
    const { name, message } = error as Error;
    const told =
      name === 'OperationRefused' || name === 'UsageError'
        ? { refused: redacted(message) }
        : { failed: redacted(`${name}: ${message}`) };
    // the first error is what a person needs; that the audit could not be written is behind it
    await execute(db, updateOperation(operationId, { answer: told, loadId: null, target: null })).catch(
      () => undefined,
    );
    throw error;
  }
}

function aboutOf(answer: unknown): { loadId: number | null; target: string | null } {
  const fields = (typeof answer === 'object' && answer !== null ? answer : {}) as Record<string, unknown>;
  return { loadId: numberOf(fields['loadId']), target: textOf(fields['target']) };
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
