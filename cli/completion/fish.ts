import type { Offered, OfferedOption } from './offered.ts';

/** Lines for fish: `landfall completion fish | source`. */
export function fishCompletion(offered: readonly Offered[]): string {
  const lines = offered.flatMap(({ name, summary, options, arguments: words }) => [
    `complete -c landfall -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ...options.map((option) => `complete -c landfall -n ${seen(name)} ${optionWords(option)}`),
    ...(words === 'files' ? [`complete -c landfall -n ${seen(name)} -F`] : []),
    ...(words === 'files' || words.length === 0
      ? []
      : [`complete -c landfall -n ${seen(name)} -a ${quoted(words.join(' '))}`]),
  ]);
  return `# landfall completion fish\ncomplete -c landfall -f\n${lines.join('\n')}\n`;
}

function seen(verb: string): string {
  return quoted(`__fish_seen_subcommand_from ${verb}`);
}

function optionWords({ name, short, values }: OfferedOption): string {
  const letter = short === null ? '' : ` -s ${short}`;
  const value = values === null ? '' : values.length === 0 ? ' -x' : ` -x -a ${quoted(values.join(' '))}`;
  return `-l ${name}${letter}${value}`;
}

/** In fish a backslash and a quote are all that mean something between single quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
}
