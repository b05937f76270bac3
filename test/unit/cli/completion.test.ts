import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { outcomeSchema } from '../../../functions/protocol/outcomes.ts';
import { verbs } from '../../../cli/verbs.ts';
import { foldersToRemove } from '../../support/folders.ts';
import { standIn, type } from './terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'landfall-completion-'));
foldersToRemove.push(folder);
writeFileSync(join(folder, 'orders one.csv'), '');
writeFileSync(join(folder, 'orders.csv'), '');

async function script(shell: string): Promise<string> {
  const { code, out, err } = await type(['completion', shell], standIn());
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
}

/** What bash offers for the last of these words, one a line. */
function offered(file: string, words: readonly string[]): readonly string[] {
  const typed = words.map((word) => `'${word}'`).join(' ');
  const ask = `source ${file}; COMP_WORDS=(${typed}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _landfall; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['--norc', '-c', ask], { cwd: folder, encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '');
}

test('bash completes verbs, options, their words and file names', async () => {
  const file = join(folder, 'completion.bash');
  writeFileSync(file, await script('bash'));
  execFileSync('bash', ['-n', file]);
  execFileSync('bash', ['--norc', '-c', `source ${file} && complete -p landfall`]);
  expect(offered(file, ['landfall', ''])).toEqual(expect.arrayContaining([...Object.keys(verbs), 'help', '--version']));
  expect(offered(file, ['landfall', 're'])).toEqual(['rejects', 'retry', 'replay', 'release', 'resume']);
  expect(offered(file, ['landfall', 'load', '--dead'])).toEqual(['--deadline-minutes']);
  expect(offered(file, ['landfall', 'load', 'orders.csv', '--format', 'x'])).toEqual(['xlsx']);
  expect(offered(file, ['landfall', 'load', 'orders.csv', '--format', '=', 'pa'])).toEqual(['parquet']);
  expect(offered(file, ['landfall', 'load', 'orders.csv', '--keep', '='])).toEqual(['first', 'last']);
  expect(offered(file, ['landfall', 'load', 'orders.csv', '--key', 'o'])).toEqual([]);
  expect(offered(file, ['landfall', 'load', 'ord']).toSorted()).toEqual(['orders one.csv', 'orders.csv']);
  expect(offered(file, ['landfall', 'status', 'ord'])).toEqual([]);
  expect(offered(file, ['landfall', 'help', 'lo'])).toEqual(['load']);
  expect(offered(file, ['landfall', 'completion', ''])).toEqual(['bash', 'zsh', 'fish']);
  expect(offered(file, ['landfall', 'list', '--output', 'c'])).toEqual(['csv']);
});

test('the outcomes that list takes are those that loads have', async () => {
  const { verb } = await import('../../../cli/verbs/list.ts');
  const named = [...outcomeSchema.options.filter((outcome) => outcome !== 'ALREADY_LOADED'), 'RUNNING'];
  expect(verb.options['outcome']?.values?.toSorted()).toEqual(named.toSorted());
});

test.each(['zsh', 'fish'])('%s is told every verb and option', async (shell) => {
  const text = await script(shell);
  for (const name of Object.keys(verbs)) expect(text).toContain(name);
  expect(text).toMatch(/deadline-minutes/);
  expect(text).toMatch(/parquet/);
  expect(
    text.split('\n').filter((line) => line.includes('completion: a script') || line.includes('-a completion')),
  ).toHaveLength(shell === 'fish' ? 1 : 0);
});
