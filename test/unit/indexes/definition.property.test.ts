import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isIndexDefinition } from '../../../functions/indexes/definition.ts';

test.each([
  'CREATE INDEX i ON public.t USING btree (a)',
  `CREATE INDEX "i;x" ON public."t--" USING btree (lower(a), ((b * 2))) INCLUDE (c) WITH (fillfactor='70') WHERE (a <> 'x;--'::text)`,
  `CREATE INDEX i ON public.t USING btree (a) WHERE (a <> E'it''s \\\\ \\' ;'::text)`,
  `CREATE INDEX i ON public.t USING btree (a) WHERE (a <> 'two\nlines'::text)`,
  `CREATE INDEX i ON public.t USING gin (doc public.gin_trgm_ops) WHERE (kind = ANY (ARRAY['a'::text, 'b'::text]))`,
  `CREATE INDEX i ON public.t USING btree ((\nCASE\n    WHEN (b = 'x'::text) THEN a\n    ELSE 1\nEND))`,
  `CREATE INDEX größe ON public.t USING btree ("grö""ße" COLLATE "de-x-icu" DESC NULLS LAST)`,
])('is one: %s', (text) => {
  expect(isIndexDefinition(text)).toBe(true);
});

test.each([
  'CREATE INDEX i ON public.t USING btree (a); drop table t',
  'CREATE INDEX i ON public.t USING btree (a) -- and',
  'CREATE INDEX i ON public.t /* */ USING btree (a)',
  'CREATE INDEX i ON public.t USING btree (a) WHERE (a <> $$x$$)',
  `CREATE INDEX i ON public.t USING btree (a) WHERE (a <> 'open`,
  `CREATE INDEX i ON public.t USING btree ("open)`,
  // a standard string ends at its quote, whatever is before it
  `CREATE INDEX i ON public.t USING btree (a) WHERE (a <> '\\'; drop table t; --')`,
  // a string goes on behind a newline, and keeps the meaning of its first part
  `CREATE INDEX i ON public.t USING btree (a) WHERE (a <> E'x'\n'\\'; drop table t; --')`,
  // the word ends in E, and is no prefix
  `CREATE INDEX i ON public.t USING btree (a) WHERE (aE'\\'; drop table t; --')`,
  `CREATE INDEX i ON public.t USING btree (a) WHERE (a <> U&'\\0041')`,
  `CREATE INDEX i ON public.t USING btree (a) WHERE (a <> B'1')`,
  `CREATE INDEX i ON public.t USING btree (a) \\`,
  'CREATE UNIQUE INDEX i ON public.t USING btree (a)',
  'create index i on public.t using btree (a)',
  'DROP TABLE t',
  '',
])('is none: %s', (text) => {
  expect(isIndexDefinition(text)).toBe(false);
});

test('nothing outside of strings and names can end the statement, whatever is put together', () => {
  const parts = fc.constantFrom("'", '"', 'E', 'x', ' ', '\\', ';', '--', '/*', '$', '\n', "''", '&', 'é', '(', ')');
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 12 }), (all) => {
      const text = `CREATE INDEX i ON t (${all.join('')}`;
      if (isIndexDefinition(text)) expect(outside(text)).not.toMatch(/;|--|\/\*|\$|\\/u);
    }),
    { numRuns: 5_000 },
  );
});

test('any value in a string, and any name, passes', () => {
  const characters = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
  fc.assert(
    fc.property(characters, characters, (value, name) => {
      const string = value.includes('\\')
        ? ` E'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
        : `'${value.replaceAll("'", "''")}'`;
      const text = `CREATE INDEX i ON t USING btree ("${name.replaceAll('"', '""')}") WHERE (a <>${string})`;
      expect(isIndexDefinition(text)).toBe(true);
    }),
  );
});

/** What PostgreSQL's lexer would not take for a part of a string or a name, by its own rules for the prefix E; whichever begins first hides the others. */
function outside(text: string): string {
  const escaped = String.raw`(?<![\wé])E'(?:[^'\\]|\\[^]|'')*'(?: *\n[ \n]*'(?:[^'\\]|\\[^]|'')*')*`;
  return text.replaceAll(new RegExp(`${escaped}|'(?:[^']|'')*'|"(?:[^"]|"")*"`, 'gu'), '');
}

test('what stands outside is told by what begins first', () => {
  expect(outside(`("$'"''`)).toBe('(');
  expect(outside(`('"$'""`)).toBe('(');
  expect(outside(`(E'\\';' ;`)).toBe('( ;');
});
