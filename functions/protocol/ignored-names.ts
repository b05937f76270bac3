import { printable } from '../core/printable.ts';

/** Why a key is nobody's file, whatever dataset it lies under; null where it may be one. Upload and sweep ignore the same. */
export function ignoredName(key: string): { readonly code: string; readonly message: string } | null {
  const name = key.slice(key.lastIndexOf('/') + 1);
  if (name === '') return { code: 'FOLDER_MARKER', message: `${printable(key)} is a folder marker, not a file` };
  if (isUnfinishedName(name)) {
    return { code: 'UNFINISHED_NAME', message: `${printable(key)} has the name of a file that is still being written` };
  }
  if (isSidecarName(name)) {
    return {
      code: 'SIDECAR',
      message: `${printable(key)} says what the file beside it holds, and is no file of its own`,
    };
  }
  return null;
}

/** Files that are being written by convention, and what file managers leave lying about. */
export function isUnfinishedName(name: string): boolean {
  return name.startsWith('.') || /\.(tmp|part)$/.test(name);
}

/** Behind the whole name of an object: control totals of it, or its digest. */
export const sidecarSuffixes = ['.control.json', '.sha256', '.md5'] as const;

/** Whether an object of this name tells of the one beside it. */
export function isSidecarName(name: string): boolean {
  return sidecarSuffixes.some((suffix) => name.endsWith(suffix));
}
