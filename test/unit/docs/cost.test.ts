import { describe, expect, test } from 'vitest';
import { steps } from '../../../functions/protocol/pipeline.ts';
import { functionSizes } from '../../../infra/functions/function-sizes.ts';
import { estimated } from '../../infra/support/estimates.ts';
import { prices } from '../../infra/support/prices.ts';
import { loadOf } from '../../infra/support/scale.ts';
import { calls } from '../../infra/support/history.ts';
import { beside, bill, coldStarts, dollarsOf, gbSecondsOfLoad, month, parts, rowOf, sumOf } from './cost.ts';
import { read } from './documents.ts';
import { about, count, dollars, figuresBelow, numbersIn, tableBelow } from './figures.ts';

const path = 'docs/cost.md';
const { course } = loadOf(month.gigabytes * 1e9);

/** The assumptions of the document, by row. */
const assumed: Readonly<Record<string, string>> = {
  loads: `${month.loads} of ${month.gigabytes} GB`,
  hours: count(month.hours),
  datasets: count(month.datasets),
  'factor for Lambda': count(estimated.lambdaFactor),
  'a cold start': `${estimated.coldStartSeconds} s`,
  sweep: `${count(month.sweeps)} runs of ${month.sweepSeconds} s`,
  'parts of an upload': `${month.uploadPartMebibytes} MiB`,
  'log of a call': `${count(estimated.logBytesOfCall)} bytes`,
  'log of a history event': `${count(estimated.logBytesOfEvent)} bytes`,
  'metrics of loads': count(month.metricsOfLoad),
  'metrics of sweep': count(month.metricsOfSweep),
  'metrics in alarms': count(month.alarmMetrics),
  keys: count(month.keys),
  secrets: count(month.secrets),
  'e-mails': count(month.emails),
};

const stepRows = steps.map((step) => [
  step,
  count(calls(course)[step]),
  count(functionSizes[step].memoryMb),
  about(gbSecondsOfLoad[step]),
  count(coldStarts[step]),
]);

test('the month is the one that is assumed', () => {
  expect(figuresBelow(path, 'What is assumed')).toEqual(assumed);
});

test('a load’s functions follow from the definition, their sizes and the estimates', () => {
  expect(tableBelow(path, 'One load of 1 GB')).toEqual(stepRows);
});

test('each line of the bill is its quantity times its price', () => {
  expect(tableBelow(path, 'The bill')).toEqual([
    ...bill.map(rowOf),
    ['**together**', '', '', `**${dollars(sumOf(bill))}**`],
  ]);
});

test('what is paid beside it is too', () => {
  expect(tableBelow(path, 'Beside it')).toEqual(beside.map(rowOf));
});

test('what it is made of adds up', () => {
  expect(figuresBelow(path, 'What it is made of')).toEqual(parts);
});

test('the sum in the first lines is that of the bill', () => {
  expect(read(path).split('\n## ', 1)[0]).toContain(`about $${Math.round(sumOf(bill))} a month`);
});

test('no number stands in the text that is not among the figures', () => {
  const rows = [...bill.map(rowOf), ...beside.map(rowOf), ...stepRows].flat();
  const known = new Set(
    [
      ...rows,
      ...Object.values(assumed),
      ...Object.values(parts),
      dollars(sumOf(bill)),
      String(Math.round(sumOf(bill))),
      count(functionSizes.stage.memoryMb),
      String(estimated.auroraWriteBytes / 1_024),
      '2026',
    ].flatMap(numbersIn),
  );
  const numbers = numbersIn(read(path));
  expect(numbers.length).toBeGreaterThan(80);
  expect(numbers.filter((number) => !known.has(number))).toEqual([]);
});

describe('the arithmetic', () => {
  test('counts every step that the definition calls, and nothing twice', () => {
    const services = [...bill, ...beside].map(({ service }) => service);
    expect(new Set(services).size).toBe(services.length);
    expect(Object.keys(gbSecondsOfLoad)).toEqual([...steps]);
    for (const step of steps) expect(gbSecondsOfLoad[step]).toBeGreaterThan(0);
  });

  test('arm64 is a fifth cheaper than the other architecture, and infra asks for it', () => {
    expect(prices.lambdaGbSecond / 0.000_016_666_7).toBeCloseTo(0.8, 3);
    expect(read('infra/functions/pipeline-function.ts')).toContain('Architecture.ARM_64');
  });

  test('the units of Aurora are those that the settings begin with', () => {
    const settings = read('infra/settings.ts');
    expect(settings).toContain(`auroraMinUnits: units(0.5).default(${month.databaseUnits})`);
    expect(settings).toContain(`auroraMaxUnits: units(1).default(${month.databaseMostUnits})`);
  });

  test('no line is negative or without a price', () => {
    for (const line of [...bill, ...beside]) {
      expect(line.price).toBeGreaterThan(0);
      expect(dollarsOf(line)).toBeGreaterThanOrEqual(0);
    }
  });
});
