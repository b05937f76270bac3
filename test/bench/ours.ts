import { join } from 'node:path';
import { type LoadReport, loadReportSchema } from '../../functions/protocol/outcomes.ts';
import { packageFolder } from '../../project/own-package.ts';
import type { BenchDatabase } from './databases.ts';
import { type Bench, type Measured, measure } from './measure.ts';
import { plainEnvironment } from './run-script.ts';

export interface OurRun extends Measured {
  readonly report: LoadReport;
  /** The pipeline alone, from registering the load to its written report, by the ledger's clock. */
  readonly pipelineMs: number;
}

export interface OurLoad {
  readonly database: BenchDatabase;
  readonly file: string;
  /** The .landfall folder of the run: log, reports, compile cache. */
  readonly home: string;
  /** Sampling reads too, so where reads are counted it is off. */
  readonly memory?: boolean;
  /** Else public.orders by id. */
  readonly target?: { readonly into: string; readonly key: string };
  /** More options of the command. */
  readonly options?: readonly string[];
  /** It gives way to all else, as if it ran on another machine than the server. */
  readonly isNice?: boolean;
}

const orders = { into: 'public.orders', key: 'id' };

/** The command as a person types it, with the Node that runs this. */
export async function runOurs(
  bench: Bench,
  { database, file, home, memory = true, target = orders, options = [], isNice = false }: OurLoad,
): Promise<OurRun> {
  const command = [
    ...(isNice ? ['nice', '-n', '19'] : []),
    ...[process.execPath, join(packageFolder, 'cli/main.ts'), 'load', file, '--into', target.into, '--key', target.key],
    ...['--json', '--database-url', database.url, ...options],
  ];
  const measured = await measure(
    bench,
    {
      program: command[0] ?? process.execPath,
      arguments: command.slice(1),
      environment: { ...plainEnvironment(), LANDFALL_HOME: home },
    },
    { memory },
  );
  const report = loadReportSchema.parse(JSON.parse(measured.stdout));
  const pipelineMs = Object.values(report.milliseconds).reduce((sum, step) => sum + step, 0);
  return { ...measured, report, pipelineMs };
}
