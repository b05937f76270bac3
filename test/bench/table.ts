import { bytes, columns, count } from '../../functions/words/quantities.ts';
import type { Figures } from './figures.ts';
import type { Figure } from './statistics.ts';
import type { Summary } from './summary.ts';

/** The result for a person: what ran where, a line a contestant, what the other checks found, what was left out. */
export function table(summary: Summary): string {
  return [
    ...conditions(summary),
    columns(contestants(summary), [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
    ...steps(summary),
    ...others(summary),
    '',
    ...summary.leftOut.map((what) => `not measured: ${what}`),
    '',
  ].join('\n');
}

function conditions({
  rows,
  runs,
  seed,
  ids,
  fileBytes,
  settings,
  server,
  scriptClient,
  machine,
  targetHasChecks,
}: Summary) {
  const { system, processor, cores, memoryBytes, node, loadAverage } = machine;
  return [
    `${count(rows)} rows, ${bytes(fileBytes)}, ids ${ids}, seed ${seed}, ${runs} run(s), target with ${targetHasChecks ? 'a key and two CHECK constraints' : 'a key'}`,
    server,
    `settings: ${Object.entries(settings)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}`,
    `machine: ${system}, ${cores} cores, ${processor}, ${bytes(memoryBytes)} of memory, Node ${node}; scripts by ${scriptClient}`,
    `load average before: ${loadAverage.toFixed(2)}${loadAverage > cores / 4 ? ': OTHERS WERE WORKING HERE, so times are not to be trusted' : ''}`,
    '',
  ];
}

const heading = [
  'load',
  'who',
  'wall s',
  'min',
  'max',
  'CPU client',
  'server',
  'WAL',
  'peak RSS',
  'wall:F2',
  'wall:H1',
  'CPU:F2',
];

function contestants({ w1, w4, w5, w7, again }: Summary): readonly (readonly string[])[] {
  const rows: (readonly string[])[] = [heading];
  const [f2, h1] = [w1.f2 ?? null, w1.h1 ?? null];
  const add = (load: string, who: string, figures: Figures | null | undefined, h1OfLoad: Figures | null): void => {
    if (figures) rows.push(line(load, who, figures, { f2, h1: h1OfLoad }));
  };
  add('W1 append', 'ours', w1.ours, h1);
  add('', 'F2', f2, h1);
  add('', 'H1', h1, h1);
  if (w4 !== null) {
    add('W4 all unchanged', 'ours', w4.ours, w4.h1);
    add('', 'H1', w4.h1, w4.h1);
    add('', 'H1 distinct', w4.h1Distinct, w4.h1);
    add('', 'H2 distinct', w4.h2Distinct, w4.h1);
  }
  add('W5 faulty records', 'ours', w5?.ours, null);
  for (const [load, pair] of [
    ['W7 JSON lines', w7?.plain],
    ['W7 packed', w7?.packed],
  ] as const) {
    if (pair === undefined) continue;
    rows.push(line(load, 'ours', pair.ours, noPeers), line('', 'script', pair.script, noPeers));
  }
  if (again !== null) rows.push(['same object again', 'ours', ...wall(again.wallMs), '', '', '', '', '', '', '']);
  return rows;
}

const noPeers = { f2: null, h1: null };

function line(
  load: string,
  who: string,
  figures: Figures,
  peers: { f2: Figures | null; h1: Figures | null },
): readonly string[] {
  const { wallMs, clientCpuMs, serverCpuMs, cpuMs, walBytes, peakRssBytes } = figures;
  return [
    load,
    who,
    ...wall(wallMs),
    secondsOf(clientCpuMs),
    secondsOf(serverCpuMs),
    walBytes === null ? '' : bytes(walBytes.median),
    peakRssBytes === null ? '' : bytes(peakRssBytes.max),
    quotient(wallMs, peers.f2?.wallMs),
    quotient(wallMs, peers.h1?.wallMs),
    quotient(cpuMs, peers.f2?.cpuMs),
  ];
}

function steps({ w1, w4, w5 }: Summary): readonly string[] {
  const loads = [
    ['W1', w1],
    ['W4', w4],
    ['W5', w5],
  ] as const;
  const rows = loads.flatMap(([name, load]) =>
    load === null
      ? []
      : [
          [
            name,
            String(Math.round(load.ours.pipelineMs?.median ?? 0)),
            ...Object.values(load.stepMilliseconds).map((ms) => String(Math.round(ms))),
          ],
        ],
  );
  const names = Object.keys(w1.stepMilliseconds);
  return [
    'ours, milliseconds a step',
    columns([['load', 'register to report', ...names], ...rows], [1, 2, 3, 4, 5, 6, 7]),
  ];
}

function others({ w1, w4, w5, w7, again, memory, growth }: Summary): readonly string[] {
  const lines: string[] = [];
  if (w1.wallRatioToF2Runs !== null) lines.push(`W1 wall to F2, run by run: ${w1.wallRatioToF2Runs.join(', ')}`);
  if (w4 !== null)
    lines.push(`W4 WAL on the target: ${bytes(w4.targetWalBytes)} (${bytes(w4.walBytes ?? 0)} with the ledger)`);
  if (w5?.counts) {
    const { records, rejected, duplicate, inserted } = w5.counts;
    lines.push(
      `W5 wall to W1: ${w5.ratioToW1}; of ${count(records)} records ${count(rejected)} rejected, ${count(duplicate)} duplicate, ${count(inserted)} inserted, exactly as generated`,
    );
  }
  if (w7 !== null) {
    const said = ({ serverCpuRatio, wallRatio }: typeof w7.plain): string =>
      `server CPU ${serverCpuRatio ?? 'not measured'}, wall ${wallRatio}`;
    lines.push(`W7 to the script: ${said(w7.plain)}; packed: ${said(w7.packed)}`);
  }
  if (again !== null) lines.push(`same object again: ${readings[String(again.fileWasRead) as keyof typeof readings]}`);
  if (memory !== null) {
    const { smallFileBytes, smallFileWorkerPeakBytes: few, fileBytes, workerPeakBytes: many } = memory;
    lines.push(
      `peak RSS of a worker: ${peak(few)} for ${bytes(smallFileBytes)}, ${peak(many)} for ${bytes(fileBytes)}`,
    );
    if (memory.grownWorkerPeakBytes !== undefined)
      lines.push(`  ${peak(memory.grownWorkerPeakBytes)} for ${bytes(memory.grownFileBytes ?? 0)}`);
  }
  if (growth !== null) {
    const [few = 0, many = 0] = growth.microsecondsPerRow;
    lines.push(
      `growth to ${count(growth.rows[1] ?? 0)} rows: ${few.toFixed(2)} to ${many.toFixed(2)} µs a row, ${growth.ratio.toFixed(2)}x (F2 ${growth.f2Ratio?.toFixed(2) ?? 'not run'}x); wall to F2 there ${growth.wallRatioToF2.toFixed(2)}`,
    );
  }
  return lines;
}

const readings = {
  true: 'the file was read',
  false: 'the file was not read',
  null: 'reads are not counted on this system',
};

function peak(of: number | null): string {
  return of === null ? 'not measured' : bytes(of);
}

function wall(figure: Figure | null): readonly [string, string, string] {
  const text = (ms: number | undefined): string => (ms === undefined ? '' : (ms / 1_000).toFixed(2));
  return [text(figure?.median), text(figure?.min), text(figure?.max)];
}

function secondsOf(figure: Figure | null): string {
  return figure === null ? '' : (figure.median / 1_000).toFixed(2);
}

function quotient(figure: Figure | null, of: Figure | null | undefined): string {
  return figure === null || of === null || of === undefined ? '' : (figure.median / of.median).toFixed(2);
}
