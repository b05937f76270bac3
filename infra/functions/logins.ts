import type { Aurora } from '../data/aurora.ts';
import type { DatabaseLogin, Settings } from '../settings.ts';

/** How each of the two roles logs in to the target. */
export type Logins = Readonly<Record<'loader' | 'owner', DatabaseLogin>>;

/**
 * The logins that the settings name, or those of the Aurora that the stack makes: its roles have the names of
 * docs/deploy.md and no password, also after it was restored to another cluster. Migrations may have a secret of their own in either case.
 */
export function loginsOf({ login, migrateSecret, restored }: Settings, aurora: Aurora | null): Logins {
  const ofAurora = (user: string): DatabaseLogin => ({ ...auroraLogin(user, aurora), ...restored });
  const loader = login ?? ofAurora('landfall_loader');
  if (migrateSecret !== undefined) return { loader, owner: { secret: migrateSecret } };
  return { loader, owner: login ?? ofAurora('landfall_owner') };
}

function auroraLogin(user: string, aurora: Aurora | null): DatabaseLogin {
  if (aurora === null) throw new Error('the settings name no login, and there is no Aurora to log in to');
  const { host, port, databaseName: database, resourceId } = aurora;
  return { host, port, database, user, resourceId };
}
