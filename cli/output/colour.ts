/**
 * Whether what is written to a stream has colours. NO_COLOR (no-color.org) comes before FORCE_COLOR, which comes before all that is
 * seen of the stream; without a terminal, and on one that says it is dumb, there are none.
 */
export function hasColours(stream: { readonly isTTY?: boolean }, env: Readonly<NodeJS.ProcessEnv>): boolean {
  if (env['NO_COLOR']) return false;
  const force = env['FORCE_COLOR'];
  if (force) return !['0', 'false'].includes(force);
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

/** SGR of ECMA-48, 8.3.117: the eight colours that every terminal's own theme makes readable, and bold. */
const inks = { bold: 1, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

type Ink = keyof typeof inks;

function ink(text: string, of: Ink): string {
  return `\u001b[${inks[of]}m${text}\u001b[0m`;
}

const ofOutcome: Readonly<Record<string, Ink>> = {
  LOADED: 'green',
  ALREADY_LOADED: 'green',
  DRY_RUN: 'cyan',
  HELD: 'yellow',
  SUPERSEDED: 'yellow',
  IGNORED: 'yellow',
  REJECTED: 'red',
  FAILED: 'red',
};

/** How a summary's first line begins to say the outcome. */
const ofWord: Readonly<Record<string, Ink>> = {
  loaded: 'green',
  'already loaded': 'green',
  'dry run': 'cyan',
  plan: 'cyan',
  held: 'yellow',
  superseded: 'yellow',
  ignored: 'yellow',
  refused: 'red',
  failed: 'red',
  cancelled: 'red',
};

/**
 * Lines for a person, with colours where they help reading: how a load ended, what is wrong, codes, headings, and what is typed. For
 * text that went through printable() before: it holds no escape of its own.
 */
export function painted(text: string): string {
  return text.split('\n').map(paintedLine).join('\n');
}

function paintedLine(line: string): string {
  return line
    .replace(/^(landfall(?: [\w-]{1,40})?):(?= )/, (_, who: string) => `${ink(who, 'red')}:`)
    .replace(/^warning:/i, (found) => ink(found, 'yellow'))
    .replace(/^(?:usage:|[A-Z][A-Za-z ,']{1,40}$)/, (found) => ink(found, 'bold'))
    .replace(/^( {2,4})([+~-])(?= )/, (_, blanks: string, sign: string) => blanks + ink(sign, signs[sign] ?? 'bold'))
    .replace(/^(?:ok|note|FAILED)(?= {2})/, (found) => ink(found, marks[found] ?? 'bold'))
    .replace(
      /^( {2})(-{1,2}[A-Za-z][\w-]*|next(?= {8}))/,
      (_, blanks: string, what: string) => blanks + ink(what, 'cyan'),
    )
    .replace(
      /: (loaded|already loaded|dry run|plan|held|superseded|ignored|refused|failed|cancelled)(?=[ ,:;]|$)/,
      (_, word: string) => (line.startsWith(' ') ? `: ${word}` : `: ${ink(word, ofWord[word] ?? 'bold')}`),
    )
    .replaceAll(/\b[A-Z]{3,20}(?:_[A-Z]{1,20}){0,5}\b/g, (word) => {
      const of = Object.hasOwn(ofOutcome, word) ? ofOutcome[word] : undefined;
      if (of !== undefined) return ink(word, of);
      return word.includes('_') ? ink(word, 'cyan') : word;
    });
}

/** Of a plan: what is inserted, updated, deleted. */
const signs: Readonly<Record<string, Ink>> = { '+': 'green', '~': 'yellow', '-': 'red' };

const marks: Readonly<Record<string, Ink>> = { ok: 'green', note: 'yellow', FAILED: 'red' };
