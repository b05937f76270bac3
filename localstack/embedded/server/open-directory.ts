import { chmod, mkdir } from 'node:fs/promises';

/** A directory that every user may enter, whatever the umask: root's server runs as another user. Secrets have modes of their own. */
export async function makeOpenDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
}
