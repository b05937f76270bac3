/** Region, credentials and endpoint come from the usual AWS chain; tests set them by hand. */
export interface AwsConnection {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/**
 * Of every client. 4 s to connect: without a way to the service (a function in a VPC without its endpoint) nothing
 * answers, and a person should read that soon. 20 s without a byte: each of these answers in well under one.
 */
export const patience = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 4_000, socketTimeout: 20_000 },
} as const;
