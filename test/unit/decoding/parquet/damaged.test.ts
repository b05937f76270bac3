import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DecodingFault } from '../../../../functions/decoding/decoder.ts';
import { parquet } from '../../../../functions/decoding/parquet/parquet.ts';
import { seeded } from '../../../support/packed.ts';
import { storedBytes } from '../../../support/made-tables.ts';

const folder = new URL('../../../fixtures/parquet/', import.meta.url);
const stored = (name: string): Buffer => readFileSync(new URL(`${name}.parquet`, folder));

/** The fault of a file; null where it reads. */
async function faultOf(bytes: Buffer): Promise<DecodingFault | null> {
  try {
    await storedBytes(parquet, bytes, true);
    return null;
  } catch (error) {
    if (error instanceof DecodingFault) return error;
    throw error;
  }
}

describe('damaged Parquet is refused with a place', () => {
  test('cut off anywhere', async () => {
    const whole = stored('nested');
    for (let length = 0; length < whole.length; length += 7) {
      const fault = await faultOf(whole.subarray(0, length));
      expect(fault?.code).toBe('PARQUET_CORRUPT');
      expect(fault?.byte).toBeLessThanOrEqual(length);
    }
  });

  test.each(['types', 'types-plain', 'nested', 'nested-v2', 'encodings', 'many-snappy', 'many-lz4', 'many-brotli'])(
    'with any bit flipped it is read or refused, and never anything else: %s',
    async (name) => {
      const whole = stored(name);
      const random = seeded(whole.length);
      for (let i = 0; i < 60; i += 1) {
        const bytes = Buffer.from(whole);
        const at = Math.floor(random() * bytes.length);
        bytes[at] = (bytes[at] as number) ^ (1 << Math.floor(random() * 8));
        // throws where it is anything but a fault
        expect([null, 'PARQUET_CORRUPT', 'PARQUET_UNREADABLE']).toContain((await faultOf(bytes))?.code ?? null);
      }
    },
  );

  test('in its footer, so that it lacks where a column is: the message says that', async () => {
    const whole = stored('many-gzip');
    const faults = await Promise.all(
      [0, 1, 2, 3, 4, 5, 6, 7].map(async (bit) => {
        const bytes = Buffer.from(whole);
        bytes[5043] = (bytes[5043] as number) ^ (1 << bit);
        return (await faultOf(bytes))?.message ?? '';
      }),
    );
    expect(faults).toContain('its footer does not say where column amount is');
    expect(faults.join(' ')).not.toMatch(/NaN|undefined/);
  });

  test('with any bit of a page flipped where pages have check sums', async () => {
    const whole = stored('many-gzip');
    const footerAt = whole.length - 8 - whole.readUInt32LE(whole.length - 8);
    const random = seeded(1);
    let refused = 0;
    for (let i = 0; i < 200; i += 1) {
      const bytes = Buffer.from(whole);
      const at = 4 + Math.floor(random() * (footerAt - 4));
      bytes[at] = (bytes[at] as number) ^ (1 << Math.floor(random() * 8));
      if ((await faultOf(bytes)) !== null) refused += 1;
    }
    // some fields of a page's header, such as statistics, change nothing
    expect(refused).toBeGreaterThan(150);
  });

  test('where it is encrypted', async () => {
    const bytes = stored('nested');
    bytes.write('PARE', bytes.length - 4, 'latin1');
    expect(await faultOf(bytes)).toMatchObject({ code: 'PARQUET_UNREADABLE', byte: bytes.length - 4 });
    bytes.write('PARE', 0, 'latin1');
    expect(await faultOf(bytes)).toMatchObject({ code: 'PARQUET_UNREADABLE', byte: 0 });
  });
});
