import { fileURLToPath } from 'node:url';
import type { Load } from '../ledger/load.ts';
import { directoryBucket } from '../objects/object-url.ts';

/** The bucket and keys of a load's two files. */
export interface ReportPlace {
  readonly bucket: string;
  readonly reportKey: string;
  readonly rejectsKey: string;
  /** The folder of all reports, below which every one is this program's own; null in a bucket. */
  readonly below: string | null;
  /** As a person would open it. */
  readonly reportPath: string;
}

/**
 * Where a load's report lies: <reports>/<dataset>/<load>/report.json. An ad-hoc dataset's name holds brackets and commas,
 * so what is not a letter, digit, dot, dash or underscore becomes a dash.
 */
export function reportPlace(reports: string, { dataset, loadId }: Pick<Load, 'dataset' | 'loadId'>): ReportPlace {
  const words = dataset.replaceAll(/[^\w.-]+/g, '-').replace(/^[-.]+/, '');
  const folder = `${words.slice(0, words.length - dashesAtEnd(words))}/${loadId}`;
  if (reports.startsWith('file://')) {
    const root = fileURLToPath(reports.endsWith('/') ? reports : `${reports}/`);
    const reportKey = `${root}${folder}/report.json`;
    const rejectsKey = `${root}${folder}/rejects.csv`;
    return { bucket: directoryBucket, reportKey, rejectsKey, below: root, reportPath: reportKey };
  }
  const s3 = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(reports);
  const [, bucket, prefix] = s3 ?? [];
  if (bucket === undefined)
    throw new Error(`LANDFALL_REPORTS is neither file:///path nor s3://bucket/prefix: ${reports}`);
  const root = prefix === undefined || prefix === '' ? '' : `${prefix.replace(/\/$/, '')}/`;
  const reportKey = `${root}${folder}/report.json`;
  const rejectsKey = `${root}${folder}/rejects.csv`;
  return { bucket, reportKey, rejectsKey, below: null, reportPath: `s3://${bucket}/${reportKey}` };
}

function dashesAtEnd(text: string): number {
  let dashes = 0;
  while (dashes < text.length && text[text.length - 1 - dashes] === '-') dashes += 1;
  return dashes;
}
