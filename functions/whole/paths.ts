/** Paths and functions of ASL, as far as the definition uses them; a test walks all of it. What is not known throws. */

type Fields = Readonly<Record<string, unknown>>;

/** `$`, `$.a.b`, `$.a[0]` of the input; `$$.a.b` of the context object. Undefined: there is no such field. */
export function atPath(path: string, input: unknown, context: Fields): unknown {
  const isOfContext = path.startsWith('$$');
  const rest = path.slice(isOfContext ? 2 : 1);
  if (!path.startsWith('$') || !/^(?:\.\w+|\[\d+\])*$/u.test(rest))
    throw new Error(`a walk knows no such path: ${path}`);
  const names = rest.match(/\w+/gu) ?? [];
  return names.reduce<unknown>(
    (value, name) => (typeof value === 'object' && value !== null ? (value as Fields)[name] : undefined),
    isOfContext ? context : input,
  );
}

/** A template (Parameters, ItemSelector, ResultSelector) with what its fields `name.$` lead to. */
export function filled(template: unknown, input: unknown, context: Fields): unknown {
  if (typeof template !== 'object' || template === null)
    throw new Error('a walk needs a template of every Task and Map');
  const fields = Object.entries(template as Fields).map(([name, value]) =>
    name.endsWith('.$') ? [name.slice(0, -2), evaluated(String(value), input, context)] : [name, value],
  );
  return Object.fromEntries(fields) as Fields;
}

function evaluated(expression: string, input: unknown, context: Fields): unknown {
  const length = /^States\.ArrayLength\(([^()]+)\)$/u.exec(expression)?.[1];
  if (length !== undefined) return (present(length, input, context) as readonly unknown[]).length;
  const word = /^States\.ArrayContains\(\$, '(\w+)'\)$/u.exec(expression)?.[1];
  if (word !== undefined) return (input as readonly unknown[]).includes(word);
  return present(expression, input, context);
}

function present(path: string, input: unknown, context: Fields): unknown {
  const value = atPath(path, input, context);
  if (value === undefined) throw new Error(`${path} leads to nothing`);
  return value;
}

/** What the next state is given: the result; with a ResultPath of null the input alone, of `$.name` the input with it. */
export function withResult(input: unknown, resultPath: unknown, result: unknown): unknown {
  if (resultPath === undefined) return result;
  if (resultPath === null) return input;
  const name = typeof resultPath === 'string' ? /^\$\.(\w+)$/u.exec(resultPath)?.[1] : undefined;
  if (name === undefined) throw new Error(`a walk knows no such ResultPath: ${JSON.stringify(resultPath)}`);
  return { ...(input as Fields), [name]: result };
}
