import type { Contract } from '../../core/contract.ts';
import type { JsonFormat } from '../../core/format/file-format.ts';
import type { Format } from '../format.ts';
import { jsonLines } from '../json-lines/format.ts';
import { utf8BomBytes } from '../shared/byte-order-mark.ts';
import { otherFormat } from '../shared/other-format.ts';
import { isJsonLines } from './is-json-lines.ts';

/**
 * A document of JSON, an array of records or one of them (README.md). A decoder writes its records one a line, so all but the
 * document is that of JSON lines. A file of JSON lines is read as such.
 * @param isDocument its records were written by the decoder, one a line
 */
export function jsonDocument(contract: Contract, { path }: JsonFormat, isDocument: boolean): Format {
  const lines = jsonLines(contract);
  return {
    ...lines,
    document(head) {
      if (otherFormat(head, 'json') !== null) return null;
      if (path === undefined && isJsonLines(head.subarray(utf8BomBytes(head)))) return null;
      return { kind: 'json', ...(path !== undefined && { argument: path }) };
    },
    layout(head) {
      const other = otherFormat(head, 'json');
      if (other !== null)
        return { problem: 'OTHER_FORMAT', message: `the file is ${other.what}, not JSON; ${other.advice}` };
      return { names: null, bodyOffset: utf8BomBytes(head), bodyLine: 1, lineEnd: 'lf' };
    },
    place: isDocument ? ({ line }) => `record ${line}` : lines.place,
  };
}
