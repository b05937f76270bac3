import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { printable } from '../../functions/core/printable.ts';
import { didYouMean } from '../../functions/words/did-you-mean.ts';

/** What a service says, by keyword as libpq calls it; or why it cannot be used. No problem holds a line of the file. */
export type Service =
  | { readonly settings: Readonly<Record<string, string>>; readonly file: string; readonly problem?: never }
  | { readonly problem: string };

/**
 * A service by its name, as libpq finds it: in the file that PGSERVICEFILE names, else in the user's own; where it is not there, in
 * `pg_service.conf` of the folder PGSYSCONFDIR. Source: postgresql.org/docs/current/libpq-pgservice.html.
 */
export function readService(name: string, env: Readonly<NodeJS.ProcessEnv>): Service {
  const looked: string[] = [];
  const known: string[] = [];
  for (const { file, isNamed } of filesOf(env)) {
    const text = textOf(file);
    if (text.problem !== undefined) {
      if (!isNamed && text.isMissing) continue;
      return { problem: `the service file ${printable(file)} cannot be read: ${text.problem}` };
    }
    looked.push(file);
    const sections = sectionsOf(text.text);
    const found = sections.find((section) => section.name === name);
    if (found !== undefined) return settingsOf(found, file);
    known.push(...sections.map((section) => section.name));
  }
  return { problem: missing(name, looked, known, env) };
}

function missing(
  name: string,
  looked: readonly string[],
  known: readonly string[],
  env: Readonly<NodeJS.ProcessEnv>,
): string {
  const shown = `"${printable(name, 60)}"`;
  if (looked.length === 0) {
    const [own] = filesOf(env);
    return `there is no file that could hold the service ${shown}: write [${printable(name, 60)}] and its lines host=, port=, dbname= and user= into ${printable(own?.file ?? '.pg_service.conf')}, or name the file by PGSERVICEFILE`;
  }
  const where = looked.map((file) => printable(file)).join(' and ');
  const there =
    known.length === 0 ? 'It holds no service.' : `It holds ${known.map((each) => printable(each, 60)).join(', ')}.`;
  return `there is no service ${shown} in ${where}.${didYouMean(name, known)} ${there}`;
}

function filesOf(env: Readonly<NodeJS.ProcessEnv>): readonly { readonly file: string; readonly isNamed: boolean }[] {
  const { PGSERVICEFILE: named, PGSYSCONFDIR: folder, APPDATA: appData } = env;
  const own =
    process.platform === 'win32' && appData
      ? join(appData, 'postgresql', '.pg_service.conf')
      : join(env['HOME'] || homedir(), '.pg_service.conf');
  return [
    { file: named || own, isNamed: Boolean(named) },
    ...(folder ? [{ file: join(folder, 'pg_service.conf'), isNamed: false }] : []),
  ];
}

type Text =
  | { readonly text: string; readonly problem?: never }
  | { readonly problem: string; readonly isMissing: boolean };

function textOf(file: string): Text {
  try {
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return { problem: code === 'ENOENT' ? 'it does not exist' : code, isMissing: code === 'ENOENT' };
  }
}

interface Section {
  readonly name: string;
  /** Lines that say something, with their numbers from 1. */
  readonly lines: readonly (readonly [number, string])[];
}

function sectionsOf(text: string): readonly Section[] {
  const sections: { name: string; lines: (readonly [number, string])[] }[] = [];
  for (const [i, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('[') && line.endsWith(']')) sections.push({ name: line.slice(1, -1), lines: [] });
    else sections.at(-1)?.lines.push([i + 1, line]);
  }
  return sections;
}

/** Keywords of libpq that change nothing of what is connected to, nor who can read along. */
const withoutMeaning = new Set([
  'application_name',
  'client_encoding',
  'fallback_application_name',
  'gssdelegation',
  'gssencmode',
  'keepalives',
  'keepalives_count',
  'keepalives_idle',
  'keepalives_interval',
  'krbsrvname',
  'sslcompression',
  'sslsni',
  'target_session_attrs',
  'tcp_user_timeout',
]);

const followed = new Set([
  'connect_timeout',
  'dbname',
  'host',
  'hostaddr',
  'options',
  'password',
  'port',
  'require_auth',
  'sslcert',
  'sslkey',
  'sslmode',
  'sslrootcert',
  'user',
]);

function settingsOf({ name, lines }: Section, file: string): Service {
  const settings: Record<string, string> = {};
  const where = (no: number): string => `${printable(file)}, line ${no} (service "${printable(name, 60)}")`;
  for (const [no, line] of lines) {
    const sign = line.indexOf('=');
    // what stands there may be a password
    if (sign <= 0) return { problem: `${where(no)}: a line of a service is KEYWORD=VALUE` };
    const keyword = line.slice(0, sign).trim();
    if (withoutMeaning.has(keyword)) continue;
    if (!followed.has(keyword)) {
      return {
        problem: `${where(no)}: ${/^[a-z_]{1,30}$/.test(keyword) ? `"${keyword}"` : 'its keyword'} is not followed here; name the database by DATABASE_URL instead, or take the line out. Followed: ${[...followed].join(', ')}`,
      };
    }
    const value = line.slice(sign + 1).trim();
    if (value !== '') settings[keyword] = value;
  }
  return { settings, file };
}
