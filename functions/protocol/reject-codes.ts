/**
 * Why a record is in the quarantine: `code` of a reason in landfall.rejects, of rejectsByCode in report.json and of the
 * rejects file. Each says what happened, when that is normal, and what to do. Codes of whole loads are in load-codes.ts.
 */
export const rejectCodes = {
  /** More or fewer cells than the header has. Usually an unquoted delimiter inside a text: have the source quote it. */
  FIELD_COUNT: 'FIELD_COUNT',
  /** A carriage return alone, outside quotes, in a file whose lines end with LF or CRLF. Usually a line end that was typed into a text: have the source quote it. */
  BARE_CR: 'BARE_CR',
  /** A line feed alone, outside quotes, in a file whose header ends with a carriage return. Have the source quote it, or end every line alike. */
  BARE_LF: 'BARE_LF',
  /** A value in a column that the header has no name for. Normal for notes beside a table of a spreadsheet: name the column, or ignore its position. */
  UNNAMED_VALUE: 'UNNAMED_VALUE',
  /** The header again, as where exports were put together. Normal then: have them joined without it. Kept where all its names are values of columns none of which is text. */
  REPEATED_HEADER: 'REPEATED_HEADER',
  /** All of its cells are empty, and the dataset rejects such records. Usual for spreadsheets: let them be skipped (`blankRows`). */
  BLANK_ROW: 'BLANK_ROW',
  /** A quoted cell with line ends and delimiters inside, between tabs: it may as well be several records of a source that quotes nothing. Declare `quote`. */
  QUOTED_LINES: 'QUOTED_LINES',
  /** A quote inside an unquoted cell, or text after a closing quote. Quotes inside a cell are doubled, and the cell quoted. */
  STRAY_QUOTE: 'STRAY_QUOTE',
  /** The bytes are not UTF-8. Normal for exports of old systems in Latin-1 or Windows-1252: have the source write UTF-8. */
  INVALID_UTF8: 'INVALID_UTF8',
  /** Bytes that are no character of the encoding that is declared or that a byte order mark tells; the message has them and their place in the file. Usually another encoding: declare that. Normal for a few of a source that cuts texts. */
  INVALID_ENCODING: 'INVALID_ENCODING',
  /** A zero byte, which no text of PostgreSQL can hold. Never normal: a damaged file, or one in UTF-16. */
  NUL_BYTE: 'NUL_BYTE',
  /** A line that is no JSON (RFC 8259): a single quote, a comma too many, NaN, 01, a record cut off. The message names the byte and what should stand there. */
  NOT_JSON: 'NOT_JSON',
  /** A line of JSON that is no object: an array, a number, null. Have the source write one object a line. */
  NOT_AN_OBJECT: 'NOT_AN_OBJECT',
  /** A key twice in one object, or two that fill one column: readers differ in which of them they keep. In a jsonb value too, which would keep the last without a word. */
  REPEATED_KEY: 'REPEATED_KEY',
  /** A key that the table has no column for. Normal after the source added a field: add the column, or declare what becomes of such keys (`columns.unknown`). */
  UNKNOWN_KEY: 'UNKNOWN_KEY',
  /** An object or an array of JSON in a column that holds a single value. Normal where a source changed a field: make the column jsonb, or have the source write the value. */
  NESTED_VALUE: 'NESTED_VALUE',
  /** Half of a surrogate pair (`\ud800` alone), which is no character. Normal where a source cut a text inside an emoji. */
  LONE_SURROGATE: 'LONE_SURROGATE',
  /** `\u0000` in a string that becomes text or jsonb: no text of PostgreSQL can hold it. */
  NUL_CHARACTER: 'NUL_CHARACTER',
  /** Longer than the dataset's limits.maxRecordBytes. Usually a quote that was never closed; else raise the limit. */
  RECORD_TOO_LONG: 'RECORD_TOO_LONG',
  /** Its row fits on no page of PostgreSQL (8 kB), although large values are stored outside of it: hundreds of columns with a value each. Give the table fewer columns. */
  ROW_TOO_BIG: 'ROW_TOO_BIG',

  /** A cell that a declared cleaning step could not read, of no type in particular. Correct the source, or the step. */
  NOT_CLEANED: 'NOT_CLEANED',
  /** Not a whole number in decimal digits. Normal where a column holds codes: then its type should be text. Leniencies: trimBlanks, numberForms. */
  INVALID_INTEGER: 'INVALID_INTEGER',
  /** A whole number that the column's type cannot hold. Widen the column to bigint or numeric, or correct the source. */
  INTEGER_RANGE: 'INTEGER_RANGE',
  /** Not a decimal number with a point. Normal for exports with a decimal comma: have the source write a point. Leniencies: numberForms, specialNumbers. */
  INVALID_NUMBER: 'INVALID_NUMBER',
  /** More decimals than numeric(p,s) keeps: storing it would round it. Leniency: roundNumbers. */
  NUMERIC_SCALE: 'NUMERIC_SCALE',
  /** More digits before the point than the type holds. Widen the column, or correct the source. */
  NUMERIC_OVERFLOW: 'NUMERIC_OVERFLOW',
  /** Too large or too small for real or double precision. Use numeric for such values. */
  FLOAT_RANGE: 'FLOAT_RANGE',
  /** Neither true nor false. Normal for exports with yes/no or 1/0: leniency booleanWords. */
  INVALID_BOOLEAN: 'INVALID_BOOLEAN',
  /** Not a calendar date as YYYY-MM-DD. Normal for spreadsheets: have them write ISO dates. Leniencies: dateForms, specialDates. */
  INVALID_DATE: 'INVALID_DATE',
  /** Not a time of day as HH:MM:SS. 24:00:00 is none. Leniencies: dateForms, specialDates, dropZone. */
  INVALID_TIME: 'INVALID_TIME',
  /** Not a date and time as YYYY-MM-DD HH:MM:SS. Leniencies: dateForms, specialDates. */
  INVALID_TIMESTAMP: 'INVALID_TIMESTAMP',
  /** A moment without an offset that the zone's clocks jump over, as they are set forward. Write it with its offset, or correct `timeZone`. */
  TIME_GAP: 'TIME_GAP',
  /** A moment without an offset that comes twice in its zone, as clocks are set back. Normal for one hour a year: have the source write offsets. */
  TIME_REPEATED: 'TIME_REPEATED',
  /** An offset from UTC that a column without time zone would drop. Change the column to timestamptz. Leniency: dropZone. */
  ZONE_DROPPED: 'ZONE_DROPPED',
  /** Finer than the column keeps (microseconds at most): storing it would round it. Leniency: roundNumbers. */
  FRACTION_TOO_FINE: 'FRACTION_TOO_FINE',
  /** Not a UUID. Correct the source, or make the column text. */
  INVALID_UUID: 'INVALID_UUID',
  /** PostgreSQL itself refuses the text for the column's type (json, inet, interval, arrays, ...); the message holds its words and SQLSTATE. Or an element of an array or range is written as no single cell may be. */
  INVALID_INPUT: 'INVALID_INPUT',
  /** JSON nested deeper than 1,000 levels, which could exhaust the server's stack. Never normal. */
  JSON_DEPTH: 'JSON_DEPTH',

  /** An empty cell where the column is NOT NULL. A column's default fills only columns that the file does not have. */
  NOT_NULL: 'NOT_NULL',
  /** An empty cell in the business key: nothing would identify the row. Never normal. */
  KEY_NULL: 'KEY_NULL',
  /** An empty cell where the dataset requires a value. */
  REQUIRED: 'REQUIRED',
  /** More characters than varchar(n), char(n) or the dataset allows; blanks count. Leniencies: truncateText, trimBlanks. */
  TOO_LONG: 'TOO_LONG',
  /** Fewer characters than the dataset's minLength. */
  TOO_SHORT: 'TOO_SHORT',
  /** Not a label of the column's enum. Normal after the source added a state: add it with ALTER TYPE ... ADD VALUE. */
  NOT_IN_ENUM: 'NOT_IN_ENUM',
  /** Breaks a constraint of the column's domain; the message holds PostgreSQL's words and SQLSTATE. */
  DOMAIN: 'DOMAIN',
  /** Smaller than the dataset's min. */
  BELOW_MINIMUM: 'BELOW_MINIMUM',
  /** Larger than the dataset's max. */
  ABOVE_MAXIMUM: 'ABOVE_MAXIMUM',
  /** After the start of the load, where the dataset says notFuture. Normal where clocks of the source are ahead, or a year was mistyped. */
  IN_FUTURE: 'IN_FUTURE',
  /** Before the start of the load, where the dataset says notPast. */
  IN_PAST: 'IN_PAST',
  /** Does not match the dataset's pattern. */
  PATTERN: 'PATTERN',
  /** None of the dataset's oneOf. */
  NOT_ALLOWED: 'NOT_ALLOWED',
  /** Another record of the file before it has the value, which the dataset wants once; the message says where. */
  NOT_UNIQUE: 'NOT_UNIQUE',
  /** Not in the table or list that the dataset looks it up in. Normal where that table is loaded later: load it first. */
  LOOKUP: 'LOOKUP',
  /** Breaks a predicate of the dataset (`recordRules`); the message names it, with its words or its SQL. */
  RECORD_RULE: 'RECORD_RULE',
  /** Breaks a CHECK of the target; the message names it. */
  CHECK: 'CHECK',
  /** A CHECK, domain or type of the target, or a predicate of the dataset, raised an error on this record instead of judging it. Look at its definition. */
  CHECK_ERROR: 'CHECK_ERROR',
  /** The expression of a derived column raised an error on this record; the message has PostgreSQL's words. */
  DERIVE_ERROR: 'DERIVE_ERROR',
  /** No partition of the target takes the row; the message holds the value. Normal as a new month begins: make its partition, and `landfall retry LOAD --force` judges the file again. */
  NO_PARTITION: 'NO_PARTITION',
  /** A foreign key points to no row of its parent table, or a MATCH FULL one is empty in part. Normal where two feeds race: load the parents first. Once they are there, `landfall retry LOAD --force` judges the file again. */
  FOREIGN_KEY: 'FOREIGN_KEY',

  /** Under history: the table has a version of a later time, and `late` does not say that others are put in between. Normal where a file was stuck; with `late: 'insert'` it is slotted in. */
  LATE_VERSION: 'LATE_VERSION',
  /** Under a rule that only updates, or an update of strict operations: the table has no row of the record's key. Normal where another feed brings the rows: load that first, and `landfall retry LOAD --force` judges the file again. */
  NO_ROW: 'NO_ROW',
  /** Under strict operations: the record inserts what is there already. Normal where a source sends changes twice. */
  ROW_EXISTS: 'ROW_EXISTS',
  /** Under newer-wins: the row in the table, or a record before it in the file, has the same version and other content. Under history: a version in the table has the same time. Normal where a source changes rows without raising their version; add a column to `versionColumn` that tells them apart. */
  SAME_VERSION: 'SAME_VERSION',
  /** Kind duplicate: another record of the same load has the same business key and won. Normal where a feed repeats rows. */
  DUPLICATE_KEY: 'DUPLICATE_KEY',
  /** Only the target itself could refuse the row, while merging: a trigger, another unique index, an exclusion constraint. The message holds the SQLSTATE. A dry run has it for what other unique indexes and exclusion constraints would refuse. Once that is mended, `landfall retry LOAD --force` judges the file again. */
  TARGET_REFUSED: 'TARGET_REFUSED',

  /** Behind the twentieth reason of one record: how many more there are, and which rules on which columns (`more`). They are counted under their own codes. Normal where a source shifted its columns. */
  MORE_REASONS: 'MORE_REASONS',
} as const;

/** One of the codes above. */
export type RejectCode = (typeof rejectCodes)[keyof typeof rejectCodes];
