/** A file of another format than the one that is read: what it is, and what to do about it. */
export interface OtherFormat {
  readonly what: string;
  readonly advice: string;
}

/**
 * Recognises the files that are often uploaded where text of rows is expected, by their first bytes; null for anything else.
 * @param expected what the file may be
 */
export function otherFormat(head: Buffer, expected?: Beginning['name']): OtherFormat | null {
  const beginning = beginnings.find(({ begins, name }) => (name === undefined || name !== expected) && begins(head));
  return beginning === undefined ? null : { what: beginning.what, advice: beginning.advice };
}

/** Whether an object may be JSON with objects in it, one or an array of them. */
export function beginsAsJson(head: Buffer): boolean {
  return beginnings.some(({ name, begins }) => name === 'json' && begins(head));
}

/** Whether an object may be a sequence of JSON texts (RFC 7464): a record separator is its first byte that is no blank. */
export function beginsAsSequence(head: Buffer): boolean {
  return /^(?:\xef\xbb\xbf)?[ \t\r\n]*\x1e/.test(head.toString('latin1', 0, MARK_BYTES));
}

/** Whether it is one of objects or arrays, also where nobody speaks of JSON. */
export function isSequenceOfRecords(head: Buffer): boolean {
  return beginnings.some(({ name, begins }) => name === 'json-seq' && begins(head));
}

interface Beginning extends OtherFormat {
  /** Of what is a format of ours too. */
  readonly name?: 'json' | 'json-seq';
  readonly begins: (head: Buffer) => boolean;
}

const asCsv = 'export its rows as CSV in UTF-8 and load that';
const asJson =
  "load it with --format json, or where each line is one object with --format ndjson (in a dataset format: 'json' or 'ndjson')";
const notTable = 'it holds no rows; load the file that was meant';
const packed = (how: string): string => `unpack it (${how}) and load the file inside`;

/** Marks that also are letters need a byte after them that no text has, so that no column name is taken for a mark. */
const beginnings: readonly Beginning[] = [
  { begins: bytes('fd377a585a00'), what: 'packed with xz', advice: packed('unxz') },
  { begins: bytes('04224d18'), what: 'packed with lz4', advice: packed('unlz4') },
  { begins: matches(/^BZh[1-9](?:1AY&SY|\x17rE8P\x90)/), what: 'packed with bzip2', advice: packed('bunzip2') },
  { begins: bytes('377abcaf271c'), what: 'a 7z archive', advice: packed('7z x') },
  { begins: bytes('526172211a07'), what: 'a RAR archive', advice: packed('unrar x') },
  { begins: matches(/^[^\n]{257}ustar[\0 ]/), what: 'a tar archive', advice: packed('tar -xf') },
  {
    begins: spreadsheet,
    what: 'an Excel workbook (.xlsx)',
    advice: "load it with --format xlsx (in a dataset format: 'xlsx')",
  },
  {
    begins: matches(/^PK(?:\x03\x04|\x05\x06|\x07\x08)/),
    what: 'a spreadsheet or another document (.ods, .docx)',
    advice: 'save the sheet as "CSV UTF-8" and load that',
  },
  {
    begins: bytes('d0cf11e0a1b11ae1'),
    what: 'an old Office file, such as an Excel workbook (.xls)',
    advice: 'save the sheet as "CSV UTF-8" and load that',
  },
  {
    begins: matches(/^PAR[1E][\0-\x08\x0e-\x1f]/),
    what: 'a Parquet file',
    advice: "load it with --format parquet (in a dataset format: 'parquet')",
  },
  { begins: matches(/^Obj\x01/), what: 'an Avro file', advice: asCsv },
  { begins: matches(/^ARROW1\0/), what: 'an Arrow (Feather) file', advice: asCsv },
  { begins: matches(/^SQLite format 3\0/), what: 'an SQLite database', advice: asCsv },
  { begins: matches(/^PGDMP[\0-\x08]/), what: 'a dump of pg_dump', advice: 'restore it with pg_restore' },
  {
    begins: matches(/^PGCOPY\n\xff\r\n\0/),
    what: 'written by COPY ... (format binary)',
    advice: 'write it with (format csv, header) and load that',
  },
  { begins: matches(/^%PDF-/), what: 'a PDF document', advice: 'ask the source for the rows as CSV' },
  { begins: bytes('89504e470d0a1a0a'), what: 'a PNG image', advice: notTable },
  { begins: bytes('ffd8ff'), what: 'a JPEG image', advice: notTable },
  { begins: matches(/^(?:\x7fELF|MZ[\0-\xff]{2}[\0-\x08])/), what: 'a program', advice: notTable },
  {
    begins: matches(/^(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|table)[\s>]/i),
    what: 'a web page',
    advice: 'often an error or a login page that was saved in place of the file: open it, and fetch the file again',
  },
  { begins: matches(/^(?:\xef\xbb\xbf)?\s*<(?:\?xml|Error>)/), what: 'XML', advice: asCsv },
  {
    begins: matches(/^(?:\xef\xbb\xbf)?\s*(?:\[\s*)?\{\s*(?:"[^"\n]*"\s*:|\r?\n)/),
    what: 'JSON',
    name: 'json',
    advice: asJson,
  },
  {
    // a file whose records end so may begin with an empty one
    begins: matches(/^(?:\xef\xbb\xbf)?\s*\x1e[\s\x1e]*[[{]/),
    what: 'a sequence of JSON texts (RFC 7464)',
    name: 'json-seq',
    advice: "load it with --format json-seq (in a dataset format: 'json-seq')",
  },
];

function bytes(hex: string): (head: Buffer) => boolean {
  const mark = Buffer.from(hex, 'hex');
  return (head) => head.subarray(0, mark.length).equals(mark);
}

/** In latin1 each byte is one character. */
function matches(pattern: RegExp): (head: Buffer) => boolean {
  return (head) => pattern.test(head.toString('latin1', 0, MARK_BYTES));
}

/** A ZIP whose first entry is one that Excel writes first. */
function spreadsheet(head: Buffer): boolean {
  return /^PK\x03\x04[\0-\xff]{26}(?:\[Content_Types\]\.xml|_rels\/|xl\/|docProps\/)/.test(
    head.toString('latin1', 0, MARK_BYTES),
  );
}

/** tar's mark ends at byte 263. */
const MARK_BYTES = 512;
