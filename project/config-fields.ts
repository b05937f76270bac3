import { didYouMean, showText } from '../functions/words/did-you-mean.ts';

/** What a project says of itself. */
export interface Config {
  /** Paths and patterns of the files that declare datasets, from the config's folder: `datasets/*.{ts,json}`. */
  readonly datasets: readonly string[];
  /** URL of the target's database, where neither --database-url nor the environment names one. Best without a password. */
  readonly database?: string;
  /** Folder of the landing folder, the reports and the embedded server, from the config's folder; else `.landfall`. */
  readonly home?: string;
}

interface Field {
  readonly description: string;
  readonly kind: 'text' | 'texts';
}

/** Without zod, which takes longer to import than a config takes to read: a command reads it at each start. */
export const configFields: Readonly<Record<keyof Config | '$schema', Field>> = {
  $schema: { kind: 'text', description: 'For editors: the JSON Schema of this file.' },
  datasets: {
    kind: 'texts',
    description:
      'Paths and patterns of the files that declare datasets, from the folder of this file: datasets/*.{ts,json}',
  },
  database: {
    kind: 'text',
    description:
      "URL of the target's database (postgres://user@host/name), where neither --database-url nor the environment names one. Keep the password out of it: PGPASSWORD or a password file has it.",
  },
  home: {
    kind: 'text',
    description:
      'Folder of the landing folder, the reports and the embedded server, from the folder of this file; else .landfall',
  },
};

/** What a config is, or every problem that it has. */
export function checkConfig(value: unknown): { readonly config: Config } | { readonly problems: readonly string[] } {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { problems: ['a config is an object, like { "datasets": ["datasets/*.json"] }'] };
  const known = Object.keys(configFields);
  const problems = Object.entries(value).flatMap(([name, own]) => {
    const field = Object.hasOwn(configFields, name) ? configFields[name as keyof typeof configFields] : undefined;
    if (field === undefined)
      return [
        `${showText(name)} is not a field of a config.${didYouMean(name, known)} Its fields are ${known.join(', ')}.`,
      ];
    return isOf(field.kind, own)
      ? []
      : [`${name}: must be ${field.kind === 'text' ? 'a text' : 'a list of texts'}, none of them empty`];
  });
  if (problems.length > 0) return { problems };
  const { datasets = [], database, home } = value as Partial<Config>;
  return { config: { datasets, ...(database !== undefined && { database }), ...(home !== undefined && { home }) } };
}

function isOf(kind: Field['kind'], value: unknown): boolean {
  if (kind === 'texts') return Array.isArray(value) && value.every((one) => isOf('text', one));
  return typeof value === 'string' && value !== '';
}
