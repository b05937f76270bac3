import type { Contract } from '../core/contract.ts';
import { showTarget } from '../core/target-name.ts';

/** Whether it is the dataset of `--into`, `public.orders(id)`, that nobody has written down. */
export function isAdHoc({ dataset, target }: Pick<Contract, 'dataset' | 'target'>): boolean {
  return dataset.startsWith(`${showTarget(target)}(`);
}

/** What to type or to write, so that columns of the file are read and dropped by their place, from 1. */
export function byPosition(contract: Contract, places: readonly number[]): string {
  const all = [...new Set([...(contract.ignoredPositions ?? []), ...places])].toSorted((a, b) => a - b);
  return isAdHoc(contract)
    ? `--ignore-positions ${all.join(',')}`
    : `columns: { ignorePositions: [${all.join(', ')}] } in the dataset`;
}

/** Where a header is explained: `--into` names an ad-hoc dataset, `public.orders(id)`, that nobody has written down. */
export function inDataset(contract: Contract): string {
  return isAdHoc(contract)
    ? 'in a dataset (a file of your project, loaded with --dataset: docs/project.md)'
    : 'in the dataset';
}
