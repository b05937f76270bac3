import type { Offered, OfferedOption } from './offered.ts';

/** A function for zsh's fpath, or to be sourced behind compinit. */
export function zshCompletion(offered: readonly Offered[]): string {
  return `#compdef landfall
# landfall completion zsh: source it behind compinit, or put it into a folder of fpath as _landfall
_landfall() {
  local -a verbs
  verbs=(
${offered.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe -t commands 'landfall verb' verbs
    return
  fi
  local verb=$words[2]
  shift words
  (( CURRENT-- ))
  case $verb in
${offered.map(caseOf).join('\n')}
  esac
}
if [[ $funcstack[1] == _landfall ]]; then _landfall "$@"; else compdef _landfall landfall; fi
`;
}

function caseOf({ name, options, arguments: words }: Offered): string {
  const rest = words === 'files' ? '*:file:_files' : words.length === 0 ? '' : `*:word:(${words.join(' ')})`;
  const specs = [...options.flatMap(specsOf), ...(rest === '' ? [] : [rest])];
  return `    ${name})\n      _arguments \\\n${specs.map((spec) => `        ${quoted(spec)}`).join(' \\\n')}\n      ;;`;
}

/** An option may be given again: which of them may is said by the command. */
function specsOf({ name, short, values }: OfferedOption): readonly string[] {
  const action = values === null ? '' : values.length === 0 ? `:${name}: ` : `:${name}:(${values.join(' ')})`;
  const long = `*--${name}${values === null ? '' : '='}${action}`;
  return short === null ? [long] : [long, `*-${short}${action}`];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
