import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { ownerIsAlive, thisOwner } from '../../../functions/runtime/owner.ts';

test('a running process is alive under its own start only', () => {
  const owner = thisOwner();
  expect(ownerIsAlive(owner)).toBe(true);
  expect(thisOwner()).toEqual(owner);
  // the pid was used again: same number, another start
  expect(ownerIsAlive({ ...owner, startedAt: `${owner.startedAt}0` })).toBe(false);
});

test('a process that was killed is dead, also before its parent has noticed', async () => {
  const child = spawn('sleep', ['60']);
  await once(child, 'spawn');
  const owner = thisOwner(child.pid);
  expect(ownerIsAlive(owner)).toBe(true);
  child.kill('SIGKILL');
  await expect.poll(() => ownerIsAlive(owner)).toBe(false);
  expect(() => thisOwner(child.pid)).toThrow('does not run');
});

test('an owner on another host cannot be judged and counts as alive', () => {
  expect(ownerIsAlive({ ...thisOwner(), host: 'elsewhere', startedAt: 'never' })).toBe(true);
});
