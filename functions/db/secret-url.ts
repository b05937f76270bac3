import { z } from 'zod';
import { parsedJson } from '../core/parsed-json.ts';

/** As RDS and CloudFormation write it; RDS adds engine, dbInstanceIdentifier and the like. */
const rdsSchema = z.looseObject({
  host: z.string().min(1),
  port: z.coerce.number().int().min(1).max(65_535).default(5432),
  username: z.string().min(1),
  password: z.string().min(1),
  dbname: z.string().min(1),
});

/**
 * The database URL that a secret holds: a URL as it is, its sslmode included, or the JSON that RDS writes, which means
 * verify-full. @throws Error that names the secret and what it lacks, and never holds a part of its value.
 */
export function urlOfSecret(secret: string, value: string): string {
  if (/^\s*postgres(ql)?:\/\//.test(value)) return value.trim();
  const parsed = rdsSchema.safeParse(parsedJson(value));
  if (!parsed.success) {
    const lacks = [...new Set(parsed.error.issues.map(({ path }) => path.join('.')))].filter((name) => name !== '');
    const why = lacks.length === 0 ? 'it is neither' : `of which it lacks ${lacks.join(', ')}`;
    throw new Error(
      `the secret ${secret} must hold postgres://... or JSON with host, port, username, password, dbname: ${why}`,
    );
  }
  const { host, port, username, password, dbname } = parsed.data;
  return verifiedUrl({ host, port, user: username, password, database: dbname });
}

/** A URL of its parts, whose connection is encrypted and whose server is proven. */
export function verifiedUrl(login: {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}): string {
  const [user, password, database] = [login.user, login.password, login.database].map(encodeURIComponent);
  const host = login.host.includes(':') ? `[${login.host}]` : login.host;
  return `postgres://${user}:${password}@${host}:${login.port}/${database}?sslmode=verify-full`;
}
