/** Text in the resource of a policy, where `*`, `?` and `$` mean something else unless they are written as variables. */
export function literally(text: string): string {
  return text.replaceAll(/[*?$]/g, (sign) => `\${${sign}}`);
}
