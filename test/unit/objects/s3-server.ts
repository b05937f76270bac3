import { buildApp } from 'fauxqs';
import type { S3Connection } from '../../../functions/objects/s3/s3-client.ts';

export interface LocalS3 {
  readonly endpoint: string;
  readonly connection: S3Connection;
  close(): Promise<void>;
}

/** fauxqs on a free port of this machine (its own start would listen on every interface), with one empty bucket. */
export async function startS3(bucket: string): Promise<LocalS3> {
  const app = buildApp({ logger: false });
  const endpoint = await app.listen({ port: 0, host: '127.0.0.1' });
  const created = await fetch(`${endpoint}/${bucket}`, { method: 'PUT' });
  if (!created.ok) throw new Error(`fauxqs did not create the bucket: ${created.status} ${await created.text()}`);
  return {
    endpoint,
    connection: { endpoint, region: 'eu-central-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } },
    close: () => app.close(),
  };
}
