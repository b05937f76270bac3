import type { Arguments } from './usage.ts';

/** `NAME=SQL` or `NAME:warn=SQL`. */
const named = /^([^=]+)=(.+)$/s;

/**
 * The rules in SQL of --record-rule and --load-rule as JSON for the processes of this command, and for no request, which the ledger keeps; null
 * where none was typed.
 */
export function readSqlRules({ lists }: Pick<Arguments, 'lists'>, problems: string[]): string | null {
  const recordRules = readNamed('record-rule', lists['record-rule'] ?? [], problems);
  const loadRules = readNamed('load-rule', lists['load-rule'] ?? [], problems);
  return recordRules.length + loadRules.length === 0 ? null : JSON.stringify({ recordRules, loadRules });
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
