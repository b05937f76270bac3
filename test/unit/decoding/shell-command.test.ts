import { expect, test } from 'vitest';
import { decodingCommand } from '../../../functions/decoding/shell-command.ts';
import type { DecodingStep } from '../../../functions/decoding/steps.ts';

test.each<[string, readonly DecodingStep[], string | null]>([
  ['gzip', [{ kind: 'gzip' }], "gunzip < 'a b'"],
  ['zstd', [{ kind: 'zstd' }], "unzstd -c < 'a b'"],
  [
    'a file of an archive, whose name is no pattern',
    [{ kind: 'zip', argument: 'in/a[1].csv' }],
    String.raw`unzip -p 'a b' 'in/a\[1].csv'`,
  ],
  [
    'gzip in an archive, in windows-1252',
    [{ kind: 'zip', argument: 'a.gz' }, { kind: 'gzip' }, { kind: 'charset', argument: 'windows-1252' }],
    "unzip -p 'a b' a.gz | gunzip | iconv -f CP1252 -t UTF-8",
  ],
  ['UTF-16', [{ kind: 'charset', argument: 'utf-16le' }], "iconv -f utf-16le -t UTF-8 < 'a b'"],
  ['what Windows makes of Shift_JIS', [{ kind: 'charset', argument: 'shift_jis' }], "iconv -f CP932 -t UTF-8 < 'a b'"],
  ['an archive that is packed, which no shell reads', [{ kind: 'gzip' }, { kind: 'zip', argument: 'a' }], null],
  ['Parquet, which no common program reads', [{ kind: 'parquet' }], null],
  ['lines that are left out at the end', [{ kind: 'trailer', argument: '1' }], "cat 'a b'"],
])('what prints %s', (_, steps, command) => expect(decodingCommand(steps, "'a b'")).toBe(command));
