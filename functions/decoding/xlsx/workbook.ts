import { printable } from '../../core/printable.ts';
import { unreadable } from './faults.ts';
import { type Parts, type Relationship, relationshipsPart, targetOf } from './parts.ts';
import { attributeNamed, readWholeXml } from './xml.ts';

/** What a workbook says of itself. */
export interface Workbook {
  readonly sheets: readonly Sheet[];
  /** Days count from 1904-01-01, as on a Macintosh of old. */
  readonly since1904: boolean;
  /** Null: it has none. */
  readonly stylesPart: string | null;
  readonly sharedStringsPart: string | null;
}

/** A sheet in the order of its tab. */
export interface Sheet {
  readonly name: string;
  readonly isHidden: boolean;
  /** Null: a chart, a macro or a dialog. */
  readonly part: string | null;
}

/** Reads the workbook's own part. Throws DecodingFault. */
export async function openWorkbook(parts: Parts): Promise<Workbook> {
  const main =
    (await relationships(parts, '')).find(({ type }) => type === 'officeDocument')?.part ?? 'xl/workbook.xml';
  if (main.endsWith('.bin')) throw unreadable('it is a binary workbook (.xlsb); save it as .xlsx and load that');
  if (!parts.has(main)) throw unreadable('it is an archive without a workbook inside; is it an .xlsx file?');
  const related = await relationships(parts, main);
  const partOf = (type: string): string | null => related.find((each) => each.type === type)?.part ?? null;
  const sheets: Sheet[] = [];
  let since1904 = false;
  await readWholeXml(main, parts.read(main), {
    open(name, attributes) {
      if (name === 'workbookPr') since1904 = /^(?:1|true|on)$/.test(attributes['date1904'] ?? '');
      if (name !== 'sheet') return;
      const id = attributeNamed(attributes, 'id');
      const target = related.find((each) => each.id === id);
      sheets.push({
        name: attributes['name'] ?? '',
        isHidden: (attributes['state'] ?? 'visible') !== 'visible',
        part: target?.type === 'worksheet' ? target.part : null,
      });
    },
  });
  return { sheets, since1904, stylesPart: partOf('styles'), sharedStringsPart: partOf('sharedStrings') };
}

async function relationships(parts: Parts, part: string): Promise<readonly Relationship[]> {
  const rels = part === '' ? '_rels/.rels' : relationshipsPart(part);
  const found: Relationship[] = [];
  if (!parts.has(rels)) return found;
  await readWholeXml(rels, parts.read(rels), {
    open(name, { Id: id = '', Type: type = '', Target: target = '', TargetMode: mode }) {
      if (name !== 'Relationship' || mode === 'External') return;
      found.push({ id, type: type.slice(type.lastIndexOf('/') + 1), part: targetOf(part, target) });
    },
  });
  return found;
}

/** The sheet that is asked for by its name, else the first that is seen and holds cells. Throws DecodingFault. */
export function chosenSheet({ sheets }: Workbook, asked: string | undefined): Sheet & { readonly part: string } {
  const names = sheets.map(({ name }) => printable(name)).join(', ');
  if (asked === undefined) {
    const first = sheets.find(({ part, isHidden }) => part !== null && !isHidden);
    if (first?.part === undefined || first.part === null)
      throw unreadable(
        `it has no sheet of cells that is seen${names === '' ? '' : `; it has ${names}: name one with --sheet (in a dataset sheet)`}`,
      );
    return { ...first, part: first.part };
  }
  const wanted = sheets.find(({ name }) => name === asked) ?? sheets.find(({ name }) => isSame(name, asked));
  if (wanted === undefined)
    throw unreadable(
      `it has no sheet ${printable(asked)}; it has ${names}: name one with --sheet (in a dataset sheet)`,
    );
  if (wanted.part === null)
    throw unreadable(`its sheet ${printable(wanted.name)} is a chart or the like and has no rows`);
  return { ...wanted, part: wanted.part };
}

/** Names of sheets differ by more than case. */
function isSame(name: string, asked: string): boolean {
  return name.toLowerCase() === asked.toLowerCase();
}
