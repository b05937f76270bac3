import { sqlIdent } from '../../core/typed-again.ts';

/**
 * What lets a role write where transactions are read-only by default, as a session in which they are can run it. Of a role in a
 * database: that setting goes before those of role, database and server, whichever of them made them so.
 */
export function letWrite(role: string, database: string): string {
  const whose = `${sqlIdent(role)} in database ${sqlIdent(database)}`;
  return `begin read write; alter role ${whose} set default_transaction_read_only = off; commit;`;
}
