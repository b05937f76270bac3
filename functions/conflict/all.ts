import { z } from 'zod';
import type { ConflictChoice } from '../core/contract.ts';
import { append } from './append.ts';
import { insertOnly } from './insert-only.ts';
import { newerWins } from './newer-wins.ts';
import { patch } from './patch.ts';
import type { ConflictRule } from './rule.ts';
import { upsert } from './upsert.ts';

const shapes = [upsert.shape, insertOnly.shape, newerWins.shape, patch.shape, append.shape] as const;

/** Every rule, in the order in which they are shown. */
export const conflictRules: readonly ConflictRule[] = [upsert, insertOnly, newerWins, patch, append];

/** Where a dataset says nothing. */
export const defaultRule: ConflictRule = upsert;

/** The rule of a dataset, as a person writes it; it becomes the choice that a contract keeps. */
export const conflictShape = z
  .discriminatedUnion('rule', shapes)
  .default({ rule: 'upsert', winner: 'last' })
  .transform((written): ConflictChoice => ({ ...written, rule: ruleNamed(written.rule)?.name ?? written.rule }));

/** The rule that people call so, or null. */
export function ruleNamed(word: string): ConflictRule | null {
  return conflictRules.find(({ words }) => words.includes(word)) ?? null;
}

/** What a contract or a dataset has chosen. */
export function ruleOf({ conflict }: { readonly conflict: ConflictChoice }): ConflictRule {
  const rule = conflictRules.find(({ name }) => name === conflict.rule);
  if (rule === undefined) throw new Error(`no conflict rule is called ${conflict.rule}`);
  return rule;
}

/** How it is typed: `newer-wins=COLUMN`, or with the column of a choice. */
export function typedRule({ words, argument }: ConflictRule, choice: Partial<ConflictChoice> = {}): string {
  return argument === null ? words[0] : `${words[0]}=${choice[argument] ?? 'COLUMN'}`;
}
