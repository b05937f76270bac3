import { join } from 'node:path';
import { z } from 'zod';
import { printedDocuments } from '../cli/output/printed.ts';
import { datasetShape } from '../functions/compile/declaration/dataset-shape.ts';
import { loadReportSchema } from '../functions/protocol/outcomes.ts';
import { configFields } from '../project/config-fields.ts';
import { type FieldDocs, fieldDocs } from './field-docs.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

interface Published {
  readonly title: string;
  readonly description: string;
  /** What is written by people has defaults that they may leave out; what is printed has all of them. */
  readonly io: 'input' | 'output';
  /** Files and folders whose docstrings say what the fields mean. */
  readonly sources: readonly string[];
}

/**
 * The JSON Schemas that the package brings, each by the name of its file in schema/. What the command prints has a line here: its zod
 * schema, and where its docstrings stand.
 */
export const publishedSchemas: Readonly<Record<string, () => JsonSchema>> = {
  config: configSchema,
  dataset: () => oneOrMore(declarationSchema()),
  report: () =>
    published(loadReportSchema, {
      title: 'Landfall report',
      description: 'report.json of a load, what `landfall load --json` prints, and what load() answers.',
      io: 'output',
      sources: ['functions/protocol'],
    }),
  ...Object.fromEntries(
    Object.entries(printedDocuments).map(([name, { schema, by }]) => [
      name,
      () =>
        published(schema, {
          title: `landfall ${name}`,
          description: `What \`${by}\` prints.`,
          io: 'output',
          sources: ['functions/protocol', 'functions/operate', 'cli/checking', 'cli/init', 'cli/sniffing'],
        }),
    ]),
  ),
};

/** The text of schema/NAME.json. */
export function schemaText(name: string): string {
  const schema = publishedSchemas[name];
  if (schema === undefined) throw new Error(`no schema is called ${name}`);
  return `${JSON.stringify(schema(), null, 2)}\n`;
}

const docsBySources = new Map<string, FieldDocs>();

/** Files are parsed once for all schemas that name the same. */
function docsIn(sources: readonly string[]): FieldDocs {
  const name = sources.join(' ');
  const docs = docsBySources.get(name) ?? fieldDocs(join(import.meta.dirname, '..'), sources);
  docsBySources.set(name, docs);
  return docs;
}

/** Draft 7, which every editor knows; with the docstrings of its fields as their descriptions. */
function published(shape: z.ZodType, { title, description, io, sources }: Published): JsonSchema {
  const docsOf = docsIn(sources);
  const schema = z.toJSONSchema(shape, {
    target: 'draft-7',
    io,
    override: ({ jsonSchema }) => {
      withoutSafeBounds(jsonSchema);
      for (const [name, field] of Object.entries(jsonSchema.properties ?? {})) {
        const doc = typeof field === 'object' ? docsOf(name, Object.keys(jsonSchema.properties ?? {})) : null;
        if (typeof field === 'object' && doc !== null) field.description ??= doc;
      }
    },
  });
  const { $schema, ...rest } = schema;
  return { ...($schema !== undefined && { $schema }), title, description, ...rest };
}

/** That a whole number is one which JavaScript holds is said by zod, and helps nobody who writes one. */
function withoutSafeBounds(schema: JsonSchema): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}

/** A declared dataset: unlike one that a command describes, it has a prefix. */
function declarationSchema(): JsonSchema {
  const schema = published(datasetShape, {
    title: 'Landfall dataset',
    description:
      'Where files come from and how they are read, the table and its key, what holds for records and loads. One dataset, or a list.',
    io: 'input',
    sources: ['functions/compile/declaration', 'functions/compile/schedule'],
  });
  const { prefix, ...others } = schema.properties ?? {};
  const text = typeof prefix === 'object' ? prefix.anyOf?.find((each) => each.type === 'string') : undefined;
  if (text === undefined) throw new Error('the prefix of a dataset is no longer a text or null');
  const description = 'Objects whose key starts with it belong to this dataset: "orders/".';
  const { name, ...rest } = others;
  return {
    ...schema,
    properties: { $schema: { type: 'string' }, name: name ?? {}, prefix: { ...text, description }, ...rest },
  };
}

/** A file of datasets holds one or a list. */
function oneOrMore({ $schema, title, description, ...one }: JsonSchema): JsonSchema {
  return {
    ...($schema !== undefined && { $schema }),
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    anyOf: [{ $ref: '#/definitions/dataset' }, { type: 'array', items: { $ref: '#/definitions/dataset' } }],
    definitions: { dataset: one },
  };
}

function configSchema(): JsonSchema {
  const text = { type: 'string', minLength: 1 } as const;
  const properties = Object.entries(configFields).map(([name, { kind, description }]) => [
    name,
    { description, ...(kind === 'text' ? text : { type: 'array' as const, items: text }) },
  ]);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Landfall config',
    description:
      'landfall.config.json: which files of this folder declare datasets, and where what belongs to it lies.',
    type: 'object',
    properties: Object.fromEntries(properties) as Record<string, JsonSchema>,
    additionalProperties: false,
  };
}
