import { datasetOf } from '../contract/dataset-of.ts';
import { noTypedSql } from '../contract/typed-sql.ts';
import { datasetNamed } from '../datasets/named.ts';
import type { Load } from '../ledger/loads/load.ts';
import { LoadRejected } from '../protocol/errors.ts';
import { printable } from '../core/printable.ts';
import type { OperateDeps } from './deps.ts';

/** Why what goes on with a load could not even be asked for here, in words; null: it can. What it comes to is another question. */
export function whyNotStartable({ request }: Pick<Load, 'request'>, deps: OperateDeps): string | null {
  const { dataset } = request;
  if (dataset !== undefined && datasetNamed(dataset, deps.datasets) === null)
    return `its dataset ${printable(dataset)} is not declared here: declare it again, or ask where it is`;
  try {
    datasetOf(request, { datasets: deps.datasets, typedSql: deps.typedSql ?? noTypedSql });
    return null;
  } catch (error) {
    // anything else is said where the load is judged
    if (error instanceof LoadRejected && error.code === 'RULE') return error.message;
    return null;
  }
}
