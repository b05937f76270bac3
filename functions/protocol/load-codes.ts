/**
 * Why a load is refused (REJECTED, where no other outcome is named): the `code` of LoadRejected, of landfall.loads and of
 * report.json. Each says what happened, when that is normal, and what to do. Codes of single records are in reject-codes.ts.
 * A load that failed for a technical reason has the error's name for a code, so it may be none of these.
 */
export const loadCodes = {
  /** The dataset's declaration, or --into, --key and the like, is not valid. Never normal: correct what the message lists. */
  DATASET_INVALID: 'DATASET_INVALID',
  /** IGNORED: no dataset's prefix begins the object's key. Normal for a stray upload: declare a dataset, or load it with --into and --key. */
  NO_DATASET: 'NO_DATASET',
  /** IGNORED: the key ends with a slash, as consoles write it for an empty folder. Always normal. */
  FOLDER_MARKER: 'FOLDER_MARKER',
  /** IGNORED: a dotfile, .tmp or .part, which is still being written. Normal: its final name is an upload of its own. */
  UNFINISHED_NAME: 'UNFINISHED_NAME',
  /** IGNORED: NAME.control.json, NAME.sha256 or NAME.md5, which tells of the file beside it. Always normal: the load of that file reads it. */
  SIDECAR: 'SIDECAR',
  /** IGNORED: the object is loaded together with others, by another execution, as `gather` of its dataset has it. Always normal: the message names the window and the load. */
  GATHERED: 'GATHERED',
  /** IGNORED: the object is loaded with its set, once a manifest or marker says so, as `set` of its dataset has it. Always normal. */
  PART_OF_SET: 'PART_OF_SET',
  /** IGNORED: `upload` of the dataset lets no such suffix or size in. Normal for what is not meant for it: correct `upload` where it is. */
  NOT_LET_IN: 'NOT_LET_IN',

  /** The target does not exist, or not under this name. Normal before its first migration: create it, or correct the name. */
  NO_SUCH_TABLE: 'NO_SUCH_TABLE',
  /** The target is a view, a sequence, a foreign table or the like. Name the table behind it. */
  NOT_A_TABLE: 'NOT_A_TABLE',
  /** The target is TEMPORARY or UNLOGGED: its rows vanish while the ledger still says LOADED. Use an ordinary table. */
  NOT_DURABLE: 'NOT_DURABLE',
  /** Row-level security is enabled: rows could be hidden from the comparison, and COPY refuses it. Load another table, or disable it. */
  ROW_SECURITY: 'ROW_SECURITY',
  /** The connection's role may not read or write what the load needs. Normal for a new target: run the GRANT of the message. */
  NO_PRIVILEGE: 'NO_PRIVILEGE',
  /** The table is built in a way this version does not load (inheritance, rules, a foreign key to itself). The message says why and what else there is. */
  UNSUPPORTED_TABLE: 'UNSUPPORTED_TABLE',

  /** The business key names a column that the target lacks or that a file cannot fill. Correct `key`. */
  KEY_COLUMN: 'KEY_COLUMN',
  /** No unique index on exactly the business key that ON CONFLICT can use. Run the CREATE UNIQUE INDEX of the message, or correct `key`. */
  NO_UNIQUE_INDEX: 'NO_UNIQUE_INDEX',
  /** The target is partitioned by a column outside the business key, so that an update could move a row. Add it to `key`. */
  PARTITION_KEY: 'PARTITION_KEY',
  /** newer-wins compares a column that is missing or has no order. Correct `conflict.versionColumn`. */
  VERSION_COLUMN: 'VERSION_COLUMN',
  /** `columns` renames to a column that the target lacks, or that a file cannot fill. Correct `columns.rename`. */
  RENAME: 'RENAME',
  /** The database has no zone of that name, or reads it in two ways. Correct `timeZone`; where none is declared, declare one. */
  TIME_ZONE: 'TIME_ZONE',
  /** A rule names a column that the target lacks, or does not fit its type. Correct `columns.rules`. */
  RULE: 'RULE',

  /** The object is empty, or its header names no column. A feed without rows must still write its header. */
  HEADER_EMPTY: 'HEADER_EMPTY',
  /** The file is no delimited text: packed, a spreadsheet, Parquet, a PDF, a web page. The message says what it is and what to do. */
  HEADER_OTHER_FORMAT: 'HEADER_OTHER_FORMAT',
  /** The file is packed with zstd and is not whole: cut off, or damaged on its way. Fetch or pack it again. */
  ZSTD_CORRUPT: 'ZSTD_CORRUPT',
  /** The file is packed with zstd, and the Node that runs the command is older than 22.15. Run it on a newer one, or unpack the file. */
  ZSTD_UNREADABLE: 'ZSTD_UNREADABLE',
  /** The file is a zip archive and is not whole: cut off, or damaged on its way. Fetch or pack it again. */
  ZIP_CORRUPT: 'ZIP_CORRUPT',
  /** Which file of a zip archive is meant cannot be told, or it cannot be read: several, none, an encrypted one. Name it with `member`, or unpack it. */
  ZIP_MEMBER: 'ZIP_MEMBER',
  /** Packed inside of packed inside of packed, or a zip archive that is packed itself. Normal for nobody: unpack it, and load the file inside. */
  PACKED_TOO_DEEP: 'PACKED_TOO_DEEP',
  /** The file begins with the byte order mark of another encoding than is declared, or nothing tells the order of its bytes. Normal after a source changed: correct `encoding`, or leave it out. */
  WRONG_ENCODING: 'WRONG_ENCODING',
  /** The header is not UTF-8, or no text in the encoding that is declared. Usual for old Windows software: declare its `encoding`. */
  HEADER_INVALID_UTF8: 'HEADER_INVALID_UTF8',
  /** The header has a NUL byte. Usually UTF-16 without a mark, or a file of a kind that is not recognised. */
  HEADER_NUL_BYTE: 'HEADER_NUL_BYTE',
  /** No line end within the bytes that are searched for the header. Usually no text file, or an unclosed quote in the first line. */
  HEADER_TOO_LONG: 'HEADER_TOO_LONG',
  /** A quote that opens in the header is never closed. Have the source write valid CSV. */
  HEADER_UNTERMINATED_QUOTE: 'HEADER_UNTERMINATED_QUOTE',
  /** A name of the header has a quote inside, or text after its closing quote. Write it between quotes, with each quote twice. */
  HEADER_STRAY_QUOTE: 'HEADER_STRAY_QUOTE',
  /** Columns are named for a file without a header, and its first record has more cells or fewer. Name each of them in its place. */
  HEADER_COLUMNS: 'HEADER_COLUMNS',
  /** The object can be read in several ways that give different rows: declare the one that is meant, the message has what to type. */
  AMBIGUOUS_DIALECT: 'AMBIGUOUS_DIALECT',
  /** A later line is the table's header, and lines stand before it: a title, a date. Usual for reports: have the source leave them out, or cut them off. */
  PREAMBLE: 'PREAMBLE',
  /** A column without a name holds values. Usually the row numbers of a data frame: have the source name it, or ignore its position. */
  UNNAMED_COLUMN: 'UNNAMED_COLUMN',
  /** Two cells of the header have one name (case and blanks do not count), or fill one column. Rename or ignore one of them. */
  DUPLICATE_HEADER: 'DUPLICATE_HEADER',
  /** The header is separated by another delimiter, or Excel's line `sep=` says so. Declare the format or pass --delimiter. */
  WRONG_DELIMITER: 'WRONG_DELIMITER',
  /** The header has columns that the target lacks. Normal after the source added one: rename or ignore it, or add the column. */
  UNKNOWN_COLUMN: 'UNKNOWN_COLUMN',
  /** The header has a column that PostgreSQL fills itself (generated, GENERATED ALWAYS AS IDENTITY). Ignore it in the dataset. */
  UNFILLABLE_COLUMN: 'UNFILLABLE_COLUMN',
  /** Of objects that are loaded together one has another column than the first, or lacks one. Normal after the source changed between them: load it apart, or have it written again. */
  OTHER_COLUMNS: 'OTHER_COLUMNS',
  /** More columns than a table of PostgreSQL can have. Usually a wrong delimiter or a file that is no table; else split it. */
  TOO_MANY_COLUMNS: 'TOO_MANY_COLUMNS',
  /** The header lacks a column without which no row can be stored or compared. Rename the one that holds it, or have the source add it. */
  MISSING_COLUMN: 'MISSING_COLUMN',

  /** The object does not exist, or no longer. Normal where files are cleaned up: upload it again. */
  OBJECT_GONE: 'OBJECT_GONE',
  /** The object was replaced while it was read; nothing of it was merged. Normal: the new version is a load of its own. */
  OBJECT_CHANGED: 'OBJECT_CHANGED',
  /** Reading the object is not allowed (bucket policy, KMS key, file mode). Grant it, then load again. */
  OBJECT_DENIED: 'OBJECT_DENIED',
  /** The object lies in an archive class. Restore it, then load again. */
  OBJECT_ARCHIVED: 'OBJECT_ARCHIVED',
  /** The object is packed with gzip and does not unpack: cut off, damaged, or followed by something else. Normal after a broken transfer: fetch or pack it again. */
  GZIP_CORRUPT: 'GZIP_CORRUPT',
  /** The object is no JSON (RFC 8259), or not to its end: cut off, or something behind it. Normal after a broken transfer, or where a program glues texts together: the message names byte and line; have the source write it with a library. */
  JSON_CORRUPT: 'JSON_CORRUPT',
  /** The document of JSON has no array of records where `jsonPath` leads. Normal after the source changed it: correct the path. */
  JSON_PATH: 'JSON_PATH',
  /** The object is no Parquet file, or is damaged: no magic bytes, a footer or page that cannot be read, a check sum that is another. Normal after a broken transfer: fetch or write it again. */
  PARQUET_CORRUPT: 'PARQUET_CORRUPT',
  /** A Parquet file is written in a way that is not read: encrypted, a packing or type of its own. The message says which: have the source write it otherwise. */
  PARQUET_UNREADABLE: 'PARQUET_UNREADABLE',
  /** A workbook is damaged: its XML, or what its parts say of each other. A broken archive is ZIP_CORRUPT. Normal after a broken transfer: fetch or save it again. */
  XLSX_CORRUPT: 'XLSX_CORRUPT',
  /** A workbook is encrypted, an old .xls, has no such sheet, or a formula without its value. The message says which and what to do. */
  XLSX_UNREADABLE: 'XLSX_UNREADABLE',
  /** The object unpacks to far more bytes than a table packs into so few. Never normal: see who made it; unpack it yourself where it is meant. */
  DECODED_TOO_LARGE: 'DECODED_TOO_LARGE',
  /** The object cannot be read at all (a folder, a pipe, a URL that is none). The message says what it is. */
  OBJECT_INVALID: 'OBJECT_INVALID',

  /** It lies in a bucket that the stack does not load from, or is a file. Without a load: upload it to the landing bucket, or declare the bucket. */
  FOREIGN_BUCKET: 'FOREIGN_BUCKET',
  /** The request has a throttleQuery, which would run as the role that loads. Without a load: declare it in the dataset, or type it to `load` on one machine. */
  SQL_IN_REQUEST: 'SQL_IN_REQUEST',

  /** Rejects cannot be replayed: the load that they are of did not load, the mended file is not of it, or names records that it does not have. The message says which. */
  REPLAY_REFUSED: 'REPLAY_REFUSED',

  /** The file has fewer lines behind its header than `trailerRows` says are no records. Usually an empty feed without its total: correct `trailerRows`. */
  TRAILER: 'TRAILER',
  /** A quote is still open at the object's end, so that no record after it can be told. Close it at the line that the message names. */
  UNTERMINATED_QUOTE: 'UNTERMINATED_QUOTE',
  /** The dataset or the target's shape changed since the load was first planned. Normal after a migration: run it again with --force. */
  CONTRACT_CHANGED: 'CONTRACT_CHANGED',
  /** The contract in the ledger is not the one that was compiled from the catalogue: somebody wrote into landfall.loads. Never normal: see who may. */
  LEDGER_EDITED: 'LEDGER_EDITED',
  /** Code of the target's owner (a trigger, a function of a CHECK) cannot run: it misses a table, a function or a right. Mend it, then load again. */
  TARGET_CODE: 'TARGET_CODE',
  /** A pattern of the dataset, or a CHECK, a domain or a trigger of the target, did not end in the time that a call has. Never normal: the message names them, make them cheaper. */
  EXPRESSION_TOO_SLOW: 'EXPRESSION_TOO_SLOW',
  /** More rejects than the dataset's maxRejects or maxRejectShare allows; the target is untouched. Look at the rejects file. */
  TOO_MANY_REJECTS: 'TOO_MANY_REJECTS',
  /** Records break a rule of the dataset whose severity is refuse, or a rule over the whole load does not hold; the target is untouched. Look at the rejects, and have the source mend them. */
  RULE_BROKEN: 'RULE_BROKEN',
  /** Every record was rejected; the target is untouched. Usually the file of another table, or one leniency is missing: look at the rejects. */
  NOTHING_ACCEPTED: 'NOTHING_ACCEPTED',
  /** It was held, and somebody declined it, or nobody approved it within the dataset's `heldDays`; the target is untouched. Normal: mend what the message says, then load it again. */
  DECLINED: 'DECLINED',
  /** Fewer records than the dataset's minRecords; the target is untouched. Usually a transfer that was cut off: fetch the file again, or lower the limit. */
  TOO_FEW_RECORDS: 'TOO_FEW_RECORDS',
  /** More records than the dataset's maxRecords; the target is untouched. Usually the wrong file, or one that was put together twice: see which, or raise the limit. */
  TOO_MANY_RECORDS: 'TOO_MANY_RECORDS',
  /** More rows would be deleted than the dataset's maxDeletedShare allows; the target is untouched. Usually a file that is cut off: fetch it again, or raise the limit. */
  TOO_MANY_DELETED: 'TOO_MANY_DELETED',
  /** The file has no record to replace rows with, which it would delete then; the target is untouched. Usually an export that failed: fetch the file again, or delete the rows yourself. */
  NOTHING_TO_REPLACE_WITH: 'NOTHING_TO_REPLACE_WITH',
  /** A column of limits.nullShare is NULL far more often than in the loads before; the target is untouched. Usually a field that the source stopped to fill: ask it, or raise the tolerance. */
  NULL_SHARE: 'NULL_SHARE',
  /** More rows of the table would be updated than the dataset's maxUpdatedShare takes; the target is untouched. Usually a file of another day or with a changed format: look at the plan, or raise the limit. */
  TOO_MANY_UPDATED: 'TOO_MANY_UPDATED',
  /** A column would turn from a value to NULL in more rows of the table than its maxNullTurnedShare takes; the target is untouched. Usually a field that the source stopped to fill: ask it, or raise the limit. */
  TOO_MANY_TURNED_NULL: 'TOO_MANY_TURNED_NULL',
  /** The file is not what its source says it is: records, sums or a digest differ; the target is untouched. Fetch the file again, or correct the totals. */
  CONTROL_TOTALS: 'CONTROL_TOTALS',
  /** Objects that are to be loaded together cannot be: the manifest is not written as it has to be, one is named twice, they are too many, or something beside one of them tells of that one alone. Correct what the message says. */
  SET_INVALID: 'SET_INVALID',
  /** A sidecar, NAME.control.json, NAME.sha256 or NAME.md5, is not written as it has to be. Correct what the message lists, then load again. */
  CONTROL_INVALID: 'CONTROL_INVALID',
  /** The dataset requires a sidecar, and none came in time; the target is untouched. Have the source write it, then load the file again. */
  CONTROL_MISSING: 'CONTROL_MISSING',
  /** The object is too long for its digest to be computed in the time that a call has. Give records and sums instead, or split the file. */
  DIGEST_TOO_SLOW: 'DIGEST_TOO_SLOW',
  /** ALREADY_LOADED: while it waited for its table, a load of several objects loaded this one, or others did all of its objects. Always normal: nothing. */
  LOADED_MEANWHILE: 'LOADED_MEANWHILE',
  /** SUPERSEDED: a newer version of the same object was loaded already. Normal when events come out of order: nothing, or --force. */
  SUPERSEDED: 'SUPERSEDED',
  /** A newer object was merged into the table before, and the dataset's `order` is strict. Normal for a file that comes late: nothing, or --force. */
  OLDER_THAN_MERGED: 'OLDER_THAN_MERGED',
  /** FAILED: the command was interrupted. Normal after Ctrl-C: the same command again resumes. */
  CANCELLED: 'CANCELLED',
  /** FAILED: the execution ran longer than it may. Never normal: load the object again, it goes on; find out what was slow. */
  TIMED_OUT: 'TIMED_OUT',
  /** FAILED: others that use the target were waited for as long as the dataset lets it (`deadlineMinutes`). Normal where a standby is down: once it is back, retry the load, it goes on. */
  DEADLINE_PASSED: 'DEADLINE_PASSED',
  /** FAILED: the execution is gone and nobody was told why; the sweep found that out. Never normal: load the object again, it goes on. */
  EXECUTION_LOST: 'EXECUTION_LOST',
  /** FAILED: it never ended, and a later load of the same object took its place. Normal after --force: look at that one. */
  REPLACED: 'REPLACED',
  /** FAILED: the counts do not balance (invariant 5). Never normal: do not rely on the load, and report it as a fault of the loader. */
  RECONCILIATION_MISMATCH: 'RECONCILIATION_MISMATCH',
  /** FAILED: the ledger belongs to a role that is not expected, or code of somebody's could run in it; it was neither read nor written. Never normal: `landfall doctor` names each difference. */
  LEDGER_UNTRUSTED: 'LEDGER_UNTRUSTED',
  /** FAILED: the server is of a version that Landfall was not tried on, or the database is not in UTF-8; nothing was read or written. Never normal: the message says which server will do. */
  SERVER_UNFIT: 'SERVER_UNFIT',
} as const;

/** One of the codes above. */
export type LoadCode = (typeof loadCodes)[keyof typeof loadCodes];

/** Whether the ledger's code is one of these, and not the name of a technical error. */
export function isLoadCode(code: string | null): code is LoadCode {
  return code !== null && Object.hasOwn(loadCodes, code);
}
