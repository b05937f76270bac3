import type { ConflictChoice, Contract } from '../core/contract.ts';
import { append } from './append.ts';
import { asOldAsItsLoad } from './as-old-as-its-load.ts';
import { history } from './history.ts';
import { insertOnly } from './insert-only.ts';
import { newerWins } from './newer-wins.ts';
import { operations } from './operations.ts';
import { patch } from './patch.ts';
import { replace } from './replace.ts';
import type { ConflictRule } from './rule.ts';
import { updateOnly } from './update-only.ts';
import { upsert } from './upsert.ts';

const rules = [upsert, insertOnly, updateOnly, newerWins, patch, replace, operations, history, append] as const;

/** Every rule, in the order in which they are shown. */
export const conflictRules: readonly ConflictRule[] = rules;

/** Where a dataset says nothing. */
export const defaultRule: ConflictRule = upsert;

/** Where nothing tells rows apart: the rule that asks for no key. */
export const keylessRule: ConflictRule = append;

/** What a person writes in a dataset: one of the rule's words, and its settings. */
export type WrittenConflict = Written<(typeof rules)[number]>;

type Written<Rule extends ConflictRule> = Rule extends ConflictRule
  ? { rule: Rule['words'][number] } & Columns<Rule['settings']> &
      OptionalColumns<Rule['settings']> &
      Flags<Rule['settings']> &
      Texts<Rule['settings']> &
      Words<Rule['settings']>
  : never;
type Columns<Settings> = {
  [Name in keyof Settings as Settings[Name] extends 'columns' | 'column'
    ? Name
    : never]: Settings[Name] extends 'column' ? string : string | readonly string[];
};
type OptionalColumns<Settings> = {
  [Name in keyof Settings as Settings[Name] extends 'column or none' | { readonly byDefault: string } ? Name : never]?:
    | string
    | undefined;
};
type Flags<Settings> = {
  [Name in keyof Settings as Settings[Name] extends 'flag' ? Name : never]?: boolean | undefined;
};
type Texts<Settings> = {
  [Name in keyof Settings as Settings[Name] extends 'texts' ? Name : never]?: readonly string[] | undefined;
};
type Words<Settings> = {
  [Name in keyof Settings as Settings[Name] extends string | { readonly byDefault: string } ? never : Name]?:
    | (Settings[Name] extends readonly (infer Word)[] ? Word : never)
    | undefined;
};

/** The rule that people call so, or null. */
export function ruleNamed(word: string): ConflictRule | null {
  return conflictRules.find(({ words }) => words.includes(word)) ?? null;
}

/** What a contract or a dataset has chosen; of a replay with regard to how old its records are. */
export function ruleOf({ conflict, replay }: Pick<Contract, 'conflict' | 'replay'>): ConflictRule {
  const rule = conflictRules.find(({ name }) => name === conflict.rule);
  if (rule === undefined) throw new Error(`no conflict rule is called ${conflict.rule}`);
  return replay === undefined ? rule : asOldAsItsLoad(rule);
}

/** A file may have several versions of a row, each with its time. */
export function bringsVersions(contract: Pick<Contract, 'conflict' | 'replay'>): boolean {
  const versions = ruleOf(contract).versions?.(contract.conflict);
  return versions !== undefined && versions.at !== null;
}

/** The setting that the command takes behind a `=`; null: none. */
export function argumentOf({ settings }: ConflictRule): string | null {
  const taken: readonly unknown[] = ['column', 'columns', 'column or none'];
  return Object.keys(settings).find((name) => taken.includes(settings[name])) ?? null;
}

/** Whether the command may leave it away. */
export function mayLackArgument(rule: ConflictRule): boolean {
  const argument = argumentOf(rule);
  return argument === null || rule.settings[argument] === 'column or none';
}

/** How it is typed: `newer-wins=COLUMN`, or with the columns of a choice. */
export function typedRule(rule: ConflictRule, choice: Partial<ConflictChoice> = {}): string {
  const [word] = rule.words;
  const argument = argumentOf(rule);
  const columns = argument === null ? undefined : (choice[argument] ?? (mayLackArgument(rule) ? undefined : 'COLUMN'));
  return columns === undefined ? word : `${word}=${[columns].flat().join(',')}`;
}
