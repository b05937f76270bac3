import { expect, test } from 'vitest';
import { patiently } from '../../../functions/runtime/patience.ts';

const failing = (code: string): Error => Object.assign(new Error('in words'), { code });
const quick = { milliseconds: () => 60_000, waits: 0.001, loginByToken: false };

/** Fails so often, then connects. */
function server(
  failures: number,
  code: string,
): { tries: number; connect: (connected: () => void) => Promise<string> } {
  const seen = {
    tries: 0,
    async connect(connected: () => void) {
      seen.tries += 1;
      if (seen.tries <= failures) throw failing(code);
      connected();
      return 'done';
    },
  };
  return seen;
}

test.each(['ECONNREFUSED', '57P03', '53300', '08006'])(
  'a database that is away (%s) is asked until it is back',
  async (code) => {
    const away = server(8, code);
    expect(await patiently(away.connect, quick)).toBe('done');
    expect(away.tries).toBe(9);
  },
);

test('a database that stays away is told as that, by its code and without a cause', async () => {
  const error = await patiently(server(99, 'ECONNREFUSED').connect, { ...quick, milliseconds: () => 5 }).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({
    name: 'DatabaseAway',
    message: 'the database did not answer for 0 s (ECONNREFUSED)',
  });
  expect(error).not.toHaveProperty('cause');
});

test.each(['28P01', '28000', '3D000', 'ENOTFOUND'])('what is wrong (%s) is told at once', async (code) => {
  const wrong = server(1, code);
  await expect(patiently(wrong.connect, quick)).rejects.toMatchObject({ code });
  expect(wrong.tries).toBe(1);
});

test.each(['28P01', '28000'])(
  'a token that is refused (%s) is tried three times, and then by the next calls',
  async (code) => {
    const late = server(2, code);
    expect(await patiently(late.connect, { ...quick, loginByToken: true })).toBe('done');
    const never = server(99, code);
    await expect(patiently(never.connect, { ...quick, loginByToken: true })).rejects.toMatchObject({
      name: 'TryAgain',
      message: `the server refuses role or token of the login by IAM (SQLSTATE ${code})`,
    });
    expect(never.tries).toBe(3);
  },
);

test('what is done with the connection is never done twice', async () => {
  let runs = 0;
  const broken = patiently(async (connected) => {
    connected();
    runs += 1;
    throw failing('57P01');
  }, quick);
  await expect(broken).rejects.toMatchObject({ code: '57P01' });
  expect(runs).toBe(1);
});
