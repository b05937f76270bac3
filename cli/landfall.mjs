#!/usr/bin/env node
// What `npx landfall` starts, beside the compiled main.js. Plain JavaScript of 2019, so that an old Node reaches the message
// below instead of a syntax error.

/** import.meta.dirname is there from 20.11 on. */
const oldest = [20, 11];

/** What is wrong with the Node that runs this, in words, or null. */
export function oldNode({ version, platform, arch }) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return null;
  return (
    `landfall cannot run on Node ${version} (${platform} ${arch}): it needs Node ${oldest.join('.')} or newer.\n` +
    `Install a newer one (nodejs.org), or let npm bring one for this command: npx --package=node@24 --package=landfall landfall --help`
  );
}

const problem = oldNode(process);
// the compiled one, which is in the package alone
if (problem === null) void import(new URL('../program/command/main.mjs', import.meta.url).href);
else {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}
