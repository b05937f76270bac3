import { Aws } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Landing } from '../data/landing-bucket.ts';
import type { Sender } from '../data/senders.ts';
import { literally } from '../literally.ts';
import type { DatasetEvents } from '../events/dataset-events.ts';
import type { FunctionAccess } from './function-access.ts';
import type { PipelineFunction } from './pipeline-function.ts';
import type { ReportsBucket } from '../data/reports-bucket.ts';
import { grantSecret } from './secret-access.ts';
import type { Settings } from '../settings.ts';

export interface BucketAccessProps {
  readonly settings: Settings;
  /** Of the reports. */
  readonly key: IKey;
  readonly landing: Landing;
  readonly senders: readonly Sender[];
  readonly reports: ReportsBucket;
  readonly datasets: readonly DatasetEvents[];
}

/** The key is used by S3 in the function's name, never by the function itself. */
const throughS3 = { conditions: { StringEquals: { 'kms:ViaService': `s3.${Aws.REGION}.${Aws.URL_SUFFIX}` } } };

/** Lets a function read what landed, look at it, or write reports: what its line in function-access.ts says. */
export function grantBuckets(
  made: PipelineFunction,
  { readsLanding, writesReplays, listsLanding, writesReports, forgetsReports }: FunctionAccess,
  { key, landing: { bucket: landing, key: landingKey }, senders, reports, settings }: BucketAccessProps,
): void {
  if (readsLanding === true) {
    made.allow(['s3:GetObject', 's3:GetObjectVersion'], landing.arnForObjects('*'), {
      wildcard: 'a load reads whatever object landed',
    });
    // without it a missing object reads as "access denied"
    made.allow(['s3:ListBucket'], landing.bucketArn);
    const theirs = senders.flatMap(({ kmsKey }) => (kmsKey === undefined ? [] : [kmsKey]));
    const ours = landingKey === null ? [] : [landingKey.keyArn];
    for (const each of new Set([...ours, ...theirs])) made.allow(['kms:Decrypt'], each, throughS3);
    for (const name of settings.sourceBuckets) {
      const bucket = `arn:${Aws.PARTITION}:s3:::${name}`;
      made.allow(['s3:GetObject', 's3:GetObjectVersion'], `${bucket}/*`, {
        wildcard: 'a load reads whatever object of a declared bucket a person names',
      });
      made.allow(['s3:ListBucket'], bucket);
    }
  }
  if (writesReplays === true) {
    made.allow(['s3:AbortMultipartUpload', 's3:PutObject'], landing.arnForObjects('.landfall/*'), {
      wildcard: 'every replay has records of its own, under this prefix, which is no dataset’s',
    });
    if (landingKey !== null) made.allow(['kms:GenerateDataKey'], landingKey.keyArn, throughS3);
  }
  if (listsLanding === true) made.allow(['s3:ListBucket'], landing.bucketArn);
  if (forgetsReports === true)
    made.allow(['s3:DeleteObject'], reports.bucket.arnForObjects('reports/*'), {
      wildcard: 'every load has reports of its own, under this prefix',
    });
  if (writesReports === true) {
    // a large rejects file goes up in parts, which are given up where it fails
    made.allow(['s3:AbortMultipartUpload', 's3:PutObject'], reports.bucket.arnForObjects('reports/*'), {
      wildcard: 'every load has reports of its own, under this prefix',
    });
    made.allow(['kms:Decrypt', 'kms:GenerateDataKey'], key.keyArn, throughS3);
  }
}

/** Only under the prefixes of datasets that are fetched: with none, it may write nowhere. */
export function grantFetch(made: PipelineFunction, { landing, settings, datasets }: BucketAccessProps): void {
  const { bucket, key } = landing;
  const fetched = datasets.filter(({ fetch, prefix }) => fetch !== undefined && prefix !== null);
  for (const { prefix, fetch } of fetched) {
    // reads the head of what it brought last, so that a source that did not change is not brought again
    made.allow(
      ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
      bucket.arnForObjects(`${literally(prefix ?? '')}*`),
      {
        wildcard: 'what is fetched is named by its time, under the prefix of its dataset',
      },
    );
    if (fetch?.secret !== undefined) grantSecret(made, fetch.secret, settings);
  }
  if (fetched.length === 0) return;
  made.allow(['s3:ListBucket'], bucket.bucketArn);
  if (key !== null) made.allow(['kms:Decrypt', 'kms:GenerateDataKey'], key.keyArn, throughS3);
}
