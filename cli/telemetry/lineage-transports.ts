import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A way that lineage events go. */
export type Transport =
  | { readonly kind: 'http'; readonly url: string; readonly headers: Readonly<Record<string, string>> }
  /** One file, an event a line; or with `eachAlone` a file for each event, `path` and the moment. */
  | { readonly kind: 'file'; readonly path: string; readonly eachAlone: boolean }
  | { readonly kind: 'console' };

/**
 * Where OpenLineage's variables send events, as its Python client reads them (openlineage.io/docs/client/python): the file that
 * OPENLINEAGE_CONFIG names, else OPENLINEAGE_URL.
 * @param folder where relative paths begin
 * @throws where that says nothing that can be done
 */
export async function transportsOf(env: Readonly<NodeJS.ProcessEnv>, folder: string): Promise<readonly Transport[]> {
  const config = env['OPENLINEAGE_CONFIG'];
  return config ? await ofConfig(resolve(folder, config), folder) : [ofVariables(env)];
}

function ofVariables(env: Readonly<NodeJS.ProcessEnv>): Transport {
  const typed = env['OPENLINEAGE_URL'] ?? '';
  if (!isUrl(typed, ['http:', 'https:', 'file:']))
    throw new Error('OPENLINEAGE_URL is no URL: http://localhost:5000, or file:///path/of/events.ndjson');
  if (new URL(typed).protocol === 'file:') return { kind: 'file', path: fileURLToPath(typed), eachAlone: false };
  return overHttp(typed, env['OPENLINEAGE_ENDPOINT'], bearer(env['OPENLINEAGE_API_KEY']));
}

async function ofConfig(path: string, folder: string): Promise<readonly Transport[]> {
  const said = `OPENLINEAGE_CONFIG, ${path}`;
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${said}: it cannot be read (${error.code ?? error.message})`);
  });
  const { parse } = await import('../../project/yaml.ts');
  const written = await Promise.resolve()
    .then((): unknown => parse(text))
    .catch(() => {
      throw new Error(`${said}: it is no YAML`);
    });
  const transport = fieldsOf(fieldsOf(written)?.['transport']);
  if (transport === null)
    throw new Error(`${said}: it has no transport. Write \`transport: { type: http, url: http://localhost:5000 }\``);
  return transportsIn(transport, folder, said);
}

function transportsIn(transport: Fields, folder: string, said: string): readonly Transport[] {
  const { type } = transport;
  if (type === 'console') return [{ kind: 'console' }];
  if (type === 'noop') return [];
  if (type === 'http') return [httpOf(transport, said)];
  if (type === 'file') return [fileOf(transport, folder, said)];
  if (type === 'composite') {
    // a list, or each under a name of its own
    const several = transport['transports'];
    const each = Object.values(typeof several === 'object' && several !== null ? several : {});
    return each.flatMap((one: unknown) => transportsIn(fieldsOf(one) ?? {}, folder, said));
  }
  throw new Error(`${said}: transport ${String(type)} is not known here: http, file, console, composite and noop are`);
}

function httpOf(transport: Fields, said: string): Transport {
  const url = textOf(transport, 'url');
  if (!isUrl(url, ['http:', 'https:'])) throw new Error(`${said}: transport.url is no URL like http://localhost:5000`);
  const auth = fieldsOf(transport['auth']);
  const key = textOf(auth ?? {}, 'apiKey', 'api_key', 'apikey');
  if (auth !== null && (auth['type'] !== 'api_key' || key === ''))
    throw new Error(`${said}: transport.auth is not known here but as { type: api_key, apiKey: ... }`);
  const more = fieldsOf(transport['custom_headers']) ?? fieldsOf(transport['headers']) ?? {};
  const headers = Object.fromEntries(Object.entries(more).map(([name, value]) => [name, String(value)]));
  return overHttp(url, textOf(transport, 'endpoint'), { ...headers, ...bearer(key) });
}

function fileOf(transport: Fields, folder: string, said: string): Transport {
  // Python's client and Java's
  const path = textOf(transport, 'log_file_path', 'location');
  if (path === '') throw new Error(`${said}: a transport of type file needs log_file_path`);
  const isPythons = transport['log_file_path'] !== undefined;
  return { kind: 'file', path: resolve(folder, path), eachAlone: isPythons && transport['append'] !== true };
}

function overHttp(url: string, endpoint: string | undefined, headers: Readonly<Record<string, string>>): Transport {
  const way = (endpoint || 'api/v1/lineage').replace(/^\//u, '');
  return { kind: 'http', url: `${url.replace(/\/$/u, '')}/${way}`, headers };
}

function bearer(key: string | undefined): Readonly<Record<string, string>> {
  return key ? { authorization: `Bearer ${key}` } : {};
}

function isUrl(typed: string, protocols: readonly string[]): boolean {
  return URL.canParse(typed) && protocols.includes(new URL(typed).protocol);
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

/** The first of these fields that is a text; else an empty one. */
function textOf(fields: Fields, ...names: readonly string[]): string {
  return names.map((name) => fields[name]).find((value) => typeof value === 'string') ?? '';
}
