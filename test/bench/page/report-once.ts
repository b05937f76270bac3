/** `report-once.ts URL LOAD FOLDER`: writes the report of a load as the state Report does, and says what that took: bytes of the page, and the most memory of the process in MB. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { withClient } from '../../../functions/db/client.ts';
import { storeFor } from '../../../functions/objects/store-for.ts';
import { report } from '../../../functions/report/step.ts';

const [url = '', load = '', folder = ''] = process.argv.slice(2);
const loadId = Number(load);

const { reportPath } = await withClient({ connectionString: url, applicationName: 'bench' }, (db) =>
  report(
    { loadId, attempt: 1, state: 'Report', execution: 'bench' },
    { db, storeFor, reports: `file://${folder}`, stack: null, version: null, emit: () => undefined },
  ),
);
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
const pageBytes = statSync(join((reportPath ?? '').replace('file://', ''), '..', 'report.html')).size;
const csvBytes = statSync(join((reportPath ?? '').replace('file://', ''), '..', 'rejects.csv')).size;
process.stdout.write(
  JSON.stringify({
    pageBytes,
    csvBytes,
    megabytes: Math.round(maxRSS / 1_024),
    cpuMs: Math.round((userCPUTime + systemCPUTime) / 1_000),
  }),
);
