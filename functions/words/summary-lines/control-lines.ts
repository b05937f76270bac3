import { printable } from '../../core/printable.ts';
import type { LoadReport } from '../../protocol/outcomes.ts';
import { plural } from '../quantities.ts';

/** Whose control totals the file agreed with; a refusal says itself what differs. */
export function controlLines({ control, outcome }: LoadReport): readonly string[] {
  if (control === undefined || !['LOADED', 'DRY_RUN', 'HELD'].includes(outcome)) return [];
  const { records, sums, sha256, md5 } = control;
  const compared = [
    ...(records.expected === null ? [] : [plural(records.source, 'record')]),
    ...sums.map(({ column, source }) => `${printable(column)} ${source ?? ''}`),
    ...(sha256 === undefined ? [] : ['sha256']),
    ...(md5 === undefined ? [] : ['md5']),
  ];
  return [
    `  control     as the source says (${control.from.map((from) => printable(from)).join(', ')}): ${compared.join(', ')}`,
  ];
}
