import type { DelimitedFormat } from '../../core/format/file-format.ts';
import { delimited } from '../delimited/format.ts';
import type { DocumentStep, Format } from '../format.ts';
import { otherFormat } from '../shared/other-format.ts';

/** As functions/decoding/shared/table-text.ts writes it: no word is NULL. */
const made: DelimitedFormat = { kind: 'csv', delimiter: ',', quote: '"', nulls: [] };

/** A table that is no text. */
interface MadeTable {
  /** What it is, in words: `a Parquet file`. */
  readonly what: string;
  readonly begins: (head: Buffer) => boolean;
  readonly step: DocumentStep;
  /** A decoder made text of this object; else it is none of these. */
  readonly isMade: boolean;
  /** Offsets count its rows. Absent: the bytes of that text. */
  readonly countsRows?: boolean;
  /** How its names are read, where they are not its first row. Absent: they are. */
  readonly names?: Pick<DelimitedFormat, 'header' | 'headerRows'>;
  /** A row in words, from 1. */
  readonly place: (row: number) => string;
}

/** A table that is no text: a decoder makes delimited text of it, one record a row. */
export function madeTable({ what, begins, step, isMade, countsRows = false, names, place }: MadeTable): Format {
  const text = delimited({ ...made, ...names }, 'lf', { isMade: true, countsRows });
  return {
    ...text,
    document: (head) => (begins(head) ? step : null),
    splits: false,
    layout(head, objectEnds) {
      if (!isMade) {
        const { what: is, advice } = otherFormat(head) ?? {
          what: head.length === 0 ? 'empty' : 'something else',
          advice: 'load the file that was meant, or say its format (--format, in a dataset format)',
        };
        return { problem: 'OTHER_FORMAT', message: `the file is ${is}, not ${what}; ${advice}` };
      }
      const layout = text.layout(head, objectEnds);
      return 'problem' in layout ? layout : { ...layout, bodyLine: 1 };
    },
    place: ({ line }) => place(line),
    doubtOfOnlyName: () => null,
  };
}
