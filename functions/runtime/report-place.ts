import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Load } from '../ledger/loads/load.ts';
import { directoryBucket } from '../core/object-url.ts';

/** The bucket and keys of a load's files. */
export interface ReportPlace {
  readonly bucket: string;
  readonly reportKey: string;
  readonly pageKey: string;
  readonly rejectsKey: string;
  /** The folder of all reports, below which every one is this program's own; null in a bucket. */
  readonly below: string | null;
  /** As a person would open it. */
  readonly reportPath: string;
  readonly pagePath: string;
}

/**
 * Where a load's report lies: <reports>/<dataset>/<load>/report.json. An ad-hoc dataset's name holds brackets and commas,
 * so what is not a letter, digit, dot, dash or underscore becomes a dash. A name of many columns is longer than a folder's
 * may be (255 bytes), and is cut: its hash keeps it apart from others.
 */
export function reportPlace(reports: string, { dataset, loadId }: Pick<Load, 'dataset' | 'loadId'>): ReportPlace {
  const folder = `${folderName(dataset)}/${loadId}`;
  if (reports.startsWith('file://')) {
    const root = fileURLToPath(reports.endsWith('/') ? reports : `${reports}/`);
    const reportKey = `${root}${folder}/report.json`;
    const others = keysBeside(reportKey);
    return {
      bucket: directoryBucket,
      reportKey,
      ...others,
      below: root,
      reportPath: reportKey,
      pagePath: others.pageKey,
    };
  }
  const s3 = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(reports);
  const [, bucket, prefix] = s3 ?? [];
  if (bucket === undefined)
    throw new Error(`LANDFALL_REPORTS is neither file:///path nor s3://bucket/prefix: ${reports}`);
  const root = prefix === undefined || prefix === '' ? '' : `${prefix.replace(/\/$/, '')}/`;
  const reportKey = `${root}${folder}/report.json`;
  const others = keysBeside(reportKey);
  const path = (key: string): string => `s3://${bucket}/${key}`;
  return { bucket, reportKey, ...others, below: null, reportPath: path(reportKey), pagePath: path(others.pageKey) };
}

function keysBeside(reportKey: string): Pick<ReportPlace, 'pageKey' | 'rejectsKey'> {
  const folder = reportKey.slice(0, -'report.json'.length);
  return { pageKey: `${folder}report.html`, rejectsKey: `${folder}rejects.csv` };
}

/** 120 characters, all of them ASCII. */
const nameCharacters = 120;

/** A dataset's name as that of a folder. */
export function folderName(dataset: string): string {
  const words = dataset.replaceAll(/[^\w.-]+/g, '-').replace(/^[-.]+/, '');
  const name = words.slice(0, words.length - dashesAtEnd(words));
  if (name.length <= nameCharacters) return name;
  const hash = createHash('sha256').update(dataset).digest('hex').slice(0, 16);
  return `${name.slice(0, nameCharacters - hash.length - 1)}-${hash}`;
}

function dashesAtEnd(text: string): number {
  let dashes = 0;
  while (dashes < text.length && text[text.length - 1 - dashes] === '-') dashes += 1;
  return dashes;
}
