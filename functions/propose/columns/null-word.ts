const words = new Set([
  'na',
  'n/a',
  '#n/a',
  'null',
  '\\n',
  'nil',
  'none',
  'nan',
  '-',
  '--',
  '?',
  '.',
  '(null)',
  'missing',
]);

/** Whether a text is a word that people and programs write where nothing is known. */
export function isNullWord(text: string): boolean {
  return text.length <= 7 && words.has(text.toLowerCase());
}
