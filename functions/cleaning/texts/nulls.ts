import { areBytes } from '../bytes.ts';
import type { CleaningChoice } from '../../core/contract.ts';
import type { CleanedColumn, Cleaner, CleaningStep } from '../step.ts';

export const nullWord: CleaningStep = {
  name: 'null',
  argument: 'TOKEN',
  summary: 'NULL where the whole cell is TOKEN, case and blanks included; `null` may stand several times',
  problem: () => null,
  cleaner: ({ argument = '' }) => {
    const token = Buffer.from(argument);
    return {
      leaves: (bytes, start, end) => !areBytes(bytes, start, end, token),
      clean: (text) => (text === argument ? null : text),
    };
  },
};

const ofEmpty = ['null', 'text', 'default'];

/** A cell without characters, in quotes or not, and what an earlier step made NULL. */
export const empty: CleaningStep = {
  name: 'empty',
  argument: ofEmpty.join('|'),
  summary: "an empty cell, in quotes or not: NULL, the empty text, or the column's default",
  problem: ({ argument = '' }, column) => {
    if (!ofEmpty.includes(argument)) return `empty takes one of ${ofEmpty.join(', ')} behind its colon: empty:null.`;
    if (argument === 'default') return problemOfDefault(column);
    return argument === 'text' && column.plainForm !== 'text'
      ? `empty:text gives empty texts, but the column's type is ${column.type}.`
      : null;
  },
  cleaner: ({ argument }, { defaultText }) => {
    if (argument === 'null') {
      return { leaves: (_, start, end) => start !== end, clean: (text) => (text === '' ? null : text) };
    }
    if (argument === 'text') return { leaves: () => true, clean: (text) => text, ofNull: () => '' };
    if (defaultText !== undefined) return filling(defaultText);
    const clean: Cleaner['clean'] = (text) => (text === '' ? null : text);
    return { leaves: (_, start, end) => start !== end, clean, ofNull: () => null, countsNull: true };
  },
};

/** Whether the steps ask for the column's default. */
export function asksForDefault(choices: readonly CleaningChoice[] | undefined): boolean {
  return choices?.some(({ step, argument }) => step === empty.name && argument === 'default') === true;
}

/** Steps that make a cell NULL, or fill one that is. */
const ofNulls = ['null', 'empty', 'default'];

/**
 * What is wrong with a default that the server draws for a new row, when that is written: until then the cell is NULL, so no step may
 * mean something else by that, and nobody can ask before what row it is.
 * @param identifies the column is one of the key, or the one that says which row is newer.
 */
export function problemsOfDrawn(
  { name, drawsDefault }: Pick<CleanedColumn, 'name' | 'drawsDefault'>,
  choices: readonly CleaningChoice[],
  identifies: boolean,
): readonly string[] {
  if (drawsDefault !== true) return [];
  const asked = choices.findIndex((choice) => asksForDefault([choice]));
  const after = choices.slice(asked + 1).find(({ step }) => ofNulls.includes(step));
  return [
    ...(identifies
      ? [
          `empty:default of ${name} is drawn when a row is written, and the column has to be known before: by it a row is found or judged newer. Write default:VALUE, or leave the column out of the file.`,
        ]
      : []),
    ...(after === undefined
      ? []
      : [`empty:default of ${name} is drawn when a row is written: put ${after.step} before it, not behind it.`]),
  ];
}

function problemOfDefault({ name, defaultText, drawsDefault }: CleanedColumn): string | null {
  return defaultText !== undefined || drawsDefault === true
    ? null
    : `empty:default needs a default, and ${name} has none. Write default:VALUE.`;
}

export const defaultValue: CleaningStep = {
  name: 'default',
  argument: 'VALUE',
  summary: 'VALUE where the cell is empty, in quotes or not, or an earlier step made it NULL',
  problem: () => null,
  cleaner: ({ argument = '' }) => filling(argument),
};

function filling(value: string): Cleaner {
  return {
    leaves: (_, start, end) => start !== end,
    clean: (text) => (text === '' ? value : text),
    ofNull: () => value,
  };
}
