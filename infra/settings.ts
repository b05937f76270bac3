import type { Node } from 'constructs';
import { z } from 'zod';

const prefix = 'landfall:';

const schema = z.strictObject({
  /** CloudFormation's name for the stack; two of them make two pipelines in one account. */
  stackName: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,127}$/, 'letters, digits and hyphens, starting with a letter')
    .default('Landfall'),
  /** Secret whose whole string is the target's URL, sslmode included; it is read when the stack is deployed. */
  databaseUrlSecret: z.string().min(1, 'the name of a Secrets Manager secret').default('landfall/database-url'),
  /** Lanes that merge at the same time; each holds one connection to the target. */
  mergeLanes: z.coerce.number().int().min(1).max(16).default(2),
});

/** What differs from one deployment to the next. */
export type Settings = z.infer<typeof schema>;

/**
 * Reads the settings from CDK context: `cdk deploy -c landfall:mergeLanes=4`, or the context of cdk.json.
 * Every problem is reported at once, a name that does not exist included.
 */
export function readSettings(node: Node): Settings {
  const context: Record<string, unknown> = node.getAllContext();
  const own = Object.entries(context).filter(([name]) => name.startsWith(prefix));
  const parsed = schema.safeParse(Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value])));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    const names = issue.code === 'unrecognized_keys' ? issue.keys : issue.path.map(String);
    const known = `is not a setting; there are ${Object.keys(schema.shape).join(', ')}`;
    return `  ${prefix}${names.join(`, ${prefix}`)}: ${issue.code === 'unrecognized_keys' ? known : issue.message}`;
  });
  throw new Error(`the settings in the CDK context are not right:\n${problems.join('\n')}`);
}
