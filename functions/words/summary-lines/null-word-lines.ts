import type { LoadReport } from '../../protocol/outcomes.ts';
import { plural } from '../quantities.ts';

/** Words for NULL that were taken as text, because nobody declared them: how many, and the option to give. */
export function nullWordLines({ nullWords = [], outcome }: LoadReport): readonly string[] {
  if (nullWords.length === 0) return [];
  const found = nullWords.map(({ word, cells }) => `${word} in ${plural(cells, 'cell')}`).join(' and ');
  const load = outcome === 'LOADED' || outcome === 'ALREADY_LOADED' ? 'load again with --force' : 'load with';
  const options = nullWords.map(({ option }) => option).join(' ');
  const declared = nullWords.map(({ word }) => `'${word.replaceAll('\\', '\\\\')}'`).join(', ');
  return [
    `  NULL?       ${found} of text columns, taken as text; where they mean no value, ${load} ${options} (in a dataset null: [${declared}])`,
  ];
}
