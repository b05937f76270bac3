import { printable } from '../core/printable.ts';

/** Why a key is nobody's file, whatever dataset it lies under; null where it may be one. Upload and sweep ignore the same. */
export function ignoredName(key: string): { readonly code: string; readonly message: string } | null {
  const name = key.slice(key.lastIndexOf('/') + 1);
  if (name === '') return { code: 'FOLDER_MARKER', message: `${printable(key)} is a folder marker, not a file` };
  if (isUnfinishedName(name)) {
    return { code: 'UNFINISHED_NAME', message: `${printable(key)} has the name of a file that is still being written` };
  }
  return null;
}

/** Files that are being written by convention, and what file managers leave lying about. */
export function isUnfinishedName(name: string): boolean {
  return name.startsWith('.') || /\.(tmp|part)$/.test(name);
}
