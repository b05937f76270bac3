/** The embedded server cannot run: the message says what is wrong, where, and what to do now. */
export class EmbeddedServerError extends Error {
  override readonly name = 'EmbeddedServerError';
}

/** Names the usual troubles of a machine (full disk, no permission) in words; anything else keeps its own message. */
export function serverError(doing: string, where: string, cause: unknown): EmbeddedServerError {
  if (cause instanceof EmbeddedServerError) return cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  const code = (cause as NodeJS.ErrnoException | null)?.code;
  return new EmbeddedServerError(`cannot ${doing} (${where}): ${advice(code, text)}`, { cause });
}

function advice(code: string | undefined, text: string): string {
  if (code === 'ENOSPC' || /no space left on device/i.test(text)) {
    return `the disk is full. Free some space (a new database needs about 100 MB, a load about three times its file) and run the command again; nothing that was committed is lost.`;
  }
  if (code === 'EROFS' || /read-only file system/i.test(text)) {
    return `the file system is read-only. Run the command in a folder that can be written, or name your own server with --database-url.`;
  }
  if (code === 'EACCES' || code === 'EPERM' || /permission denied/i.test(text)) {
    return `no permission. If an earlier command ran as another user (sudo?), give the folder back with: sudo chown -R "$(id -un)" .landfall - or name your own server with --database-url. (${text})`;
  }
  return text;
}
