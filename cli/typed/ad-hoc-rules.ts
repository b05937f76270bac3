import {
  argumentOf,
  conflictRules,
  defaultRule,
  mayLackArgument,
  ruleNamed,
  typedRule,
} from '../../functions/conflict/all.ts';
import type { ConflictRule } from '../../functions/conflict/rule.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { namedLimitOptions, readNamedLimits } from './limit-options.ts';
import { columnOptions } from './column-options.ts';
import { readingOptions } from './reading/reading-options.ts';
import { supplyOptions } from './supply-options.ts';
import type { Arguments } from './usage.ts';

/** Options that describe an ad-hoc dataset beyond its table and key, with the words for their absence of --into. */
export const adHocOptions = [
  'key',
  'format',
  'delimiter',
  'quote',
  'null',
  ...readingOptions,
  'clean',
  ...supplyOptions,
  'sensitive',
  'lenient',
  'time-zone',
  ...columnOptions,
  'order',
  'conflict',
  'keep',
  'replace-where',
  'merge',
  'max-rejects',
  'max-reject-share',
  ...namedLimitOptions,
  'max-updated-share',
  'min-records',
  'max-records',
  'max-deleted-share',
  'allow-all-rejected',
  'max-record-bytes',
  'wait-for-parents',
  'count-by-day',
  'rule',
  'record-rule',
  'load-rule',
  'derive',
] as const;

/** The conflict rule and the limits of an ad-hoc dataset; what is wrong is added to `problems`. */
export function readAdHocRules(
  { values, lists, flags }: Pick<Arguments, 'values' | 'lists' | 'flags'>,
  problems: string[],
): Pick<LoadRequest, 'conflict' | 'replaceWhere' | 'limits'> {
  const conflict = readConflict(values['conflict'], values['keep'], problems);
  const limits = {
    ...readMaxRejects(values['max-rejects'], problems),
    ...readMaxShare('max-reject-share', values['max-reject-share'], problems),
    ...readMaxShare('max-updated-share', values['max-updated-share'], problems),
    ...readMaxShare('max-deleted-share', values['max-deleted-share'], problems),
    ...readNamedLimits({ lists }, problems),
    ...readRecords('min-records', values['min-records'], problems),
    ...readRecords('max-records', values['max-records'], problems),
    ...(flags.has('allow-all-rejected') && { allowAllRejected: true }),
    ...readMaxRecordBytes(values['max-record-bytes'], problems),
  };
  const replaceWhere = readReplaceWhere(lists['replace-where'], problems);
  return {
    ...(conflict && { conflict }),
    ...(replaceWhere && { replaceWhere }),
    ...(Object.keys(limits).length > 0 && { limits }),
  };
}

/** The rule of --conflict; the default where that names none, which is told elsewhere. */
export function ruleTyped(typed: string | undefined): ConflictRule {
  return ruleNamed(typed?.split('=')[0] ?? '') ?? defaultRule;
}

function readConflict(
  typed: string | undefined,
  keep: string | undefined,
  problems: string[],
): Record<string, unknown> | undefined {
  if (keep !== undefined && keep !== 'first' && keep !== 'last') {
    problems.push(`--keep: "${keep}" is neither first nor last: which record of a key that the file has several times`);
  }
  const [word = '', listed, ...more] = (typed ?? defaultRule.words[0]).split('=');
  const columns = listed?.split(',').map((name) => name.trim());
  const rule = ruleNamed(word);
  const argument = rule === null ? null : argumentOf(rule);
  if (rule === null || (argument === null && columns !== undefined)) {
    problems.push(`--conflict: "${typed}" is no rule; write ${inWords(conflictRules.map((each) => typedRule(each)))}`);
    return undefined;
  }
  const isMissing = rule !== null && columns === undefined && !mayLackArgument(rule);
  if (argument !== null && (isMissing || columns?.includes('') === true || more.length > 0))
    problems.push(`--conflict ${word} needs a column: ${typedRule(rule)}; ${rule.summary}`);
  if (keep !== undefined && !('winner' in rule.settings))
    problems.push(`--keep does not go with --conflict ${word}: ${rule.keeps}`);
  if (typed === undefined && keep === undefined) return undefined;
  return {
    rule: word,
    ...(argument !== null && columns !== undefined && { [argument]: columns.length === 1 ? columns[0] : columns }),
    ...(keep && { winner: keep }),
  };
}

/** COLUMN=VALUE, or COLUMN alone for the values that the file has. */
function readReplaceWhere(
  typed: readonly string[] | undefined,
  problems: string[],
): Readonly<Record<string, unknown>> | null {
  if (typed === undefined) return null;
  const scope = new Map<string, unknown>();
  for (const each of typed) {
    const at = each.indexOf('=');
    const column = (at === -1 ? each : each.slice(0, at)).trim();
    if (column === '')
      problems.push(`--replace-where: "${each}" names no column: COLUMN=VALUE, or COLUMN for the values of the file`);
    if (scope.has(column))
      problems.push(`--replace-where: ${column} is given twice; a file replaces one value of it, or those that it has`);
    scope.set(column, at === -1 ? { from: 'file' } : each.slice(at + 1));
  }
  return Object.fromEntries(scope);
}

function inWords(all: readonly string[]): string {
  return `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
}

function readMaxRejects(typed: string | undefined, problems: string[]): { maxRejects?: number } {
  if (typed === undefined) return {};
  const maxRejects = Number(typed);
  if (!/^\d+$/.test(typed) || !Number.isSafeInteger(maxRejects)) {
    problems.push(`--max-rejects: "${typed}" is not a whole number, 0 or more`);
  }
  return { maxRejects };
}

function readRecords(
  option: 'min-records' | 'max-records',
  typed: string | undefined,
  problems: string[],
): { minRecords?: number; maxRecords?: number } {
  if (typed === undefined) return {};
  const records = Number(typed);
  if (!/^\d+$/.test(typed) || !Number.isSafeInteger(records))
    problems.push(`--${option}: "${typed}" is not a whole number, 0 or more`);
  return option === 'min-records' ? { minRecords: records } : { maxRecords: records };
}

function readMaxRecordBytes(typed: string | undefined, problems: string[]): { maxRecordBytes?: number } {
  if (typed === undefined) return {};
  const maxRecordBytes = Number(typed);
  if (!/^\d+$/.test(typed) || !Number.isSafeInteger(maxRecordBytes) || maxRecordBytes < 1) {
    problems.push(`--max-record-bytes: "${typed}" is not a number of bytes; 32 MiB are 33554432`);
  }
  return { maxRecordBytes };
}

const shares = {
  'max-reject-share': 'maxRejectShare',
  'max-updated-share': 'maxUpdatedShare',
  'max-deleted-share': 'maxDeletedShare',
} as const;

function readMaxShare(
  option: keyof typeof shares,
  typed: string | undefined,
  problems: string[],
): Readonly<Record<string, number>> {
  if (typed === undefined) return {};
  const share = Number(typed);
  if (!/^(?:\d+(?:\.\d+)?|\.\d+)$/.test(typed) || share > 1) {
    problems.push(`--${option}: "${typed}" is not a share from 0 to 1; one in a hundred is 0.01`);
  }
  return { [shares[option]]: share };
}
