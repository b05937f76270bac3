import { parseByteSize } from '../../functions/core/byte-size.ts';
import { trafficBounds } from '../../functions/compile/declaration/traffic-bounds.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { didYouMean } from '../../functions/words/did-you-mean.ts';
import type { Arguments } from './usage.ts';

/** What the load does for others that use the target; goes with --dataset too, in place of what that says. */
export function readTraffic({ values }: Pick<Arguments, 'values'>, problems: string[]): Pick<LoadRequest, 'traffic'> {
  const number = (option: string, bounds: Bounds): number | undefined =>
    readNumber(option, values[option], bounds, problems);
  const maxLagSeconds = number('max-lag-seconds', { what: 'seconds' });
  const targetBatchMs = number('target-batch-ms', {
    what: 'milliseconds',
    ...trafficBounds.targetBatchMs,
    whole: true,
  });
  const lockTimeoutMs = number('lock-timeout-ms', {
    what: 'milliseconds',
    ...trafficBounds.lockTimeoutMs,
    whole: true,
  });
  const deadlineMinutes = number('deadline-minutes', { what: 'minutes', ...trafficBounds.deadlineMinutes });
  const traffic = {
    ...readWord('live', values['live'], ['auto', 'yes', 'no'], problems),
    ...readWord('indexes', values['indexes'], ['auto', 'keep', 'rebuild'], problems),
    ...readWord('atomic', values['atomic'], ['auto', 'yes', 'no'], problems),
    ...readLagBytes(values['max-lag-bytes'], problems),
    ...(maxLagSeconds !== undefined && { maxLagSeconds }),
    ...(targetBatchMs !== undefined && { targetBatchMs }),
    ...(lockTimeoutMs !== undefined && { lockTimeoutMs }),
    ...(deadlineMinutes !== undefined && { deadlineMinutes }),
  };
  return Object.keys(traffic).length === 0 ? {} : { traffic };
}

function readWord(
  option: string,
  typed: string | undefined,
  words: readonly string[],
  problems: string[],
): Record<string, string> {
  if (typed === undefined) return {};
  if (words.includes(typed)) return { [option]: typed };
  const all = `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  problems.push(`--${option}: "${typed}" is none; it is ${all}.${didYouMean(typed, words)}`);
  return {};
}

function readLagBytes(typed: string | undefined, problems: string[]): { maxLagBytes?: number } {
  if (typed === undefined) return {};
  const maxLagBytes = parseByteSize(typed);
  if (maxLagBytes !== null) return { maxLagBytes };
  problems.push(
    `--max-lag-bytes: "${typed}" is not a number of bytes above 0, nor one with a unit of PostgreSQL (kB, MB, GB, TB: powers of 1024), such as 20MB`,
  );
  return {};
}

interface Bounds {
  readonly what: string;
  readonly least?: number;
  readonly most?: number;
  /** Whole numbers only. */
  readonly whole?: true;
}

/** A number without a unit: the option's name has it. */
function readNumber(option: string, typed: string | undefined, bounds: Bounds, problems: string[]): number | undefined {
  if (typed === undefined) return undefined;
  const { what, least = 0, most = Number.MAX_VALUE, whole = false } = bounds;
  const number = Number(typed);
  const isNumber = whole ? /^\d+$/.test(typed) : /^\d+(?:\.\d+)?$/.test(typed);
  if (isNumber && number > 0 && number >= least && number <= most) return number;
  const range = bounds.most === undefined ? 'above 0' : `${least === 0 ? 'above 0' : `from ${least}`} up to ${most}`;
  problems.push(`--${option}: "${typed}" is not a ${whole ? 'whole ' : ''}number of ${what} ${range}, without a unit`);
  return undefined;
}

/** The statement of --throttle-query: it goes to the processes of this command, and into no request, which the ledger keeps. */
export function readThrottleQuery({ values }: Pick<Arguments, 'values'>, problems: string[]): string | null {
  const typed = values['throttle-query'];
  if (typed === undefined) return null;
  if (typed.trim() === '') problems.push("--throttle-query: it is empty; a statement answers one number: 'select ...'");
  return typed.trim();
}
