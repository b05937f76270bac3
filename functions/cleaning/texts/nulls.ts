import { areBytes } from '../bytes.ts';
import type { CleaningStep } from '../step.ts';

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

const ofEmpty = ['null', 'text'];

/** A cell without characters, in quotes or not, and what an earlier step made NULL. */
export const empty: CleaningStep = {
  name: 'empty',
  argument: ofEmpty.join('|'),
  summary: 'an empty cell, in quotes or not: NULL, or the empty text',
  problem: ({ argument = '' }, column) => {
    if (!ofEmpty.includes(argument)) return `empty takes ${ofEmpty.join(' or ')} behind its colon: empty:null.`;
    return argument === 'text' && column.plainForm !== 'text'
      ? `empty:text gives empty texts, but the column's type is ${column.type}.`
      : null;
  },
  cleaner: ({ argument }) =>
    argument === 'null'
      ? { leaves: (_, start, end) => start !== end, clean: (text) => (text === '' ? null : text) }
      : { leaves: () => true, clean: (text) => text, ofNull: () => '' },
};

export const defaultValue: CleaningStep = {
  name: 'default',
  argument: 'VALUE',
  summary: 'VALUE where the cell is empty, in quotes or not, or an earlier step made it NULL',
  problem: () => null,
  cleaner: ({ argument = '' }) => ({
    leaves: (_, start, end) => start !== end,
    clean: (text) => (text === '' ? argument : text),
    ofNull: () => argument,
  }),
};
