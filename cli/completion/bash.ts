import type { Offered } from './offered.ts';

/**
 * A script that bash sources: everything is in it, so that Tab starts no process. It needs nothing of bash-completion; --option=value is
 * three words to bash, since = is among COMP_WORDBREAKS.
 */
export function bashCompletion(offered: readonly Offered[]): string {
  return `# landfall completion bash: source it, or put it where bash-completion looks
_landfall() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev= verb= i words options
  ((COMP_CWORD > 0)) && prev=\${COMP_WORDS[COMP_CWORD-1]}
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ \${COMP_WORDS[i]} != -* ]]; then verb=\${COMP_WORDS[i]}; break; fi
  done
  if [[ -z $verb ]]; then
    COMPREPLY=($(compgen -W '${[...offered.map(({ name }) => name), '--help', '--version'].join(' ')}' -- "$cur"))
    return
  fi
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  case "$verb $prev" in
${offered.flatMap(valueCases).join('\n')}
  esac
  case "$verb" in
${offered.map(verbCase).join('\n')}
    *) return ;;
  esac
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$cur"))
  elif [[ -n $words ]]; then
    [[ $words == - ]] || COMPREPLY=($(compgen -W "$words" -- "$cur"))
  else
    compopt -o filenames 2>/dev/null
    local IFS=$'\\n'
    COMPREPLY=($(compgen -f -- "$cur"))
  fi
}
complete -F _landfall landfall
`;
}

/** Behind an option that takes a value: its words, or nothing where it may be any text. */
function valueCases({ name, options }: Offered): readonly string[] {
  const known = options.filter(({ values }) => values !== null && values.length > 0);
  const any = options.filter(({ values }) => values?.length === 0).map((option) => `'${name} --${option.name}'`);
  return [
    ...known.map(
      ({ name: option, values }) =>
        `    '${name} --${option}') COMPREPLY=($(compgen -W '${(values ?? []).join(' ')}' -- "$cur")); return ;;`,
    ),
    ...(any.length === 0 ? [] : [`    ${any.join('|')}) return ;;`]),
  ];
}

function verbCase({ name, options, arguments: words }: Offered): string {
  const typed = options.flatMap((option) => [
    `--${option.name}`,
    ...(option.short === null ? [] : [`-${option.short}`]),
  ]);
  const shown = words === 'files' ? '' : words.length === 0 ? '-' : words.join(' ');
  return `    ${name}) options='${typed.join(' ')}' words='${shown}' ;;`;
}
