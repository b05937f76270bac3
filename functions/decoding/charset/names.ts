/** Of which kind the encodings are, and which there are: one byte a character, one or more, two or four. */
export const charsets = {
  single: [
    ...['windows-1250', 'windows-1251', 'windows-1252', 'windows-1253', 'windows-1254', 'windows-1255', 'windows-1256'],
    ...['windows-1257', 'windows-1258', 'windows-874'],
    ...['iso-8859-1', 'iso-8859-2', 'iso-8859-3', 'iso-8859-4', 'iso-8859-5', 'iso-8859-6', 'iso-8859-7', 'iso-8859-8'],
    ...['iso-8859-9', 'iso-8859-10', 'iso-8859-11', 'iso-8859-13', 'iso-8859-14', 'iso-8859-15', 'iso-8859-16'],
    ...['cp437', 'cp737', 'cp775', 'cp850', 'cp852', 'cp855', 'cp857', 'cp858', 'cp860', 'cp861', 'cp862', 'cp863'],
    ...['cp865', 'cp866', 'cp869', 'koi8-r', 'koi8-u', 'macintosh'],
  ],
  several: ['shift_jis', 'gb18030', 'big5', 'euc-kr'],
  wide: ['utf-16le', 'utf-16be', 'utf-32le', 'utf-32be'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** An encoding whose bytes are brought to UTF-8. */
export type Charset = (typeof charsets)[keyof typeof charsets][number];

/** What may be declared: one of them; UTF-16 and UTF-32 whose order of bytes the file tells; and UTF-8, which is as it is. */
export type DeclaredCharset = Charset | 'utf-8' | 'utf-16' | 'utf-32';

const names: readonly DeclaredCharset[] = [
  'utf-8',
  'utf-16',
  'utf-32',
  ...charsets.wide,
  ...charsets.single,
  ...charsets.several,
];

/** Other names that people and programs write; latin1 is ISO 8859-1 here, whatever browsers make of it. */
const aliases: Readonly<Record<string, DeclaredCharset>> = {
  utf8: 'utf-8',
  'utf-8-sig': 'utf-8',
  ascii: 'utf-8',
  'us-ascii': 'utf-8',
  utf16: 'utf-16',
  'ucs-2': 'utf-16',
  utf32: 'utf-32',
  'ucs-4': 'utf-32',
  latin1: 'iso-8859-1',
  'latin-1': 'iso-8859-1',
  latin2: 'iso-8859-2',
  latin9: 'iso-8859-15',
  sjis: 'shift_jis',
  'shift-jis': 'shift_jis',
  'windows-31j': 'shift_jis',
  cp932: 'shift_jis',
  ms932: 'shift_jis',
  gbk: 'gb18030',
  gb2312: 'gb18030',
  cp936: 'gb18030',
  'big5-hkscs': 'big5',
  cp950: 'big5',
  euckr: 'euc-kr',
  cp949: 'euc-kr',
  uhc: 'euc-kr',
  'mac-roman': 'macintosh',
};

/** The encoding that a typed name means: case, and - or _ in it, do not count; `cp1252` and `ibm437` are known. Null: none. */
export function charsetNamed(typed: string): DeclaredCharset | null {
  const name = typed.trim().toLowerCase();
  const spelt = name
    .replaceAll('_', '-')
    .replace(/^(?:cp|win|windows)-?(125\d|874)$/, 'windows-$1')
    .replace(/^iso-?8859-?(\d+)$/, 'iso-8859-$1')
    .replace(/^(?:cp|ibm|dos)-?(\d{3})$/, 'cp$1')
    .replace(/^utf-?(16|32)-?(le|be)$/, 'utf-$1$2');
  const found = [name, spelt].map((each) => names.find((known) => known === each) ?? aliases[each]);
  return found.find((each) => each !== undefined) ?? null;
}

/** The names for a message. */
export const charsetWords = `utf-8, utf-16, utf-16le, utf-16be, utf-32, ${[...charsets.single, ...charsets.several].join(', ')}`;
