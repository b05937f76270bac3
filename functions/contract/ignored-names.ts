/** Why a key is nobody's file, whatever dataset it lies under; null where it may be one. Upload and sweep ignore the same. */
export function ignoredName(key: string): { readonly code: string; readonly message: string } | null {
  const name = key.slice(key.lastIndexOf('/') + 1);
  if (name === '') return { code: 'FOLDER_MARKER', message: `${key} is a folder marker, not a file` };
  if (name.startsWith('.') || /\.(tmp|part)$/.test(name)) {
    return { code: 'UNFINISHED_NAME', message: `${key} has the name of a file that is still being written` };
  }
  return null;
}
