import { datasetOf } from '../../../functions/contract/dataset-of.ts';
import type { TypedSql } from '../../../functions/contract/typed-sql.ts';
import { DatasetInvalid } from '../../../functions/compile/declaration/schema.ts';
import type { LoadRequest } from '../../../functions/protocol/states.ts';
import { LoadRejected } from '../../../functions/protocol/errors.ts';

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

/**
 * What options say against each other, or against the format that the name of the file tells: as the dataset that they spell out is
 * checked, so that nothing is begun for it.
 */
export function contradictionsOf(request: LoadRequest, typed: TypedSql): readonly string[] {
  if (request.into === undefined) return [];
  try {
    datasetOf(request, { datasets: [], typedSql: typed });
    return [];
  } catch (error) {
    if (error instanceof DatasetInvalid) return error.problems.map(asTyped);
    if (error instanceof LoadRejected) return [error.message];
    throw error;
  }
}

/** `skipRows: ...` as `--skip-rows: ...`; a place in a list or an object follows: `--null 0: ...` */
function asTyped(problem: string): string {
  const [, path = '', rest = ''] = /^([\w.]+): (.*)$/s.exec(problem) ?? [];
  if (path === '') return problem;
  const [, limit] = /^limits\.(\w+)$/.exec(path) ?? [];
  if (limit !== undefined) return `--${kebab(limit)}: ${rest}`;
  const field =
    Object.keys(optionOf).find((each) => path === each || path.startsWith(`${each}.`)) ?? path.split('.')[0] ?? '';
  const option = optionOf[field] ?? kebab(field);
  const place = path.slice(field.length + 1);
  return `--${option}${place === '' ? '' : ` (${place})`}: ${rest}`;
}

function kebab(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
