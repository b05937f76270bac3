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
  summary: "an empty cell, in quotes or not: NULL, the empty text, or the column's default, which has to be a constant",
  problem: ({ argument = '' }, column) => {
    if (!ofEmpty.includes(argument)) return `empty takes one of ${ofEmpty.join(', ')} behind its colon: empty:null.`;
    if (argument === 'default') return problemOfDefault(column);
    return argument === 'text' && column.plainForm !== 'text'
      ? `empty:text gives empty texts, but the column's type is ${column.type}.`
      : null;
  },
  cleaner: ({ argument }, { defaultText = '' }) => {
    if (argument === 'null') {
      return { leaves: (_, start, end) => start !== end, clean: (text) => (text === '' ? null : text) };
    }
    if (argument === 'text') return { leaves: () => true, clean: (text) => text, ofNull: () => '' };
    return filling(defaultText);
  },
};

/** Whether the steps ask for the column's default. */
export function asksForDefault(choices: readonly CleaningChoice[] | undefined): boolean {
  return choices?.some(({ step, argument }) => step === empty.name && argument === 'default') === true;
}

function problemOfDefault({ name, hasDefault, defaultText }: CleanedColumn): string | null {
  if (defaultText !== undefined) return null;
  return hasDefault
    ? `empty:default needs a default that is a constant of the column's own, and that of ${name} is an expression or its domain's. Write default:VALUE.`
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
