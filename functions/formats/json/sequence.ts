import type { Contract } from '../../core/contract.ts';
import { LF } from '../../core/format/json-bytes.ts';
import type { Format } from '../format.ts';
import { jsonLines } from '../json-lines/format.ts';
import { beginsAsSequence, otherFormat } from '../shared/other-format.ts';

/**
 * A sequence of JSON texts, each behind a record separator (RFC 7464). A decoder writes them one a line, so all but that is of JSON lines.
 * @param isDecoded the texts were written by the decoder, one a line
 */
export function jsonSequence(contract: Contract, isDecoded: boolean): Format {
  return {
    ...jsonLines(contract),
    document: (head) => (beginsAsSequence(head) ? { kind: 'json-seq' } : null),
    layout(head) {
      // the first separator has become a line feed; what may stand before it is blank
      if (isDecoded) return { names: null, bodyOffset: head.indexOf(LF) + 1, bodyLine: 1, lineEnd: 'lf' };
      const other = otherFormat(head, 'json-seq');
      const what = other?.what ?? (head.length === 0 ? 'empty' : 'something else');
      const advice = other?.advice ?? 'where each line is one object load it with --format ndjson';
      return {
        problem: 'OTHER_FORMAT',
        message: `the file is ${what}, not a sequence of JSON texts, each of which has a record separator (the byte 1E) before it; ${advice}`,
      };
    },
    place: ({ line }) => `record ${line}`,
  };
}
