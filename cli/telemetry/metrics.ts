import type { LoadReport } from '../../functions/protocol/outcomes.ts';

/** What `dev` has seen since it began, for Prometheus. */
export interface Metrics {
  /** Of a load that ended. Rows count where they are durable: committed, and told by the ledger, once for each load. */
  count(report: LoadReport, seconds: number): void;
  /** The text format, version 0.0.4. */
  text(): string;
}

/** @param lastSuccesses when each dataset was loaded before, in seconds since 1970, as the ledger tells */
export function createMetrics(
  lastSuccesses: ReadonlyMap<string, number>,
  now: () => number = () => Date.now() / 1_000,
): Metrics {
  const startedAt = now();
  const loads = new Map<string, number>();
  const rows = new Map<string, number>();
  const bytes = new Map<string, number>();
  const durations = new Map<string, { sum: number; count: number }>();
  const successes = new Map([...lastSuccesses].map(([dataset, at]) => [labels({ dataset }), at]));
  const counted = new Set<number>();
  const add = (to: Map<string, number>, of: Readonly<Record<string, string>>, number: number): void => {
    to.set(labels(of), (to.get(labels(of)) ?? 0) + number);
  };
  return {
    count(report, seconds) {
      const dataset = report.dataset ?? '';
      add(loads, { dataset, outcome: report.outcome }, 1);
      if (report.outcome !== 'LOADED' || report.loadId === null || counted.has(report.loadId)) return;
      counted.add(report.loadId);
      const { records, ...dispositions } = report.counts;
      for (const [disposition, number] of Object.entries(dispositions)) add(rows, { dataset, disposition }, number);
      add(bytes, { dataset }, report.bytes);
      const before = durations.get(labels({ dataset })) ?? { sum: 0, count: 0 };
      durations.set(labels({ dataset }), { sum: before.sum + seconds, count: before.count + 1 });
      successes.set(labels({ dataset }), now());
    },
    text() {
      const sums = [...durations].flatMap(([of, { sum, count }]) => [
        `landfall_load_duration_seconds_sum${of} ${sum}`,
        `landfall_load_duration_seconds_count${of} ${count}`,
      ]);
      return [
        ...family('landfall_loads_total', 'counter', 'Loads that ended, by outcome.', loads),
        ...family('landfall_rows_total', 'counter', 'Records of loads that are LOADED, by what became of them.', rows),
        ...family('landfall_bytes_total', 'counter', 'Bytes of the objects of loads that are LOADED.', bytes),
        ...header('landfall_load_duration_seconds', 'summary', 'How long loads took that are LOADED.'),
        ...sums,
        ...family('landfall_last_success_timestamp_seconds', 'gauge', 'When a load was last LOADED.', successes),
        ...family(
          'landfall_start_timestamp_seconds',
          'gauge',
          'Since when this is counted.',
          new Map([['', startedAt]]),
        ),
        '',
      ].join('\n');
    },
  };
}

function header(name: string, type: string, help: string): readonly string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function family(name: string, type: string, help: string, values: ReadonlyMap<string, number>): readonly string[] {
  return [...header(name, type, help), ...[...values].map(([of, value]) => `${name}${of} ${value}`)];
}

function labels(of: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(of).map(([name, value]) => `${name}="${escaped(value)}"`);
  return `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', String.raw`\\`).replaceAll('\n', String.raw`\n`).replaceAll('"', String.raw`\"`);
}
