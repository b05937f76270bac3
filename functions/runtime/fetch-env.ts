import { z } from 'zod';
import type { Dataset } from '../compile/declaration/schema.ts';
import { declaredDatasets } from './declared.ts';
import { declaredVariables, metricsOf, metricsVariables } from './env.ts';

const schema = z.object({
  LANDFALL_LANDING: z.string().min(1, 'the name of the bucket that files land in'),
  ...declaredVariables,
  ...metricsVariables,
});

/** What fetch reads from its environment: it knows no database. */
export interface FetchEnv {
  readonly landing: string;
  readonly datasets: readonly Dataset[];
  readonly testCertificate: string | null;
  /** Whether metrics are written to stdout. */
  readonly metrics: boolean;
  /** Whether they are written for each dataset too. */
  readonly datasetMetrics: boolean;
  /** The stack that they are counted for. */
  readonly stack: string | null;
}

/**
 * PEM of a certificate; then addresses of the own machine are reached too. Only a test of a deployed function sets it, and
 * bundles for an account have `undefined` here (infra/functions/bundle.ts finds it by these words).
 */
function testCertificateOf(): string | undefined {
  return process.env['LANDFALL_TEST_CERTIFICATE'];
}

/** Reads and checks the environment of fetch. */
export function readFetchEnv(variables: NodeJS.ProcessEnv = process.env): FetchEnv {
  const parsed = schema.safeParse(variables);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
    throw new Error(`the environment of this function is not complete:\n${problems.join('\n')}`);
  }
  return {
    landing: parsed.data.LANDFALL_LANDING,
    datasets: declaredDatasets(parsed.data.LANDFALL_DATASETS),
    testCertificate: testCertificateOf() || null,
    ...metricsOf(parsed.data),
  };
}
