import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
}

const text = readFileSync(join(import.meta.dirname, '../../../.github/workflows/release.yml'), 'utf8');
const workflow = parse(text) as { readonly permissions: object; readonly jobs: Readonly<Record<string, Job>> };
const jobs = Object.entries(workflow.jobs);

test('a release is tested first, and published with provenance and without a token', () => {
  expect(workflow.permissions).toEqual({});
  const publish = workflow.jobs['publish'];
  expect(publish).toMatchObject({ needs: 'test', permissions: { contents: 'read', 'id-token': 'write' } });
  expect(publish?.steps.at(-1)?.run).toContain('--provenance');
  expect(text).not.toMatch(/secrets\.|NODE_AUTH_TOKEN/);
});

test('no job may write to the repository, and every action is one commit', () => {
  for (const [name, { permissions = {}, steps }] of jobs) {
    expect(
      Object.entries(permissions).filter(([what, may]) => may === 'write' && what !== 'id-token'),
      name,
    ).toEqual([]);
    const used = steps.flatMap(({ uses }) => (uses === undefined ? [] : [uses]));
    expect(used.length).toBeGreaterThan(1);
    for (const action of used) expect(action).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/);
  }
});
