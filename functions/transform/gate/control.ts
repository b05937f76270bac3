import { controlColumn } from '../../contract/control/control-columns.ts';
import { type ControlDemand, digestNames } from '../../core/control/totals.ts';
import { sameDecimal } from '../../core/control/decimal.ts';
import { HIDDEN } from '../../ledger/rejects/shown-text.ts';
import { printable } from '../../core/printable.ts';
import { count, plural } from '../../words/quantities.ts';
import type { Cause, GateView } from './cause.ts';

/** Everything in which the object is not what its source says it is: of each who says something. */
export function controlTotals(view: GateView): readonly Cause[] {
  const facts = view.load.control.flatMap((demand) =>
    [
      ...(demand.troubles ?? []),
      ...wrongRecords(demand, view),
      ...wrongSums(demand, view),
      ...wrongDigests(demand, view),
    ].map((words) => `${printable(demand.from)}: ${words}`),
  );
  return facts.map((fact, i) => ({
    code: 'CONTROL_TOTALS',
    message:
      i < facts.length - 1
        ? fact
        : `${fact}; the target is untouched: fetch the file again, or have the totals corrected`,
    kind: 'contradiction',
  }));
}

function wrongRecords({ records }: ControlDemand, { counts }: GateView): readonly string[] {
  if (records === undefined || records === counts.records) return [];
  return [`${plural(records, 'record')} expected, and the file has ${count(counts.records)}`];
}

function wrongSums({ sums = {} }: ControlDemand, view: GateView): readonly string[] {
  return Object.entries(sums).flatMap(([name, expected]) => {
    const words = wrongSum(name, expected, view);
    return words === null ? [] : [words];
  });
}

function wrongSum(name: string, expected: string, { load, figures }: GateView): string | null {
  const found = controlColumn(load, name);
  const asked = `the sum of ${printable(name, 100)} should be`;
  if ('problem' in found) {
    const isHidden = load.contract.columns.some(({ sensitive }) => sensitive === true);
    return `${asked} ${isHidden ? HIDDEN : expected}, and ${found.problem}`;
  }
  const { column } = found;
  // of one record it is its cell
  const shown = (sum: string): string => (column.sensitive === true ? HIDDEN : sum);
  const sum = figures?.sums.find((each) => each.column === column.name);
  if (sum === undefined) throw new Error(`load ${load.loadId}: ${name} was not summed up`);
  if (sum.unknown > 0) {
    const cells = `in ${plural(sum.unknown, 'reject')} the cell is not to be had or is no number`;
    return `${asked} ${shown(expected)}, and nobody can know it: ${cells}, and the others add up to ${shown(sum.source)} (landfall rejects ${load.loadId})`;
  }
  if (sameDecimal(sum.source, expected)) return null;
  return `${asked} ${shown(expected)}, and it is ${column.sensitive === true ? 'another' : sum.source}`;
}

function wrongDigests(demand: ControlDemand, { load }: GateView): readonly string[] {
  return digestNames.flatMap((name) => {
    const expected = demand[name];
    const found = load.digests[name];
    if (expected === undefined || expected === found) return [];
    return [`the ${name} should be ${expected}, and it is ${found ?? 'not known'}`];
  });
}
