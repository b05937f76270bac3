import { parseByteSize } from '../../functions/core/byte-size.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import type { Arguments } from './usage.ts';

/** What the load does for others that use the target; goes with --dataset too, in place of what that says. */
export function readTraffic({ values }: Pick<Arguments, 'values'>, problems: string[]): Pick<LoadRequest, 'traffic'> {
  const traffic = {
    ...readWord('live', values['live'], ['auto', 'yes', 'no'], problems),
    ...readWord('indexes', values['indexes'], ['auto', 'keep', 'rebuild'], problems),
    ...readLagBytes(values['max-lag-bytes'], problems),
    ...readLagSeconds(values['max-lag-seconds'], problems),
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
  if (!words.includes(typed)) {
    problems.push(`--${option}: "${typed}" is none; it is ${words.slice(0, -1).join(', ')} or ${words.at(-1)}`);
  }
  return { [option]: typed };
}

function readLagBytes(typed: string | undefined, problems: string[]): { maxLagBytes?: number } {
  if (typed === undefined) return {};
  const maxLagBytes = parseByteSize(typed);
  if (maxLagBytes === null) {
    problems.push(`--max-lag-bytes: "${typed}" is not a number of bytes, nor one with a unit like 20MB`);
    return {};
  }
  return { maxLagBytes };
}

function readLagSeconds(typed: string | undefined, problems: string[]): { maxLagSeconds?: number } {
  if (typed === undefined) return {};
  const maxLagSeconds = Number(typed);
  if (!/^\d+(?:\.\d+)?$/.test(typed) || maxLagSeconds === 0) {
    problems.push(`--max-lag-seconds: "${typed}" is not a number of seconds above 0`);
  }
  return { maxLagSeconds };
}

/** The statement of --throttle-query: it goes to the processes of this command, and into no request, which the ledger keeps. */
export function readThrottleQuery({ values }: Pick<Arguments, 'values'>, problems: string[]): string | null {
  const typed = values['throttle-query'];
  if (typed === undefined) return null;
  if (typed.trim() === '') problems.push("--throttle-query: it is empty; a statement answers one number: 'select ...'");
  return typed.trim();
}
