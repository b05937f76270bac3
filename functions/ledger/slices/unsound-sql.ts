import type { RejectCode } from '../../protocol/reject-codes.ts';
import { type Sql, sql } from '../../core/sql.ts';
import { rawTable } from '../../core/staging.ts';

/** What to do about a record whose structure is unsound; the scanner's own words of where and how come before it. */
const advice: Readonly<Partial<Record<RejectCode, string>>> = {
  BARE_CR: 'a cell that holds one must be quoted; if it was meant to end a line, end every line as the header ends',
  BARE_LF: 'a cell that holds one must be quoted; if it was meant to end a line, end every line as the header ends',
  STRAY_QUOTE: 'a cell that holds a quote must be quoted, and the quote doubled',
  INVALID_UTF8:
    'is the file in another encoding? Declare it with --encoding (in a dataset encoding), or save it as UTF-8',
  INVALID_ENCODING: 'is that the encoding of the file? If so, have the source write the record again',
  ROW_TOO_BIG: 'PostgreSQL keeps a row on one page of 8 kB: move some of its columns into a table of their own',
  NUL_BYTE: 'no text can hold it: is the file damaged, or a part of it UTF-16?',
  RECORD_TOO_LONG:
    'does it lack a line end, or a closing quote? If not, raise limits.maxRecordBytes of the dataset, or --max-record-bytes beside --into',
};

/**
 * Records that the scanner could not take apart, each with its one reason; as insertRejects wants them.
 * @param only of this one alone.
 */
export function unsoundRecords(loadId: number, slice: number, only?: RejectCode): Sql {
  const codes = Object.keys(advice);
  return sql`
select staged.record_no, staged.line, staged.byte_offset, staged.byte_length, staged.raw,
  jsonb_build_array(jsonb_build_object(
    'code', staged.fault,
    'column', null,
    'value', null,
    'message', coalesce(staged.fault_detail, 'the record is not well-formed') || coalesce('; ' || advised.words, '')
  )) as reasons
from ${rawTable(loadId, slice)} as staged
left join unnest(${codes}::text[], ${Object.values(advice)}::text[]) as advised (code, words) on advised.code = staged.fault
where ${only === undefined ? sql`(staged.fault is not null)` : sql`(staged.fault operator(pg_catalog.=) ${only})`}`;
}
