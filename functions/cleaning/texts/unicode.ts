import type { CleaningStep } from '../step.ts';

/** The lead byte of U+0300, the first character that NFC may change or join to another. */
const firstToJoin = 0xcc;

export const nfc: CleaningStep = {
  name: 'nfc',
  argument: null,
  summary: "in Unicode's form NFC: `e` and a mark for the acute are one `é`",
  problem: () => null,
  cleaner: () => ({
    leaves: (bytes, start, end) => {
      for (let i = start; i < end; i += 1) if ((bytes[i] as number) >= firstToJoin) return false;
      return true;
    },
    clean: (text) => text.normalize('NFC'),
  }),
};
