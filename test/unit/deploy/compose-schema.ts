import { z } from 'zod';

/**
 * The part of the Compose Specification (compose-spec.json) that localstack/docker-compose.yml uses, strictly: a word that
 * is not listed here is misspelt, or has to be added with its own rule.
 */
export const composeSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]*$/),
  services: z.record(
    z.string().regex(/^[a-zA-Z0-9._-]+$/),
    z.strictObject({
      image: z.string().min(1),
      command: z.union([z.string(), z.array(z.string())]).optional(),
      ports: z.array(z.string()).optional(),
      // a list of NAME=value is allowed too; one form is enough here
      environment: z.record(z.string(), z.union([z.string(), z.number(), z.null()])).optional(),
      volumes: z.array(z.string()).optional(),
      networks: z.array(z.string()).optional(),
      healthcheck: z
        .strictObject({
          test: z.union([
            z.string(),
            z.array(z.string()).refine(([first = '']) => /^(NONE|CMD|CMD-SHELL)$/.test(first)),
          ]),
          interval: duration(),
          timeout: duration(),
          retries: z.int().positive(),
        })
        .optional(),
    }),
  ),
  networks: z.record(z.string(), z.strictObject({ name: z.string() }).partial()).optional(),
  volumes: z.record(z.string(), z.strictObject({})).optional(),
});
export type Compose = z.output<typeof composeSchema>;

function duration(): z.ZodString {
  return z.string().regex(/^(\d+(us|ms|s|m|h))+$/);
}

/** `${NAME:-default}` becomes its default; a name without one is left as it is. */
export function withDefaults(text: string): string {
  return text.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1');
}
