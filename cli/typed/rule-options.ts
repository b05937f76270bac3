import { readFileSync } from 'node:fs';
import { listFrom } from '../../functions/compile/declaration/rules/lookup-shape.ts';
import type { LoadRequest } from '../../functions/protocol/states.ts';
import { severities } from '../../functions/core/rules/severity.ts';
import { didYouMean } from '../../functions/words/did-you-mean.ts';
import { splitUnescaped } from './escaped.ts';

type Rules = Readonly<Record<string, unknown>>;

/** What stands behind a rule's colon, as the dataset has it; null: that is none. */
type ReadArgument = (argument: string) => Rules | null;

const flag =
  (name: string): ReadArgument =>
  (argument) =>
    argument === '' ? { [name]: true } : null;
const text =
  (name: string): ReadArgument =>
  (argument) =>
    argument === '' ? null : { [name]: argument };
const whole =
  (name: string): ReadArgument =>
  (argument) =>
    /^\d{1,9}$/.test(argument) ? { [name]: Number(argument) } : null;

const isSeverity = (word: string): boolean => (severities as readonly string[]).includes(word);

/** Each rule as it is typed, with how people write it. */
const typedRules: Readonly<Record<string, { readonly form: string; readonly read: ReadArgument }>> = {
  required: { form: 'required', read: flag('required') },
  min: { form: 'min:VALUE', read: text('min') },
  max: { form: 'max:VALUE', read: text('max') },
  length: { form: 'length:LEAST-MOST', read: readLength },
  minLength: { form: 'minLength:N', read: whole('minLength') },
  maxLength: { form: 'maxLength:N', read: whole('maxLength') },
  pattern: { form: 'pattern:EXPRESSION', read: text('pattern') },
  oneOf: {
    form: 'oneOf:A|B',
    read: (argument) => (argument === '' ? null : { oneOf: splitUnescaped(argument, '|') }),
  },
  notFuture: { form: 'notFuture', read: flag('notFuture') },
  notPast: { form: 'notPast', read: flag('notPast') },
  unique: { form: 'unique', read: flag('unique') },
  lookup: { form: 'lookup:SCHEMA.TABLE(COLUMN) or lookup:@FILE', read: readLookup },
  maxNullShare: {
    form: 'maxNullShare:SHARE',
    read: (argument) => (/^(?:\d*\.)?\d+$/.test(argument) ? { maxNullShare: Number(argument) } : null),
  },
  distinctAtLeast: { form: 'distinctAtLeast:N', read: whole('distinctAtLeast') },
  severity: {
    form: 'severity:reject|warn|refuse',
    read: (argument) => (isSeverity(argument) ? { severity: argument } : null),
  },
};

/** How each rule is typed, for the help. */
export const ruleForms: readonly string[] = Object.values(typedRules).map(({ form }) => form);

/** The rules of `--rule COLUMN=RULE,...`, which may be given again and again; what is wrong is added to `problems`. */
export function readRules(typed: readonly string[] | undefined, problems: string[]): Pick<LoadRequest, 'rules'> {
  const rules: Record<string, Rules> = {};
  for (const option of typed ?? []) {
    const [, column, list] = /^([^=]+)=(.+)$/s.exec(option) ?? [];
    if (column === undefined || list === undefined) {
      problems.push(`--rule: "${option}" is not COLUMN=RULE,...; write --rule amount=required,min:0`);
      continue;
    }
    const { severity, ...read } = readList(column, splitUnescaped(list, ','), problems);
    const { severity: graded = {}, ...own } = rules[column] ?? {};
    for (const name of Object.keys(read)) {
      if (name in own) problems.push(`--rule: ${column} has ${name} twice`);
    }
    const grades = {
      ...(graded as Rules),
      ...(severity !== undefined && Object.fromEntries(Object.keys(read).map((name) => [name, severity]))),
    };
    rules[column] = { ...own, ...read, ...(Object.keys(grades).length > 0 && { severity: grades }) };
  }
  return typed === undefined ? {} : { rules };
}

/** The rules of one option, and the severity that it says of all of them. */
function readList(column: string, typed: readonly string[], problems: string[]): Rules {
  const all: Record<string, unknown> = {};
  for (const each of typed) {
    const read = readRule(each, problems);
    const twice = Object.keys(read).find((name) => name in all);
    if (twice !== undefined) problems.push(`--rule: ${column} has ${twice} twice`);
    Object.assign(all, read);
  }
  return all;
}

function readRule(typed: string, problems: string[]): Rules {
  const [name = '', ...rest] = typed.trim().split(':');
  const known = Object.hasOwn(typedRules, name) ? typedRules[name] : undefined;
  if (known === undefined) {
    const hint = didYouMean(name, Object.keys(typedRules));
    problems.push(
      `--rule: "${name}" is no rule.${hint} There are ${ruleForms.join(', ')}; a comma inside a value is written \\,`,
    );
    return {};
  }
  const read = known.read(rest.join(':'));
  if (read === null) problems.push(`--rule: "${typed.trim()}" is not as it is written: ${known.form}`);
  return read ?? {};
}

/** `1-20`, `-20`, `1-`, or `5` for exactly five characters. */
function readLength(argument: string): Rules | null {
  const [, least = '', dash, most = ''] = /^(\d{0,9})(-?)(\d{0,9})$/.exec(argument) ?? [];
  if (dash === undefined || (least === '' && most === '')) return null;
  if (dash === '') return { minLength: Number(least), maxLength: Number(least) };
  return { ...(least !== '' && { minLength: Number(least) }), ...(most !== '' && { maxLength: Number(most) }) };
}

/** A table's column as it is typed, or a file with a value a line, which is read here: no request names a file to be read. */
function readLookup(argument: string): Rules | null {
  if (!argument.startsWith('@')) return argument === '' ? null : { lookup: argument };
  const from = argument.slice(1);
  try {
    const list = listFrom(from, readFileSync(from, 'utf8'));
    return 'values' in list ? { lookup: { from, values: list.values } } : null;
  } catch {
    return null;
  }
}
