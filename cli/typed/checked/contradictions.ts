import { fieldAt, toldBeside } from '../../../functions/compile/declaration/cross-problems.ts';
import type { Problem } from '../../../functions/compile/declaration/problems.ts';
import { DatasetInvalid } from '../../../functions/compile/declaration/schema.ts';
import { datasetOf } from '../../../functions/contract/dataset-of.ts';
import type { TypedSql } from '../../../functions/contract/typed-sql.ts';
import { printable } from '../../../functions/core/printable.ts';
import { LoadRejected } from '../../../functions/protocol/errors.ts';
import type { LoadRequest } from '../../../functions/protocol/states.ts';
import { showText } from '../../../functions/words/did-you-mean.ts';
import { adHocOptions } from '../ad-hoc-rules.ts';

/** The option that says what a field of a dataset does, where it is not called as the field is. */
const optionOf: Readonly<Record<string, string>> = {
  table: 'into',
  header: 'columns',
  leniencies: 'lenient',
  'columns.ignore': 'ignore',
  'columns.ignorePositions': 'ignore-positions',
  'columns.rename': 'rename',
  'columns.unknown': 'unknown-columns',
  'columns.clean': 'clean',
  'columns.constants': 'constant',
  'columns.lineage': 'lineage',
  'columns.merge': 'merge',
  'columns.sensitive': 'sensitive',
  'columns.derive': 'derive',
  'columns.rules': 'rule',
  'conflict.winner': 'keep',
  'trailerTotals.line': 'trailer-line',
  'trailerTotals.records': 'trailer-records',
  'trailerTotals.sums': 'trailer-sum',
  recordRules: 'record-rule',
  loadRules: 'load-rule',
};

/** What is wrong between options, in the words of a person who types them. */
interface Contradiction {
  /** Without the dashes. */
  readonly option: string;
  readonly message: string;
}

/**
 * What options say against each other, or against the format that the name of the file tells: as the dataset that they spell out is
 * checked, so that nothing is begun for it. An option is told once, and not at all where it or one that it stands on is wrong by itself.
 * @param problems what is wrong with single options: each names its options before a colon.
 */
export function contradictionsOf(
  request: LoadRequest,
  typed: TypedSql,
  problems: readonly string[],
): readonly string[] {
  if (request.into === undefined) return [];
  const wrong = new Set(
    problems.flatMap((each) =>
      [...(each.split(': ', 1)[0] ?? '').matchAll(/--([a-z0-9-]+)/g)].map(([, name = '']) => name),
    ),
  );
  const wrongFields = new Set([...wrong].map(fieldOf));
  try {
    datasetOf(request, { datasets: [], typedSql: typed });
    return [];
  } catch (error) {
    // what else a request may be refused for follows from what is wrong with its options
    if (error instanceof LoadRejected && !(error instanceof DatasetInvalid))
      return wrong.size > 0 ? [] : [error.message];
    if (!(error instanceof DatasetInvalid)) throw error;
    const told = new Map<string, string>();
    for (const problem of toldBeside(error.problems, wrongFields)) {
      const { option, message } = asTyped(problem, request);
      const [before = ''] = message.split(': ', 1);
      if (!wrong.has(option) && !told.has(before)) told.set(before, message);
    }
    return [...told.values()];
  }
}

/** `skipRows: ...` as `--skip-rows: ...`; a place in a list or an object follows: `--rename (a): ...` */
function asTyped({ at, message: said }: Problem, request: LoadRequest): Contradiction {
  const [, path = '', rest = ''] = /^([\w.]+(?:"(?:[^"\\]|\\.)*")?): (.*)$/s.exec(said) ?? [];
  const whole = at.join('.');
  const field = Object.keys(optionOf).find((each) => whole === each || whole.startsWith(`${each}.`)) ?? fieldAt(at);
  const option = optionFor(field, request);
  if (path === '') return { option, message: inOptions(said) };
  const place = at.slice(field.split('.').length).map(String);
  const [first = '', ...others] = place;
  const value = field === 'null' && others.length === 0 ? request.nulls?.[Number(first)] : undefined;
  if (value !== undefined) return { option, message: `--${option} ${showText(value)}: ${inOptions(rest)}` };
  const shown = ['trailerTotals', 'null'].includes(field) ? [] : place;
  return {
    option,
    message: `--${option}${shown.length === 0 ? '' : ` (${shown.map((each) => printable(each)).join('.')})`}: ${inOptions(rest)}`,
  };
}

/** What says it, of the options that were typed where several do. */
function optionFor(field: string, { reading }: LoadRequest): string {
  if (field !== 'trailerTotals') return optionOf[field] ?? kebab(field.replace(/^(?:limits|columns)\./, ''));
  const totals = reading?.['trailerTotals'] as { readonly records?: unknown } | undefined;
  return totals?.records === undefined ? 'trailer-sum' : 'trailer-records';
}

function fieldOf(option: string): string {
  const known = Object.keys(optionOf).find((field) => optionOf[field] === option);
  return known ?? option.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** What a dataset calls its fields, inside of a sentence, as what one types. */
function inOptions(sentence: string): string {
  return sentence
    .replaceAll(/\(\w+[,;] (--[^()]+)\)/g, '($1)')
    .replaceAll(/conflict: \{ rule: "([a-z-]+)" \}/g, '--conflict $1')
    .replaceAll(/conflict: \{ rule: ("[a-z-]+"(?: or "[a-z-]+")+) \}/g, (_, rules: string) =>
      rules.replaceAll(/"([a-z-]+)"/g, '--conflict $1'),
    )
    .replaceAll(/\bquote: 'none'/g, '--quote none')
    .replaceAll(/\bformat (csv or tsv|csv|tsv|xlsx|json|fixed)\b/g, '--format $1')
    .replaceAll(/\bcolumns\.(\w+)/g, (whole, name: string) =>
      optionOf[`columns.${name}`] === undefined ? whole : `--${optionOf[`columns.${name}`]}`,
    )
    .replaceAll(/\b[a-z]+[A-Z]\w*/g, (word) => (typedOptions.has(kebab(word)) ? `--${kebab(word)}` : word));
}

const typedOptions: ReadonlySet<string> = new Set(adHocOptions);

function kebab(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
