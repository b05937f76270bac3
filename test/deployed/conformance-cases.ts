import { formatFiles } from '../support/format-files.ts';

/** One file and how it is loaded. */
export interface ConformanceCase {
  readonly name: string;
  /** Null: no object is made, the request names one that is not there. */
  readonly file: string | Buffer | null;
  /** Beside bucket and key. */
  readonly request?: Readonly<Record<string, unknown>>;
  /** Under the key of an earlier case, whose object is loaded once more. */
  readonly sameAs?: string;
  /** It ends LOADED, with so many of its records new; the others are there as they are. */
  readonly inserts?: number;
}

/** The table that all of them go into, in both databases. */
export const conformanceTable = `
  create table public.conformance (
    id integer primary key,
    name text not null,
    amount numeric(8,2) constraint amount_is_not_negative check (amount >= 0),
    seen timestamptz
  )`;

/** How an ad-hoc dataset names it. */
export const intoTable = { into: 'public.conformance', businessKey: ['id'] };

const head = 'id,name,amount,seen\n';

/** A cell of the file without a header, which is read as its header: secrets.ts searches for it. */
export const canaryCell = 'CanaryMarta';

/** Run in this order on both sides: the table's state carries over from one to the next. */
export const conformanceCases: readonly ConformanceCase[] = [
  { name: 'right rows', file: `${head}1,one,1.00,2024-07-01T10:00:00Z\n2,two,,\n` },
  { name: 'the same object again', file: null, sameAs: 'right rows' },
  {
    name: 'changed, unchanged, new, rejected and duplicate rows',
    file: `${head}1,uno,1.00,2024-07-01T10:00:00Z\n2,two,,\n3,three,3,\n3,drei,3,\n4,,4,\n5,five,-1,\nx,ten,1,\n6,six\n`,
  },
  {
    name: 'quoted cells with newlines, over many slices',
    file: head + Array.from({ length: 60 }, (_, i) => `${100 + i},"line\n""${i}"", next",${i}.50,\n`).join(''),
    request: { sliceBytes: 250 },
  },
  { name: 'a dry run', file: `${head}900,nine,9,\nx,bad,1,\n`, request: { dryRun: true } },
  { name: 'a header without a column', file: 'id,amount\n1,1\n' },
  { name: 'a header with an unknown column', file: 'id,name,colour\n1,one,red\n' },
  { name: 'no header', file: `7,${canaryCell},1.00,\n` },
  { name: 'an empty file', file: '' },
  { name: 'a header alone', file: head },
  { name: 'a quote that stays open', file: `${head}1,"one,1,\n2,two,2,\n` },
  { name: 'UTF-16', file: Buffer.from(`\uFEFF${head}1,one,1,\n`, 'utf16le') },
  { name: 'a packed file', file: Buffer.from('1f8b0800000000000003', 'hex') },
  { name: 'more rejects than allowed', file: `${head}x,one,1,\ny,two,2,\n`, request: { limits: { maxRejects: 1 } } },
  { name: 'an object that is not there', file: null },
  { name: 'a table that is not there', file: `${head}1,one,1,\n`, request: { into: 'public.nowhere' } },
  { name: 'a request with an unknown word', file: head, request: { colour: 'red' } },
  // the first one brings two rows, and each of the others finds them
  ...formatFiles().map(({ name, file, request }, i) => ({
    name: `format: ${name}`,
    file,
    request,
    inserts: i === 0 ? 2 : 0,
  })),
];
