import { expect, test } from 'vitest';
import { measured, scoreOf } from './measure.ts';
import { normalized } from './normalized.ts';
import { pythonRows } from './python-rows.ts';

test('rows are those of the reader of Python', () => {
  expect(pythonRows('\ufeffa,b\r\n"x ""y""\r\nz",1\n\n2" x,"q"r\r,\n')).toEqual([
    ['a', 'b'],
    ['x "y"\nz', '1'],
    [],
    ['2" x', 'qr'],
    ['', ''],
  ]);
  expect(pythonRows('a\n"open')).toEqual([['a'], ['open']]);
  expect(pythonRows('')).toEqual([]);
});

test('cells are normalised as the benchmark does it', () => {
  const spelled = ['True', '0', '00', '+07', '1_000', '1.50', '1e2', 'NaN', 'Nut', ' ', '28/01/2018', '00:15'];
  expect(spelled.map(normalized)).toEqual([
    ...['1', '0', 'False', '7', '1000', '1.5', '100', 'nan', 'nut', ' ', '28/01/2018 00:00:00', '00:15:00'],
  ]);
});

test('a file scores by its header, its records and its cells, in any order', () => {
  const clean = 'id,name\n1,Nut\n2,Bolt\n';
  expect(scoreOf(measured(clean, 'ID,name\n2,bolt\n1,Nut\n'))).toBeLessThan(10);
  expect(scoreOf(measured(clean, '"id","name"\n2,Bolt\n1,Nut\n'))).toBeCloseTo(10, 9);
  // of three rows one is lost: header whole, records 1/2 and 1, cells 4/6 and 1
  expect(scoreOf(measured(clean, 'id,name\n1,Nut\n'))).toBeCloseTo(1 + 3 + (0.5 + 1 + 2 / 3) + (4 / 6 + 1 + 0.8), 9);
  expect(scoreOf(measured(clean, null))).toBe(0);
  expect(scoreOf(measured(clean, 'Application Error\nno file'))).toBe(0);
  expect(scoreOf(measured('', ''))).toBe(10);
});
