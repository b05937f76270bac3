import { chownSync } from 'node:fs';

/** nobody, by number: on every Linux, also where no such name is known. */
const nobody = 65_534;

/** Whom permission bits bind: the one who runs the tests, or nobody where that is root. */
export const boundUser: { readonly uid?: number; readonly gid?: number } =
  process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

/** Gives a file or folder to that user. */
export function giveToBoundUser(path: string): void {
  const { uid, gid } = boundUser;
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
}
