import { z } from 'zod';
import { metricsOf, metricsVariables } from './env.ts';

const schema = z.object({
  LANDFALL_LANDING: z.string().min(1, 'the name of the bucket that files land in'),
  /** Only ever set by a test of a deployed function: PEM of a certificate; then addresses of the own machine are reached too. */
  LANDFALL_TEST_CERTIFICATE: z.string().optional(),
  ...metricsVariables,
});

/** What fetch reads from its environment: it knows no database. */
export interface FetchEnv {
  readonly landing: string;
  readonly testCertificate: string | null;
  /** Whether metrics are written to stdout. */
  readonly metrics: boolean;
  /** Also for each dataset. */
  readonly datasetMetrics: boolean;
  /** Of whom they are. */
  readonly stack: string | null;
}

/** Reads and checks the environment of fetch. */
export function readFetchEnv(variables: NodeJS.ProcessEnv = process.env): FetchEnv {
  const parsed = schema.safeParse(variables);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
    throw new Error(`the environment of this function is not complete:\n${problems.join('\n')}`);
  }
  const { LANDFALL_LANDING: landing, LANDFALL_TEST_CERTIFICATE: testCertificate = '' } = parsed.data;
  return {
    landing,
    testCertificate: testCertificate === '' ? null : testCertificate,
    ...metricsOf(parsed.data),
  };
}
