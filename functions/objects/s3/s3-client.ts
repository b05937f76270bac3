import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { S3Limits } from './s3-limits.ts';

/** What tests and LocalStack set by hand; else region, credentials and endpoint come from the usual AWS chain. */
export type S3Connection = Pick<S3ClientConfig, 'endpoint' | 'region' | 'credentials'>;

/**
 * A client with bounded waits. The SDK reads AWS_ENDPOINT_URL and the shared configuration itself; where the endpoint is
 * a machine and no DNS zone (127.0.0.1, localhost, minio), buckets go into the path, for bucket.localhost leads nowhere.
 */
export function connectS3(connection: S3Connection, limits: S3Limits): S3Client {
  const client = new S3Client({
    ...connection,
    maxAttempts: limits.requestAttempts,
    followRegionRedirects: true,
    // S3 sends no checksum for a range: nothing to verify, and bodies stay plain sockets.
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: limits.connectMilliseconds,
      socketTimeout: limits.stallMilliseconds,
    },
  });
  const resolveEndpoint = client.config.endpointProvider;
  client.config.endpointProvider = (parameters, context) =>
    resolveEndpoint(
      isSingleMachine(parameters.Endpoint) ? { ...parameters, ForcePathStyle: true } : parameters,
      context,
    );
  return client;
}

/** An IP address, localhost, or a name without a dot (a container): none of them has a subdomain for each bucket. */
export function isSingleMachine(endpoint: string | undefined): boolean {
  if (endpoint === undefined || !URL.canParse(endpoint)) return false;
  const { hostname } = new URL(endpoint);
  return /^[\d.]+$|^\[.*\]$|^[^.]+$|\.localhost$/.test(hostname);
}
