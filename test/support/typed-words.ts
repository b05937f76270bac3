import { readFileSync } from 'node:fs';
import { parseSync, Visitor } from 'oxc-parser';

/** A command that somebody is told to type. */
export interface TypedWords {
  /** Where it is told: a path, and the text around it. */
  readonly told: string;
  /** Behind `landfall`. */
  readonly words: readonly string[];
  /** In the middle of a sentence, nothing says where the command ends. */
  readonly inProse: boolean;
}

/** Every command in the blocks of code and the inline code of a document. */
export function commandsOfDocument(path: string, text: string): readonly TypedWords[] {
  const blocks = [...text.matchAll(/^```[a-z]*\n([\s\S]*?)^```$/gmu)].map(([, code = '']) => code);
  const rest = text.replaceAll(/^```[a-z]*\n[\s\S]*?^```$/gmu, '');
  const inline = [...rest.matchAll(/`([^`]+)`/gu)].map(([, code = '']) =>
    code.replaceAll('\n', ' ').replaceAll('\\|', '|'),
  );
  const lines = [...blocks.flatMap((block) => block.replaceAll('\\\n', ' ').split('\n')), ...inline];
  return lines.flatMap((line) =>
    commandsIn(line).map((words) => ({ told: `${path}: ${line.trim()}`, words, inProse: false })),
  );
}

/** Every command in the texts of a source file; what is put into a text stands for itself: `${loadId}` is LOAD. */
export function commandsOfSource(path: string): readonly TypedWords[] {
  const text = readFileSync(path, 'utf8');
  const { program } = parseSync(path, text);
  const found: TypedWords[] = [];
  const tell = (words: string, told: string): void => {
    for (const part of words.split('\n')) {
      const quoted = [...part.matchAll(/`([^`]+)`/gu)].map(([, code = '']) => code);
      for (const code of quoted)
        found.push(...commandsIn(code).map((each) => ({ told: `${path}: ${told}`, words: each, inProse: false })));
      const bare = part.replaceAll(/`[^`]*`/gu, '');
      found.push(...commandsIn(bare).map((each) => ({ told: `${path}: ${told}`, words: each, inProse: true })));
    }
  };
  const whole = (node: Node): string | null => {
    if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
    if (node.type !== 'TemplateLiteral') return null;
    return node.quasis.map(({ value }, i) => `${value.cooked ?? ''}${standIn(node.expressions[i], text)}`).join('');
  };
  new Visitor({
    Literal(node) {
      if (typeof node.value === 'string') tell(node.value, node.value);
    },
    TemplateLiteral(node) {
      const words = whole(node) ?? '';
      tell(words, words);
    },
    CallExpression({ callee, arguments: [first] }) {
      const name =
        callee.type === 'Identifier'
          ? callee.name
          : callee.type === 'MemberExpression' && callee.property.type === 'Identifier'
            ? callee.property.name
            : '';
      const rest = first === undefined || !/^command(?:Line|At)?$/u.test(name) ? null : whole(first as Node);
      if (rest === null || !/^[a-z]/u.test(rest)) return;
      found.push(
        ...commandsIn(`landfall ${rest}`).map((words) => ({
          told: `${path}: ${name}(${rest})`,
          words,
          inProse: false,
        })),
      );
    },
  }).visit(program);
  return found;
}

interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly quasis: readonly { readonly value: { readonly cooked: string | null } }[];
  readonly expressions: readonly ({ readonly start: number; readonly end: number } | undefined)[];
}

/** What is put into a text, as a document would write it. */
function standIn(expression: Node['expressions'][number], text: string): string {
  if (expression === undefined) return '';
  const code = text.slice(expression.start, expression.end);
  if (/^(?:at|more|last|hint|suffix)$/u.test(code) || /\? '' :|\?\? ''\}$/u.test(code)) return '';
  if (/loadId|load_id|^of$/iu.test(code)) return 'LOAD';
  if (/target/iu.test(code)) return 'TARGET';
  if (/^code$/u.test(code)) return 'CODE';
  if (/since|moment/iu.test(code)) return 'TIME';
  if (code.startsWith('optionsOf')) return '--dataset NAME';
  if (code.startsWith('atStack(')) return ' --stack NAME';
  if (/file|key|positional/iu.test(code)) return 'FILE';
  return 'WORD';
}

/** Commands in a line of a shell, or of a text: `landfall VERB ...`, and the same by npm and npx. */
function commandsIn(line: string): readonly (readonly string[])[] {
  const starts = [
    ...line.matchAll(
      /(?:^|[\s($"':=])(?:npm run (?:--silent )?landfall --|npx landfall|(?<!schema )landfall) (?=[a-z])/gu,
    ),
  ];
  return starts
    .map((start) => wordsOfShell(line.slice(start.index + start[0].length)))
    .filter((words) => words.length > 0);
}

/** Until what ends a command: a comment, a pipe, a redirection, the next command. */
function wordsOfShell(rest: string): readonly string[] {
  const words: string[] = [];
  for (const [token = ''] of rest.matchAll(/\$?'[^']*'|"(?:\\.|[^"\\])*"|[#|;&<>)]|[^\s#|;&<>)'"]+|\s+/gu)) {
    if (/^\s+$/u.test(token)) {
      words.push('');
      continue;
    }
    if (/^[|;&<>)]$/u.test(token) || (token === '#' && (words.at(-1) ?? '') === '')) break;
    // '' is a word as well
    const plain = /^\$?['"]/u.test(token) ? `\0${token.replace(/^\$?['"]/u, '').slice(0, -1)}` : token;
    if (words.length === 0) words.push('');
    words[words.length - 1] += plain;
  }
  return words.filter((word) => word !== '').map((word) => word.replaceAll('\0', ''));
}
