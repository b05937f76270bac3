import { type Contract, type ContractColumn, type FileColumn, isText } from '../../core/contract.ts';
import { sql } from '../../core/sql.ts';
import { createLocator } from '../delimited/locate.ts';
import type { Format } from '../format.ts';
import { chainsOf } from '../shared/cell-cleaning.ts';
import { utf8BomBytes } from '../shared/byte-order-mark.ts';
import type { Layout, NoLayout } from '../shared/layout.ts';
import { scannedForm } from '../shared/plain-forms.ts';
import { otherFormat } from '../shared/other-format.ts';
import { textPlace } from '../shared/text-place.ts';
import { saidBehindKeys } from '../shared/trailer-place.ts';
import { lineStart } from './guess-line.ts';
import { keysOfRecords } from './key-meanings.ts';
import { oneDocument } from './one-document.ts';
import type { JsonColumn } from './reader.ts';
import { createJsonLinesScanner } from './scanner.ts';

/** One JSON object a line (README.md); there is no header, each record names its columns. */
export function jsonLines(contract: Contract): Format {
  return {
    splits: true,
    layout,
    scanner: ({ fileColumns, ...slice }) =>
      createJsonLinesScanner({
        ...slice,
        columns: fileColumns.map(jsonColumn),
        chains: chainsOf(fileColumns),
        ...keysOfRecords(contract, fileColumns),
        captureColumn: captureColumn(contract, fileColumns),
      }),
    guess: lineStart,
    // a line is a record here too where nothing is quoted
    locator: (settings) => createLocator({ delimiter: 0x09, quoting: 'none', lineEnd: 'lf', ...settings }),
    copyOptions: sql`format text`,
    place: textPlace,
    cells: null,
    texts: null,
    said: saidBehindKeys,
    writer: { header: () => Buffer.alloc(0), lineEnd: Buffer.from('\n'), cells: null },
    nullWords: [],
    doubtOfOnlyName: () => null,
    hintOfOpenQuote: '',
  };
}

function layout(head: Buffer, objectEnds: boolean): Layout | NoLayout {
  const other = otherFormat(head, 'json');
  if (other !== null) {
    return { problem: 'OTHER_FORMAT', message: `the file is ${other.what}, not JSON lines; ${other.advice}` };
  }
  const bodyOffset = utf8BomBytes(head);
  const document = oneDocument(head.subarray(bodyOffset), objectEnds);
  if (document !== null) return { problem: 'OTHER_FORMAT', message: document };
  return { names: null, bodyOffset, bodyLine: 1, lineEnd: 'lf' };
}

function jsonColumn({ column }: FileColumn): JsonColumn {
  const type = column?.domainOf ?? column?.type;
  return {
    form: scannedForm(column),
    json: type === 'json' || type === 'jsonb' ? type : null,
    isArray: type === 'array' || type?.endsWith('[]') === true,
    isSingle: column !== null && !takesAnyText(column),
  };
}

/** A column of text, or of a domain that PostgreSQL has no other name for. */
function takesAnyText(column: ContractColumn): boolean {
  return isText(column) || (column.isDomain && column.domainOf === undefined && column.stagingType === 'text');
}

/** -1: keys are not captured. */
function captureColumn({ unknownColumns }: Contract, fileColumns: readonly FileColumn[]): number {
  const name = typeof unknownColumns === 'object' ? unknownColumns.capture : null;
  return fileColumns.findIndex(({ column }) => column !== null && column.name === name);
}
