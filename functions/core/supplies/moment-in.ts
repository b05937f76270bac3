import type { ContractColumn } from '../contract.ts';

/** ISO 8601 of UTC as the column holds it. */
export function momentIn(moment: string, { plainForm }: Pick<ContractColumn, 'plainForm'>): string {
  if (plainForm === 'date') return moment.slice(0, 10);
  return plainForm === 'timestamp' ? moment.replace('Z', '') : moment;
}
