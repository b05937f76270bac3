/** SQL as a value: the only way to build a query. A value becomes a parameter, a name goes through ident(). */
export interface Sql {
  readonly text: string;
  readonly values: readonly unknown[];
}

class Fragment implements Sql {
  readonly parts: readonly string[];
  readonly values: readonly unknown[];
  constructor(parts: readonly string[], values: readonly unknown[]) {
    this.parts = parts;
    this.values = values;
  }
  get text(): string {
    return this.parts.reduce((text, part, i) => (i === 0 ? part : `${text}$${i}${part}`), '');
  }
}

/** Tagged template: nested Sql is spliced in, anything else becomes a parameter. */
export function sql(strings: TemplateStringsArray, ...inputs: readonly unknown[]): Sql {
  const parts: string[] = [strings[0] ?? ''];
  const values: unknown[] = [];
  const append = (text: string): void => {
    parts[parts.length - 1] += text;
  };
  inputs.forEach((input, i) => {
    if (input instanceof Fragment) {
      append(input.parts[0] ?? '');
      parts.push(...input.parts.slice(1));
      values.push(...input.values);
    } else {
      values.push(input);
      parts.push('');
    }
    append(strings[i + 1] ?? '');
  });
  return new Fragment(parts, values);
}

/** A quoted name, qualified where several are given: ident('landfall', 'loads') is "landfall"."loads". */
export function ident(...names: readonly string[]): Sql {
  return new Fragment([names.map((name) => `"${name.replaceAll('"', '""')}"`).join('.')], []);
}

/** A string as an SQL literal, for the places where PostgreSQL takes no parameter (utility statements, types in expressions). */
export function literal(value: string): Sql {
  const quoted = `'${value.replaceAll("'", "''")}'`;
  return new Fragment([value.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted], []);
}

/**
 * Text that PostgreSQL itself printed as SQL (pg_get_expr, format_type, pg_get_constraintdef), taken as SQL.
 * Nothing that came from a file, a person or a dataset may go through here.
 */
export function trustedSql(text: string): Sql {
  return new Fragment([text], []);
}

/** Fragments joined by a separator that is SQL text; an empty list gives an empty fragment. */
export function join(fragments: readonly Sql[], separator = ', '): Sql {
  return fragments.reduce<Sql>(
    (all, next, i) => (i === 0 ? next : sql`${all}${trustedSql(separator)}${next}`),
    trustedSql(''),
  );
}
