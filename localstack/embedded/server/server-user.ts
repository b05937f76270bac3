import { type Finished, type RunAs, runProgram } from './run-program.ts';
import { EmbeddedServerError } from './server-error.ts';

const USER = 'landfall';
/** shadow-utils, then busybox. */
const MAKERS = [
  [
    'useradd',
    '--system',
    '--user-group',
    '--no-create-home',
    '--home-dir',
    '/nonexistent',
    '--shell',
    '/usr/sbin/nologin',
    USER,
  ],
  ['adduser', '-S', '-D', '-H', '-h', '/nonexistent', '-s', '/sbin/nologin', USER],
] as const;

/**
 * The unprivileged user that runs the server when the command runs as root: `landfall`, made if missing; where that
 * fails (no such tool, a read-only /etc), one that systems bring: postgres, then nobody.
 */
export async function serverUser(): Promise<Required<RunAs>> {
  const existing = await idsOf(USER);
  if (existing !== null) return existing;
  const told: string[] = [];
  for (const [tool, ...toolArguments] of MAKERS) {
    told.push(await attempt(tool, toolArguments));
    // also where it failed: another command may have made the user at the same time
    const made = await idsOf(USER);
    if (made !== null) return made;
  }
  const other = (await idsOf('postgres')) ?? (await idsOf('nobody'));
  if (other !== null) return other;
  throw new EmbeddedServerError(
    `PostgreSQL refuses to run as root, and no unprivileged user could be made for it (${told.filter(Boolean).join('; ')}). Run the command as an ordinary user, or make one: useradd --system ${USER}`,
  );
}

async function idsOf(name: string): Promise<Required<RunAs> | null> {
  const [uid, gid] = await Promise.all([runProgram('id', ['-u', name]), runProgram('id', ['-g', name])]);
  return uid.code === 0 && gid.code === 0 ? { uid: Number(uid.output), gid: Number(gid.output) } : null;
}

async function attempt(tool: string, toolArguments: readonly string[]): Promise<string> {
  const { code, output } = await runProgram(tool, toolArguments).catch(
    (error: Error): Finished => ({ code: -1, signal: null, output: error.message }),
  );
  return code === 0 ? '' : output.trim();
}
