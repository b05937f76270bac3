import type pg from 'pg';
import { printable } from '../../core/printable.ts';
import { ServerUnfit } from '../../protocol/errors.ts';

/** Major versions of PostgreSQL that the tests run on, and none between is left out (docs/versions.md). */
export const triedVersions = { oldest: 16, newest: 18 } as const;

/** 17: the first one that has the privilege MAINTAIN; before, ANALYZE asks for the owner of the table. */
export function hasMaintain(major: number): boolean {
  return major >= 17;
}

/** The variable that names the one newer major version that may be tried. */
export const UNTRIED = 'LANDFALL_UNTRIED_POSTGRES';

/** What of a server is the same for as long as it runs. */
export interface ServerKind {
  /** `17.10`, or `17.10 (Debian 17.10-1.pgdg13+1)` */
  readonly version: string;
  /** Of the database that one is connected to, as PostgreSQL names it: `UTF8`. */
  readonly encoding: string;
}

/** 16 of `16.14 (Debian 16.14-1.pgdg13+1)`, and of `19beta1` 19. */
export function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}

/** What stands in the way of loading into such a server, and what to do. */
export interface Unfit {
  readonly what: string;
  readonly remedy: string;
}

/**
 * Versions that the tests do not run on, but for a newer one that `untried` names: 19 for all of 19. And an encoding that
 * cannot hold what files hold. Null: it is fit.
 */
export function whyUnfit({ version, encoding }: ServerKind, untried: string | null): Unfit | null {
  const major = majorOf(version);
  const { oldest, newest } = triedVersions;
  if (!(major >= oldest)) {
    const what = `it is PostgreSQL ${printable(version)}, and Landfall needs ${oldest} at least`;
    return { what, remedy: `Upgrade it, or name a server of PostgreSQL ${oldest} to ${newest}` };
  }
  if (major > newest && untried !== String(major)) {
    const what = `it is PostgreSQL ${printable(version)}, and this version of Landfall was tried on ${oldest} to ${newest}`;
    return {
      what,
      remedy: `Name one of these, or use a newer Landfall. To try it all the same, on data that can be had again, set ${UNTRIED}=${major}`,
    };
  }
  if (encoding !== 'UTF8') {
    const what = `the database's encoding is ${printable(encoding)}, and files hold characters that have no place in it`;
    return {
      what,
      remedy: `Make one with: create database NAME template template0 encoding 'UTF8' (and a locale that goes with it), and name that`,
    };
  }
  return null;
}

const told = new WeakMap<pg.Client, Map<string, string>>();

/** Listens to what a server tells of itself, unasked, as the connection begins. */
export function hearKind(db: pg.Client): void {
  const parameters = new Map<string, string>();
  told.set(db, parameters);
  const { connection } = db as unknown as { readonly connection: NodeJS.EventEmitter };
  connection.on('parameterStatus', ({ parameterName, parameterValue }: ParameterStatus) => {
    parameters.set(parameterName, parameterValue);
  });
}

/** As pg-protocol has it. */
interface ParameterStatus {
  readonly parameterName: string;
  readonly parameterValue: string;
}

/** What it told; null where a pooler passed nothing on. No round trip. */
export function serverKind(db: pg.Client): ServerKind | null {
  const [version, encoding] = ['server_version', 'server_encoding'].map((name) => told.get(db)?.get(name));
  return version === undefined || encoding === undefined ? null : { version, encoding };
}

/** @throws ServerUnfit where it cannot be loaded into. A server that told nothing is not judged here. */
export function requireFitServer(db: pg.Client, untried: string | null): void {
  const kind = serverKind(db);
  const unfit = kind === null ? null : whyUnfit(kind, untried);
  if (unfit !== null) throw new ServerUnfit(`the server cannot be loaded into: ${unfit.what}. ${unfit.remedy}.`);
}
