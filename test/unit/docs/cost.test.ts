import { describe, expect, test } from 'vitest';
import { machineFunctions } from '../../../functions/protocol/pipeline.ts';
import { datasets } from '../../support/sample-datasets.ts';
import { loadMetrics } from '../../../functions/report/load-metrics.ts';
import { functionSizes } from '../../../infra/functions/function-sizes.ts';
import { calls, transitions } from '../../infra/support/history.ts';
import { atOnce, lanes, loadOf } from '../../infra/support/scale.ts';
import { read } from './documents.ts';
import { about, count, figuresBelow, numberIn, tableBelow } from './figures.ts';

// docs/cost.md: what the code decides of it, and that its lines add up. Prices and estimates are nobody's but the page's;
// what the templates decide is counted by test/infra/cost.test.ts.

const path = 'docs/cost.md';
const loads = 100;
const sweeps = 2_920;
const { course, gets, slices } = loadOf(1e9);
const callsOfAll = loads * Object.values(calls(course)).reduce((sum, each) => sum + each, 0) + sweeps;
const metricsOfLoad = Object.keys(
  loadMetrics({
    outcome: 'LOADED',
    counts: { records: 1, rejected: 0, duplicate: 0, inserted: 1, updated: 0, unchanged: 0, stale: 0, deleted: 0 },
    milliseconds: { extract: 1, stage: 1, validate: 1, transform: 1, merge: 1, report: 1 },
  }),
).length;

test('what is assumed of the samples', () => {
  expect(figuresBelow(path, 'What is assumed')).toMatchObject({
    datasets: count(datasets.length),
    'metrics of loads': count(metricsOfLoad),
  });
});

test('one load calls each function so often, with its memory, and starts so many where none is warm', () => {
  const starts = {
    whole: 1,
    extract: 0,
    stage: atOnce('StageSlices'),
    validate: atOnce('ValidateSlices'),
    merge: lanes,
  };
  const expected = machineFunctions.map((step) => [
    ...[step, count(calls(course)[step]), count(functionSizes[step].memoryMb)],
    count(Math.min({ transform: 1, report: 1, ...starts }[step], slices)),
  ]);
  expect(tableBelow(path, 'One load of 1 GB').map((row) => [row[0], row[1], row[2], row[4]])).toEqual(expected);
});

test('a month asks for as much as the definition and the plan of slices do', () => {
  const quantities = tableBelow(path, 'The bill').map(([service = '', quantity = '']) => [service, quantity]);
  expect(Object.fromEntries(quantities)).toMatchObject({
    'Lambda: calls': `${count(callsOfAll)} calls`,
    'Step Functions': `${count(loads * transitions(course))} transitions`,
    'S3: reads': `${count(loads * gets)} requests`,
    'CloudWatch: metrics': `${about((loads * metricsOfLoad * 2) / 730 + 8)} metric-months`,
    'X-Ray': `${count(loads + sweeps)} traces`,
    'KMS: requests': `${count(callsOfAll)} requests`,
    'Secrets Manager: reads': `${count(callsOfAll)} requests`,
  });
});

describe.each(['The bill', 'Beside it'])('%s', (heading) => {
  const lines = tableBelow(path, heading).filter(([service]) => service !== '**together**');

  // both are rounded: to two digits, and to the cent
  test.each(lines)('%s: %s at %s are %s', (_service, quantity, price, dollars) => {
    const per = price.endsWith(' each') ? 1 : numberIn(price.split(' for ')[1] ?? '');
    const expected = (numberIn(quantity) * numberIn(price)) / per;
    expect(Math.abs(numberIn(dollars) - expected)).toBeLessThanOrEqual(Math.max(0.01, expected * 0.05));
  });
});

test('the lines of the bill add up to the sum, which the first lines tell', () => {
  const bill = tableBelow(path, 'The bill').map((row) => numberIn(row[3] ?? ''));
  const together = bill.at(-1) ?? 0;
  const sum = bill.slice(0, -1).reduce((all, each) => all + each, 0);
  expect(Math.abs(sum - together)).toBeLessThan(0.05);
  expect(read(path).split('\n## ', 1)[0]).toContain(`about $${Math.round(together)} a month`);
});

test('infra asks for arm64, whose price it is', () => {
  expect(read('infra/functions/pipeline-function.ts')).toContain('Architecture.ARM_64');
});

test('the units of Aurora are those that the settings begin with', () => {
  expect(read('infra/settings.ts')).toContain('auroraMinUnits: units(0.5).default(0.5)');
  expect(read('infra/settings.ts')).toContain('auroraMaxUnits: units(1).default(8)');
  const unit = tableBelow(path, 'Beside it').find(([service]) => service?.includes('half a unit all month'));
  expect(numberIn(unit?.[1] ?? '')).toBe(0.5 * 730);
});
