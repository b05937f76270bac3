import { hasNone } from '../bytes.ts';
import { misfitOfMoments } from '../fits.ts';
import type { CleaningStep } from '../step.ts';

/** A time behind a date: hours and minutes, the rest as it comes. */
const time = /[ T]\d{1,2}:\d{2}/;
/** Midnight with no offset, or one of zero: in another one the date would be another one's somewhere. */
const midnight = /[ T](?:0?0:00(?::00(?:\.0+)?)?|12:00(?::00(?:\.0+)?)? ?AM)(?:Z|[+-]00(?::?00)?)?$/i;

export const dateOnly: CleaningStep = {
  name: 'dateOnly',
  argument: null,
  summary: 'without a time of midnight behind the date; any other time is refused',
  problem: (_, column) => misfitOfMoments('dateOnly gives dates', column),
  cleaner: () => ({
    leaves: hasNone([0x3a]),
    clean: (text) => {
      if (!time.test(text)) return text;
      const cut = text.replace(midnight, '');
      return cut === text || time.test(cut) ? { code: 'INVALID_DATE', words: 'has a time that is not midnight' } : cut;
    },
  }),
};
