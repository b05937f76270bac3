import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { Context } from '../../../cli/context.ts';
import { everyVerbsOptions, type OptionSpecs, parseArguments, UsageError } from '../../../cli/typed/usage.ts';
import { verbs } from '../../../cli/verbs.ts';
import { defineDataset } from '../../../functions/compile/declaration/schema.ts';
import { commandsOfDocument, commandsOfSource, type TypedWords } from '../../support/typed-words.ts';
import { standIn } from '../cli/terminal.ts';

const root = join(import.meta.dirname, '../../..');
const documents = ['README.md', ...globSync('docs/*.md', { cwd: root })];
const sources = globSync('{cli,functions,localstack,infra,project}/**/*.ts', { cwd: root });

const ofDocuments = documents.flatMap((path) => commandsOfDocument(path, readFileSync(join(root, path), 'utf8')));
const ofSources = sources
  .flatMap((path) => commandsOfSource(join(root, path)))
  .map((each) => ({ ...each, told: relative(root, each.told) }));

/** What stands for something in documents and help, and something that it may be. */
const meant: Readonly<Record<string, string>> = {
  LOAD: '7',
  FILE: 'orders.csv',
  TARGET: 'public.orders',
  'SCHEMA.TABLE': 'public.orders',
  TABLE: 'public.orders',
  NAME: 'orders',
  DATASET: 'orders',
  PREFIX: 'orders/',
  TIME: '24h',
  CODE: 'NOT_NULL',
  COLUMN: 'id',
  TEXT: 'because',
  N: '5',
  URL: 'postgres://u@127.0.0.1/d',
  WORD: 'word',
  OUTCOME: 'FAILED',
  STACK: 'Landfall',
  SQL: 'id > 0',
  SHELL: 'bash',
};

describe('every command that somebody is told to type is one that works when it is typed', () => {
  test('there are many', () => {
    expect({ documents: ofDocuments.length > 100, sources: ofSources.length > 60 }).toEqual({
      documents: true,
      sources: true,
    });
  });
  test('in documents', async () => {
    expect(await wrongOf(ofDocuments)).toEqual([]);
  });
  test('in messages and help', async () => {
    expect(await wrongOf(ofSources)).toEqual([]);
  });
});

async function wrongOf(all: readonly TypedWords[]): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const { told, words, inProse } of all) {
    const why = await whyWrong(words, inProse);
    if (why !== null) wrong.push(`${told} -> landfall ${words.join(' ')}: ${why}`);
  }
  return [...new Set(wrong)];
}

async function whyWrong([verbName = '', ...told]: readonly string[], inProse: boolean): Promise<string | null> {
  if (['VERB', '--help', '--version', '-V', 'help'].includes(verbName)) return null;
  const name = verbName.replace(/[.,:;]+$/u, '');
  // a sentence with the name of the program in it
  const listed = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (listed === undefined) return inProse ? null : `no verb ${name}`;
  const { verb } = await listed.open();
  // its form, not a command
  if (told.some((word) => /^[[]|[|\]]/u.test(word))) return null;
  const words = name === verbName ? (inProse ? untilProse(told, verb.options) : told) : [];
  // the verb is named, nothing is typed
  if (words.length === 0) return null;
  try {
    const typed = parseArguments(words.map(asMeant), { ...verb.options, ...everyVerbsOptions });
    // the rest is for the reader to fill in
    const isWhole = !told.includes('...') && !typed.flags.has('help');
    if (isWhole)
      await verb.read?.(typed, worldFor(takesFiles.includes(name) ? typed.positionals : [], typed.values['dataset']));
    return null;
  } catch (error) {
    if (error instanceof UsageError) return error.problems.join('; ');
    throw error;
  }
}

/** Of a sentence: options with their values, and what stands for something; then it goes on. */
function untilProse(words: readonly string[], options: OptionSpecs): readonly string[] {
  const isArgument = (word: string, before = ''): boolean =>
    word.startsWith('-') ||
    /^[A-Z_.]+[,.:;]*$/u.test(word) ||
    (before.startsWith('--') && options[before.slice(2)]?.type === 'string');
  const end = words.findIndex((word, i) => !isArgument(word, words[i - 1]));
  const typed = end === -1 ? words : words.slice(0, end);
  return typed.map((word) => word.replace(/[.,:;]+$/u, ''));
}

function asMeant(word: string): string {
  const whole = word.replace(/,?\.\.\.$/u, '');
  return whole.replaceAll(/[A-Z][A-Z_.]*[A-Z]|\bN\b/gu, (name) => meant[name] ?? name).replace(/^\//u, '');
}

const takesFiles = ['load', 'plan', 'replay'];

/** Where the files are that are typed, and a dataset of that name. */
function worldFor(files: readonly string[], dataset = 'orders'): Context {
  const { context, folder } = standIn();
  for (const file of files.filter((each) => !each.includes('://') && each !== '-' && /[^\d/.]/u.test(each))) {
    const path = join(folder, file.replaceAll('*', 'x'));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'id\n1\n');
  }
  const own = defineDataset({ name: dataset, prefix: `${dataset}/`, table: 'public.orders', key: ['id'] });
  const declared = { datasets: [own], files: new Map<string, string>(), places: new Map(), problems: [] };
  const project = { ...context.project, declared: () => Promise.resolve(declared) };
  return {
    ...context,
    project,
    stdin: () => Readable.from(['id\n1\n']),
    show: () => undefined,
    verbose: () => undefined,
  };
}
