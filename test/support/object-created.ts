import type { Uploaded } from './s3-bucket.ts';

/** The event that S3 sends by EventBridge for an upload, with all that AWS puts into it. Source: S3 user guide, "EventBridge event message structure". */
export function objectCreated({ bucket, key, etag, size, versionId }: Uploaded, sequencer: string): object {
  return {
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '111122223333',
    time: '2024-07-01T10:00:00Z',
    region: 'eu-central-1',
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key, size, etag, ...(versionId === null ? {} : { 'version-id': versionId }), sequencer },
      'request-id': 'N4N7GDK58NMKJ12R',
      requester: '123456789012',
      'source-ip-address': '2001:db8::1',
      reason: 'PutObject',
    },
  };
}
