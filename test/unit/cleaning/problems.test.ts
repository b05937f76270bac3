import { describe, expect, it } from 'vitest';
import { cleaningSteps, stepOf } from '../../../functions/cleaning/all.ts';
import { cleaningChoice } from '../../../functions/compile/declaration/cleaning/written-steps.ts';
import { cleanedColumn } from '../../support/cleaning-cases/cleaned-column.ts';
import { cleaningCases } from '../../support/cleaning-cases/cleaning-cases.ts';

function problem(type: string, written: string): string | null {
  const choice = cleaningChoice(written);
  return stepOf(choice).problem(choice, cleanedColumn(type));
}

describe('A step that cannot be meant says why', () => {
  it.each([
    [
      'date',
      'date:dd.MM.yy',
      'the pattern dd.MM.yy has years of two digits (yy). Say behind an @ with which year their century begins: dd.MM.yy@1970 is 1970 to 2069.',
    ],
    [
      'date',
      'date:dd.MM.yyyy@1970',
      'the pattern dd.MM.yyyy@1970 has a first year behind its @, but no year of two digits (yy).',
    ],
    ['date', 'date:dd.MM.yy@9950', 'the pattern dd.MM.yy@9950 has a first year that is not between 0001 and 9900.'],
    [
      'date',
      'date:dd.MM.YYYY',
      'the pattern dd.MM.YYYY has YYYY, which is no symbol of it. The year is yyyy, or yy; Y counts years of weeks.',
    ],
    [
      'date',
      'date:DD.MM.yyyy',
      'the pattern DD.MM.yyyy has DD, which is no symbol of it. The day of the month is dd, or d; D counts days of the year.',
    ],
    ['date', 'date:dd.MM', 'the pattern dd.MM has no year (yyyy).'],
    ['date', 'date:yyyy', 'the pattern yyyy has no month (MM) and no day (dd).'],
    [
      'date',
      'date:%d.%m.%Y',
      'the pattern %d.%m.%Y has Y, which is no symbol of it. The year is yyyy, or yy; Y counts years of weeks.',
    ],
    ['date', 'date:dd.MM.yyyy dd', 'the pattern dd.MM.yyyy dd has the day twice.'],
    [
      'date',
      'date:dMyyyy',
      'the pattern dMyyyy has d right before M, so that nobody knows where it ends. Write dd, or something between.',
    ],
    [
      'date',
      "date:dd'th MMM yyyy",
      "the pattern dd'th MMM yyyy has a quote that is never closed; a quote itself is written as two: ''.",
    ],
    [
      'date',
      'date:dd.MM.yyyy HH:mm',
      'the pattern dd.MM.yyyy HH:mm has an hour, which is for timestamp:dd.MM.yyyy HH:mm.',
    ],
    [
      'date',
      'date:EEE dd.MM.yyyy',
      'the pattern EEE dd.MM.yyyy has EEE, which is no symbol of it. Letters that stand for themselves are put in quotes.',
    ],
    ['integer', 'date:dd.MM.yyyy', "date gives dates, but the column's type is integer."],
    [
      'timestamp',
      'timestamp:dd.MM.yyyy',
      'the pattern dd.MM.yyyy has no hour (HH); a date alone is of date:dd.MM.yyyy.',
    ],
    [
      'timestamp',
      'timestamp:yyyy-MM-ddTHH:mm',
      "the pattern yyyy-MM-ddTHH:mm has T, which is no symbol of it. A letter that stands for itself is put in quotes: 'T'.",
    ],
    [
      'timestamp',
      'timestamp:dd.MM.yyyy hh:mm',
      'the pattern dd.MM.yyyy hh:mm has an hour of the half day (h) without a (AM or PM). From 0 to 23 it is H.',
    ],
    [
      'timestamp',
      'timestamp:dd.MM.yyyy HH:mm a',
      'the pattern dd.MM.yyyy HH:mm a has a (AM or PM), but its hour is not h.',
    ],
    ['timestamp', 'timestamp:dd.MM.yyyy HH:ss', 'the pattern dd.MM.yyyy HH:ss has a second, but no minute.'],
    ['timestamp', 'timestamp:dd.MM.yyyy mm', 'the pattern dd.MM.yyyy mm has a minute, but no hour.'],
    ['timestamptz', 'timestamp:dd.MM.yyyy XXX', 'the pattern dd.MM.yyyy XXX has an offset, but no hour.'],
    ['uuid', 'timestamp:dd.MM.yyyy HH:mm', "timestamp gives dates with a time, but the column's type is uuid."],
    ['timestamptz', 'epoch:minutes', 'epoch takes one of s, ms, us behind its colon: epoch:ms.'],
    ['bigint', 'epoch:s', "epoch gives moments, but the column's type is bigint."],
    ['date', 'excelSerial:1901', 'excelSerial takes 1900 or 1904 behind its colon: excelSerial:1900.'],
    ['boolean', 'excelSerial:1900', "excelSerial gives dates, but the column's type is boolean."],
    ['integer', 'dateOnly', "dateOnly gives dates, but the column's type is integer."],
    ['numeric', 'decimal:point', 'decimal takes comma behind its colon: decimal:comma.'],
    ['date', 'decimal:comma', "decimal gives numbers, but the column's type is date."],
    ['numeric', 'group:space', 'group takes one of dot, comma, blank, apostrophe behind its colon: group:dot.'],
    ['numeric', 'group:constructor', 'group takes one of dot, comma, blank, apostrophe behind its colon: group:dot.'],
    ['boolean', 'group:dot', "group gives numbers, but the column's type is boolean."],
    [
      'numeric',
      'currency:5',
      'currency takes a symbol or a code behind its colon, without digits, signs and blanks: currency:€.',
    ],
    [
      'numeric',
      'currency:.',
      'currency takes a symbol or a code behind its colon, without digits, signs and blanks: currency:€.',
    ],
    [
      'numeric',
      'currency:-',
      'currency takes a symbol or a code behind its colon, without digits, signs and blanks: currency:€.',
    ],
    ['date', 'currency:€', "currency gives numbers, but the column's type is date."],
    ['date', 'percent', "percent gives numbers, but the column's type is date."],
    ['date', 'parentheses', "parentheses gives numbers, but the column's type is date."],
    ['boolean', 'integer', "integer gives numbers, but the column's type is boolean."],
    [
      'boolean',
      'boolean:YES',
      'boolean takes pairs of words behind its colon, the first of each for true: boolean:yes/no or boolean:yes/no;y/n.',
    ],
    [
      'boolean',
      'boolean:X/',
      'boolean takes pairs of words behind its colon, the first of each for true: boolean:yes/no or boolean:yes/no;y/n.',
    ],
    ['boolean', 'boolean:yes/no;no/yes', 'boolean has the word no twice.'],
    ['integer', 'boolean:yes/no', "boolean gives true and false, but the column's type is integer."],
    [
      'text',
      'map:a',
      'map takes words and what becomes of them behind its colon: map:m=male;f=female. A backslash before ; or = takes it for itself.',
    ],
    [
      'text',
      'map:a=b=c',
      'map takes words and what becomes of them behind its colon: map:m=male;f=female. A backslash before ; or = takes it for itself.',
    ],
    ['text', 'map:=x', 'map has nothing before an =. What an empty cell becomes is said by default:VALUE.'],
    ['text', 'map:a=b;a=c', 'map has a twice.'],
    [
      'text',
      'replace:abc',
      'replace takes a pattern and a text behind its colon: replace:[-/]+=_. A backslash before = takes it into the pattern.',
    ],
    [
      'text',
      'replace:=x',
      'replace takes a pattern and a text behind its colon: replace:[-/]+=_. A backslash before = takes it into the pattern.',
    ],
    [
      'text',
      'replace:x*=y',
      'the pattern x* matches the empty text, which stands between all characters; let it need one at least.',
    ],
    [
      'text',
      'replace:a|=y',
      'the pattern a| matches the empty text, which stands between all characters; let it need one at least.',
    ],
    [
      'text',
      'replace:^=y',
      'the pattern ^ matches the empty text, which stands between all characters; let it need one at least.',
    ],
    [
      'text',
      'replace:(a=y',
      'the pattern (a has a group that is never closed, or a $ inside one. Behind a backslash ( and $ stand for themselves.',
    ],
    ['text', 'replace:a)=y', 'the pattern a) has a ) too many.'],
    ['text', 'replace:[a=y', 'the pattern [a has a [ that is never closed.'],
    ['text', 'replace:[z-a]=y', 'the pattern [z-a] has [z-a], which is no class of characters.'],
    ['text', 'replace:(?<!a)b=y', 'the pattern (?<!a)b has a group that begins with ?: of those it takes (?: alone.'],
    ['text', String.raw`replace:(a)\1=y`, String.raw`the pattern (a)\1 has \1, which it does not take.`],
    ['text', String.raw`replace:\bx=y`, String.raw`the pattern \bx has \b, which it does not take.`],
    [
      'text',
      'replace:a+?=y',
      'the pattern a+? has a repetition with ? behind it: it takes as much as there is, and nothing else.',
    ],
    [
      'text',
      'replace:*a=y',
      'the pattern *a has a * where nothing is to repeat, to close or to begin. Behind a backslash it stands for itself.',
    ],
    [
      'text',
      'replace:a^b=y',
      'the pattern a^b has a ^ where nothing is to repeat, to close or to begin. Behind a backslash it stands for itself.',
    ],
    ['text', 'replace:a$b=y', 'the pattern a$b has a b too many.'],
    [
      'text',
      'replace:a{x}=y',
      'the pattern a{x} has a { that is no {n}, {n,} or {n,m}. Behind a backslash it stands for itself.',
    ],
    ['text', 'replace:a{1001}=y', 'the pattern a{1001} repeats more than 1000 times.'],
    ['text', 'replace:a{3,2}=y', 'the pattern a{3,2} repeats at most fewer times than at least.'],
    [
      'text',
      'replace:(a{100}){11}=y',
      'the pattern (a{100}){11} has more than 1000 characters once its repetitions are written out.',
    ],
    ['text', 'strip:00', 'strip takes one character behind its colon: strip:0.'],
    ['text', 'pad:x', 'pad takes a number of characters from 1 to 1000 behind its colon: pad:6.'],
    ['text', 'pad:1001', 'pad takes a number of characters from 1 to 1000 behind its colon: pad:6.'],
    ['integer', 'pad:6', "pad gives texts with zeros in front, but the column's type is integer."],
    ['text', 'empty:nothing', 'empty takes one of null, text, default behind its colon: empty:null.'],
    ['integer', 'empty:default', 'empty:default needs a default, and c has none. Write default:VALUE.'],
    ['integer', 'empty:text', "empty:text gives empty texts, but the column's type is integer."],
  ])('%s: %s', (type, written, words) => {
    expect(problem(type, written)).toBe(words);
  });

  it('and none of the table of cases has one', () => {
    const problems = cleaningCases.flatMap(({ type, steps }) => steps.map((step) => problem(type, step)));
    expect(problems.filter((words) => words !== null)).toEqual([]);
  });

  it('and each step is in the table of cases', () => {
    const shown = new Set(cleaningCases.flatMap(({ steps }) => steps.map((step) => cleaningChoice(step).step)));
    expect([...shown].toSorted()).toEqual(cleaningSteps.map(({ name }) => name).toSorted());
  });
});
