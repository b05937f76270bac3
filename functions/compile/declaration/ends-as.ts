/** Whether a name ends as one of these, or so and with .gz behind it: what is packed is loaded as what it holds. */
export function endsAs(name: string, suffixes: readonly string[]): boolean {
  return suffixes.some((suffix) => name.endsWith(suffix) || name.endsWith(`${suffix}.gz`));
}
