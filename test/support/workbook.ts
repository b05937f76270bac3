import { zipArchive } from './zip-archive.ts';

/** A sheet: its rows as XML, `<row r="1">...</row>`. */
export interface WrittenSheet {
  readonly name: string;
  readonly rows: string;
  readonly state?: 'hidden' | 'veryHidden';
  /** What it is to the workbook, where that is no worksheet. */
  readonly type?: 'chartsheet';
}

/** What a workbook has beside its sheets. */
export interface WrittenBook {
  readonly sheets: readonly WrittenSheet[];
  /** The inside of each `<si>`. */
  readonly strings?: readonly string[];
  /** Format codes; style 1 has the first, style 2 the second, ... */
  readonly formats?: readonly string[];
  readonly since1904?: boolean;
  /** Other bytes in place of a part. */
  readonly instead?: Readonly<Record<string, string>>;
}

const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const related = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const relationships = (all: readonly (readonly [id: string, type: string, target: string])[]): string =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${all
    .map(([id, type, target]) => `<Relationship Id="${id}" Type="${related}/${type}" Target="${target}"/>`)
    .join('')}</Relationships>`;

/** A workbook of just those parts that a reader needs. */
export function workbook({ sheets, strings, formats = [], since1904 = false, instead = {} }: WrittenBook): Buffer {
  const parts: Record<string, string> = {
    '[Content_Types].xml': '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    '_rels/.rels': relationships([['rId1', 'officeDocument', 'xl/workbook.xml']]),
    'xl/workbook.xml': `<?xml version="1.0" encoding="UTF-8"?><workbook ${main} xmlns:r="${related}"><workbookPr${since1904 ? ' date1904="1"' : ''}/><sheets>${sheets
      .map(
        ({ name, state }, i) =>
          `<sheet name="${name}" sheetId="${i + 1}"${state === undefined ? '' : ` state="${state}"`} r:id="rId${i + 1}"/>`,
      )
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relationships([
      ...sheets.map(({ type = 'worksheet' }, i) => [`rId${i + 1}`, type, `worksheets/sheet${i + 1}.xml`] as const),
      ['s1', 'styles', '/xl/styles.xml'],
      ['s2', 'sharedStrings', 'sharedStrings.xml'],
    ]),
    'xl/styles.xml': `<styleSheet ${main}><numFmts>${formats
      .map((code, i) => `<numFmt numFmtId="${164 + i}" formatCode="${code.replaceAll('"', '&quot;')}"/>`)
      .join('')}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>${formats
      .map((_, i) => `<xf numFmtId="${164 + i}"/>`)
      .join('')}</cellXfs></styleSheet>`,
    ...(strings !== undefined && {
      'xl/sharedStrings.xml': `<sst ${main}>${strings.map((each) => `<si>${each}</si>`).join('')}</sst>`,
    }),
    ...Object.fromEntries(
      sheets.map(({ rows }, i) => [
        `xl/worksheets/sheet${i + 1}.xml`,
        `<worksheet ${main}><sheetData>${rows}</sheetData></worksheet>`,
      ]),
    ),
    ...instead,
  };
  return zipArchive(Object.entries(parts).map(([name, text]) => ({ name, bytes: Buffer.from(text) })));
}
