import { readPairs } from './supply-options.ts';
import type { Arguments } from './usage.ts';

/** `NAME=SQL` or `NAME:warn=SQL`. */
const named = /^([^=]+)=(.+)$/s;

/**
 * The SQL of --record-rule, --load-rule and --derive as JSON for the processes of this command, and for no request, which the ledger keeps; null
 * where none was typed. A request has its hash, and this machine the text (cli/loading/keep-sql.ts).
 */
export function readSqlRules({ lists }: Pick<Arguments, 'lists'>, problems: string[]): string | null {
  const recordRules = readNamed('record-rule', lists['record-rule'] ?? [], problems);
  const loadRules = readNamed('load-rule', lists['load-rule'] ?? [], problems);
  const derive = readPairs('derive', lists['derive'] ?? [], "'total=price * pieces'", problems);
  const isDerived = Object.keys(derive).length > 0;
  if (recordRules.length + loadRules.length === 0 && !isDerived) return null;
  return JSON.stringify({ recordRules, loadRules, ...(isDerived && { derive }) });
}

function readNamed(
  option: string,
  typed: readonly string[],
  problems: string[],
): readonly { readonly name: string; readonly severity?: string; readonly sql: string }[] {
  return typed.flatMap((each) => {
    const [, typedName = '', statement = ''] = named.exec(each) ?? [];
    const [name = '', severity] = typedName.split(':').map((part) => part.trim());
    if (name !== '' && statement.trim() !== '') {
      return [{ name, ...(severity !== undefined && { severity }), sql: statement.trim() }];
    }
    problems.push(
      `--${option}: "${each}" is not NAME=SQL, nor NAME:SEVERITY=SQL; write --${option} 'dates=shipped_on >= ordered_on'`,
    );
    return [];
  });
}
