import { z } from 'zod';

const schema = z.object({
  DATABASE_URL: z.string().min(1, 'the target database: postgres://user@host:5432/database'),
  /** Where reports go: a directory as file:///path, or s3://bucket/prefix. */
  LANDFALL_REPORTS: z.string().min(1, 'where reports go: file:///path or s3://bucket/prefix'),
  /** JSON of { pid, startedAt, host }: the command that runs an embedded load. */
  LANDFALL_OWNER: z.string().optional(),
  /** Lanes that merge at the same time. */
  LANDFALL_MERGE_LANES: z.coerce.number().int().min(1).max(16).default(2),
});

/** What the functions read from their environment; the only reader of process.env. */
export interface Env {
  readonly databaseUrl: string;
  readonly reports: string;
  readonly owner: LeaseOwner | null;
  readonly mergeLanes: number;
}

/** A process: startedAt tells it from another with the same pid (owner.ts). */
export interface LeaseOwner {
  readonly pid: number;
  readonly startedAt: string;
  readonly host: string;
}

const ownerSchema = z.strictObject({ pid: z.int(), startedAt: z.string(), host: z.string() });

/** Reads and checks the environment; all problems at once. */
export function readEnv(variables: NodeJS.ProcessEnv = process.env): Env {
  const parsed = schema.safeParse(variables);
  if (!parsed.success) {
    throw new Error(
      `the environment of this function is not complete:\n${parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`).join('\n')}`,
    );
  }
  const { data } = parsed;
  return {
    databaseUrl: data.DATABASE_URL,
    reports: data.LANDFALL_REPORTS,
    owner: data.LANDFALL_OWNER === undefined ? null : ownerSchema.parse(JSON.parse(data.LANDFALL_OWNER)),
    mergeLanes: data.LANDFALL_MERGE_LANES,
  };
}
