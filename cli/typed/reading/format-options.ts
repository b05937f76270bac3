import { nameWithoutPacking } from '../../../functions/core/decoding/packed-name.ts';
import { isDelimiter, isPunctuation } from '../../../functions/compile/declaration/reading/reading-fields.ts';
import type { Arguments } from '../usage.ts';

/** `--format`, `--delimiter` and `--quote` as a dataset has them; what is wrong is added to `problems`. */
export function formatTyped(
  { format, delimiter, quote }: Arguments['values'],
  problems: string[],
): { readonly format?: string; readonly delimiter?: string; readonly quote?: string } {
  return {
    ...(format === undefined ? {} : { format: readFormat(format, problems) }),
    ...(delimiter === undefined ? {} : { delimiter: readDelimiter(delimiter, problems) }),
    ...(quote === undefined ? {} : { quote: readQuote(quote, problems) }),
  };
}

function readFormat(typed: string, problems: string[]): string {
  if (!['csv', 'tsv', 'ndjson', 'json', 'json-seq', 'parquet', 'xlsx', 'fixed'].includes(typed)) {
    problems.push(
      `--format: "${typed}" is none; it is csv, tsv, ndjson (one JSON object a line), json (an array of objects), json-seq (RFC 7464), parquet, xlsx or fixed (columns of fixed width)`,
    );
  }
  return typed;
}

function readDelimiter(typed: string, problems: string[]): string {
  if (/^(tab|\\t)$/i.test(typed)) return '\t';
  if (!/^[^\0]{1,8}$/su.test(typed)) {
    problems.push(
      `--delimiter: "${typed}" is not one character, or up to 8; write for example --delimiter ';', --delimiter '||' or --delimiter tab`,
    );
  } else if (!isDelimiter(typed)) {
    problems.push('--delimiter: a quote, a line end, a letter or a digit cannot separate cells');
  }
  return typed;
}

function readQuote(typed: string, problems: string[]): string {
  if (typed !== 'none' && !isPunctuation(typed)) {
    problems.push(
      `--quote: "${typed}" is neither none (quotes are data) nor one ASCII punctuation character that encloses cells; write for example --quote '"' or --quote "'"`,
    );
  }
  return typed;
}

interface SaidFormat {
  readonly format?: string | undefined;
  readonly delimiter?: string | undefined;
  readonly reading?: Readonly<Record<string, unknown>> | undefined;
}

/** What the name of a file says where nobody else does. It may end with what packs the file: `orders.ndjson.gz`. */
export function formatByName(
  key: string,
  { format, delimiter, reading }: SaidFormat,
): { readonly format?: string; readonly delimiter?: string } {
  if (format !== undefined || delimiter !== undefined) return {};
  if (reading?.['jsonPath'] !== undefined) return { format: 'json' };
  if (reading?.['fixed'] !== undefined) return { format: 'fixed' };
  if (reading?.['sheet'] !== undefined || reading?.['cells'] !== undefined) return { format: 'xlsx' };
  const name = nameWithoutPacking(key);
  if (/\.(ndjson|jsonl)$/i.test(name)) return { format: 'ndjson' };
  if (/\.json-?seq$/i.test(name)) return { format: 'json-seq' };
  if (/\.json$/i.test(name)) return { format: 'json' };
  if (/\.parquet$/i.test(name)) return { format: 'parquet' };
  if (/\.xls[xm]$/i.test(name)) return { format: 'xlsx' };
  return /\.(tsv|tab)$/i.test(name) ? { delimiter: '\t' } : {};
}
