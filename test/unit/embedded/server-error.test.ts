import { expect, test } from 'vitest';
import { serverError } from '../../../localstack/embedded/server/server-error.ts';

test.each([
  [{ code: 'ENOSPC' }, /the disk is full\. Free some space/],
  [{ message: 'initdb ended with exit code 1: could not write: No space left on device' }, /the disk is full/],
  [{ code: 'EACCES' }, /no permission\..*sudo chown -R/],
  [{ code: 'EROFS' }, /read-only.*--database-url/],
  [{ message: 'something else' }, /something else$/],
])('a trouble of the machine is told with what to do: %o', (fields, message) => {
  const error = serverError('start the embedded server', '/home/me/.landfall', Object.assign(new Error('x'), fields));
  expect(error.message).toMatch(/^cannot start the embedded server \(\/home\/me\/\.landfall\): /);
  expect(error.message).toMatch(message);
});
