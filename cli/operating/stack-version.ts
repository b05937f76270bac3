import { printable } from '../../functions/core/printable.ts';

/**
 * What a person should know where command and stack are of two versions that may speak differently (before 1.0 a minor version
 * may, from then on a major one); null where they are not. Null as `deployed`: a stack from before it said its version.
 */
export function versionNote(stack: string, deployed: string | null, own: string): string | null {
  const shown = printable(stack, 100);
  if (deployed === null)
    return `the stack ${shown} does not say its version, so it is older than this command (${own}). Where they do not understand each other, deploy this version: npx cdk deploy`;
  if (family(deployed) === family(own)) return null;
  const theirs = printable(deployed, 40);
  const mend = isOlder(deployed, own)
    ? `Where they do not understand each other, deploy this version (npx cdk deploy), or ask with its own command: npx landfall@${theirs}`
    : `Where they do not understand each other, take its command: npx landfall@${theirs}, or npm i landfall@${theirs}`;
  return `the stack ${shown} runs Landfall ${theirs}, and this command is ${own}. ${mend}`;
}

/** The numbers of a version that have to be the same. */
function family(version: string): string {
  const [major = '', minor = ''] = version.split('.');
  return major === '0' ? `0.${minor}` : major;
}

function isOlder(one: string, other: string): boolean {
  const [a, b] = [one, other].map((version) => version.split(/[.-]/).map(Number)) as [number[], number[]];
  const at = a.findIndex((part, i) => part !== b[i]);
  return (a[at] ?? 0) < (b[at] ?? 0);
}
