import { conflictRules } from '../../conflict/all.ts';
import type { z } from 'zod';
import { didYouMean, showText } from '../../words/did-you-mean.ts';
import { fieldsAt } from './fields.ts';

type Issue = z.core.$ZodIssue;

/** What is wrong with one field of a declaration. */
export interface Problem {
  /** The way to it from the declaration's whole value: names of fields, and places in lists from 0. */
  readonly at: readonly (string | number)[];
  /** One sentence: where, what, what is right. */
  readonly message: string;
  /** It is between this field and others: where one of those is wrong by itself, it says nothing. */
  readonly isBetween?: true;
}

/** Marks what a check of fields against each other reports. */
export const between = { between: true };

/** Whether it was such a check. */
export function isBetween(issue: Issue): boolean {
  return issue.code === 'custom' && issue.params?.['between'] === true;
}

/** Every problem of what this schema refused, a dataset as a rule. */
export function problemsAt(error: z.ZodError, schema: z.ZodType, whole = 'a dataset'): readonly Problem[] {
  return error.issues.flatMap((issue) => describe(issue, schema, whole));
}

/** The same in words alone. */
export function problemsOf(error: z.ZodError, schema: z.ZodType, whole?: string): readonly string[] {
  return problemsAt(error, schema, whole).map(({ message }) => message);
}

function describe(issue: Issue, schema: z.ZodType, whole: string): readonly Problem[] {
  const at = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'unrecognized_keys') {
    const known = fieldsAt(schema, issue.path, issue.input);
    const inside = issue.path.length === 0 ? whole : showPath(issue.path);
    return issue.keys.map((key) => ({ at: [...at, key], message: unknownField(inside, key, known) }));
  }
  const message = `${issue.path.length === 0 ? 'it' : showPath(issue.path)}: ${explain(issue)}`;
  return [{ at, message, ...(isBetween(issue) && { isBetween: true as const }) }];
}

function unknownField(inside: string, key: string, known: readonly string[]): string {
  return `${showText(key)} is not a field of ${inside}.${didYouMean(key, known)} Its fields are ${known.join(', ')}.`;
}

/** `columns.rename."Cost Total $"`. */
function showPath(path: Issue['path']): string {
  return path.map((part) => (/^[\w]+$/u.test(String(part)) ? String(part) : showText(String(part)))).join('.');
}

function explain(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `is missing; it must be ${aOrAn(issue.expected)}`
        : `must be ${aOrAn(issue.expected)}, not ${show(issue.input)}`;
    case 'invalid_value': {
      const allowed = issue.values.map(String);
      const hint = typeof issue.input === 'string' ? didYouMean(issue.input, allowed) : '';
      return `must be one of ${allowed.join(', ')}, not ${show(issue.input)}.${hint}`;
    }
    case 'invalid_union':
      if (issue.path.at(-1) === 'lookup') {
        return 'must be "schema.table(column)", or { list: URL } of a file with a value a line (file:///... or s3://...)';
      }
      if (issue.path.at(-1) === 'severity') {
        return 'must be reject, warn or refuse, or name one of them for each rule, like { max: "warn" }';
      }
      return 'rule' in issue || issue.discriminator === 'rule'
        ? `must name one of ${conflictRules.map(({ words }) => words[0]).join(', ')} as its rule`
        : 'must be a text: a decimal number like "0.5", since a JavaScript number could be rounded, or a day or moment';
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      if (issue.origin === 'array')
        return `must be at most ${issue.maximum} entries, not ${Array.isArray(issue.input) ? issue.input.length : 'more'}`;
      return `must be at most ${issue.maximum}${issue.origin === 'string' ? ' characters' : `, not ${show(issue.input)}`}`;
    default:
      return issue.message;
  }
}

function tooSmall(issue: z.core.$ZodIssueTooSmall): string {
  if (issue.origin === 'string') return 'must not be empty';
  if (issue.origin === 'array') return ownMessage(issue) ?? 'must not be an empty list';
  return `must be ${issue.inclusive === false ? 'above' : 'at least'} ${issue.minimum}, not ${show(issue.input)}`;
}

/** A message written in schema.ts; zod's own begin with a capital letter. */
function ownMessage({ message }: Issue): string | null {
  return /^[a-z]/u.test(message) ? message : null;
}

function aOrAn(type: string): string {
  const words: Readonly<Record<string, string>> = {
    string: 'a text',
    array: 'a list',
    int: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    object: 'an object of fields',
    record: 'an object of fields',
  };
  return words[type] ?? type;
}

function show(input: unknown): string {
  if (typeof input === 'string') return showText(input);
  if (input === null || typeof input === 'number' || typeof input === 'boolean') return String(input);
  return Array.isArray(input) ? 'a list' : `a ${typeof input}`;
}
