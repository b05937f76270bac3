import { readFileSync } from 'node:fs';
import { shellWord } from '../../../functions/core/typed-again.ts';

/** What is said of how a file is read: fields of a dataset, each an option of `load`. */
export interface Declared {
  readonly encoding?: string;
  readonly delimiter?: string;
  readonly quote?: string;
  readonly recordEnd?: string;
  readonly escape?: string;
  readonly skipRows?: number;
  readonly headerRows?: number;
  /** The names of the columns, of a file whose own header is none of the table. */
  readonly header?: readonly string[];
}

/** What the benchmark says of a file. */
export interface Parameters {
  readonly declared: Declared;
  /** Names of the columns; none where the file has none and nobody gave it any. */
  readonly names: readonly string[];
  /** Records that are its header. */
  readonly headerLines: number;
  readonly preambleLines: number;
  readonly columns: number;
}

/** A `*_parameters.json` of the benchmark. An escape that is the quote, as one that is not said, is the quote written twice. */
export function parametersIn(path: string): Parameters {
  const json = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string | number | undefined>;
  const text = (name: string): string => String(json[name] ?? '');
  const number = (name: string): number => Number(json[name] ?? 0);
  const quote = text('quotechar');
  const escape = text('escapechar');
  const { column_names: names = [] } = json as { readonly column_names?: readonly string[] };
  return {
    declared: {
      encoding: text('encoding'),
      ...(text('delimiter') !== '' && { delimiter: text('delimiter') }),
      ...(quote !== '' && { quote }),
      ...(escape !== '' && escape !== (quote === '' ? '"' : quote) && { escape }),
    },
    names,
    headerLines: number('header_lines'),
    preambleLines: number('preamble_lines'),
    columns: number('n_columns'),
  };
}

/** The same as typed. */
export function optionsOf({ header, ...declared }: Declared): readonly string[] {
  const options: Readonly<Record<string, string>> = {
    encoding: '--encoding',
    delimiter: '--delimiter',
    quote: '--quote',
    escape: '--escape',
    skipRows: '--skip-rows',
    headerRows: '--header-rows',
  };
  const said = Object.entries(declared).flatMap(([field, value]) => {
    const option = options[field];
    if (option === undefined) throw new Error(`no option says ${field}`);
    return [option, value === '\t' ? 'tab' : String(value)];
  });
  return header === undefined
    ? said
    : [...said, '--no-header', '--columns', header.map((name) => name.replaceAll(/[\\,]/g, '\\$&')).join(',')];
}

/** For a person. */
export function shownOptions(declared: Declared): string {
  const { header, ...others } = declared;
  const options = optionsOf(others).map(shellWord).join(' ');
  return header === undefined ? options : `${options} --no-header --columns ...`;
}
