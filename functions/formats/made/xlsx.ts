import { printable } from '../../core/printable.ts';
import type { WorkbookFormat } from '../../core/format/file-format.ts';
import type { Format } from '../format.ts';
import { readAsked, writtenAsked } from '../../core/decoding/sheet-asked.ts';
import { madeTable } from './table.ts';

/** A sheet of a workbook (functions/decoding/xlsx). @param decoded the last step of the object's decoding, which names the sheet */
export function xlsx(
  { sheet, skipRows, header, headerRows, cells }: WorkbookFormat,
  decoded: { readonly kind: string; readonly argument?: string } | undefined,
): Format {
  const isMade = decoded?.kind === 'xlsx';
  const name = (isMade ? readAsked(decoded?.argument).sheet : undefined) ?? sheet;
  const asked = writtenAsked({
    ...(sheet !== undefined && { sheet }),
    ...(skipRows !== undefined && { skipRows }),
    ...(headerRows !== undefined && { headerRows: headerRows.rows }),
    ...(header !== undefined && { columns: header.length }),
    ...(cells !== undefined && { displayed: true as const }),
  });
  const ofSheet = name === undefined ? '' : ` of sheet ${printable(name)}`;
  const table = madeTable({
    what: 'an Excel workbook (.xlsx)',
    begins: (head) => isPackage(head) || isOld(head),
    step: { kind: 'xlsx', ...(asked !== undefined && { argument: asked }) },
    isMade,
    names: { ...(header !== undefined && { header }), ...(headerRows !== undefined && { headerRows }) },
    place: (row) => `row ${row}${ofSheet}`,
  });
  return {
    ...table,
    isArchive: isPackage,
    hintOfNames:
      sheet === undefined && name !== undefined
        ? `. This is sheet ${printable(name)}, the first that is seen; where another is meant, name it: --sheet NAME (in a dataset sheet)`
        : '',
    layout(head, objectEnds) {
      const layout = table.layout(head, objectEnds);
      const headers = header === undefined ? blankLines(head) + (headerRows?.rows ?? 1) : 0;
      return 'problem' in layout ? layout : { ...layout, bodyLine: headers + 1 };
    },
  };
}

/** A zip archive, but for one that begins with a folder or holds a workbook as a file. */
function isPackage(head: Buffer): boolean {
  if (head.toString('latin1', 0, 4) !== 'PK\x03\x04') return false;
  const first = head.toString('latin1', 30, 30 + head.readUInt16LE(26));
  return !/(?:\/|\.xls[xm])$/i.test(first);
}

/** An encrypted workbook, or one of an old Excel: the decoder says so. */
function isOld(head: Buffer): boolean {
  return head.toString('hex', 0, 8) === 'd0cf11e0a1b11ae1';
}

/** A line is a row: those before the header. */
function blankLines(head: Buffer): number {
  let lines = 0;
  while (head[lines] === 0x0a) lines += 1;
  return lines;
}
