import type { z } from 'zod';

/**
 * The fields that an object at this place of a value may have, as the schema says, in its order; none where it knows no such place.
 * @param written the object that stands there: where the schema knows several by a field that tells them apart, those of its kind.
 */
export function fieldsAt(
  schema: z.core.$ZodType,
  path: readonly PropertyKey[],
  written?: Readonly<Record<string, unknown>>,
): readonly string[] {
  const objects = objectsAt(schema, path);
  const alike = objects.filter(({ _zod }) => isOfKind(_zod.def.shape, written));
  const fields = (alike.length === 0 ? objects : alike).flatMap(({ _zod }) => Object.keys(_zod.def.shape));
  return [...new Set(fields)];
}

/** No field that takes only certain words holds another one. */
function isOfKind(shape: z.core.$ZodShape, written: Readonly<Record<string, unknown>> | undefined): boolean {
  return Object.entries(shape).every(([name, { _zod }]) => {
    const value = written?.[name];
    return _zod.values === undefined || value === undefined || _zod.values.has(value as z.core.util.Primitive);
  });
}

/** Several where the schema is a union of objects. */
function objectsAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly z.core.$ZodObject[] {
  const {
    _zod: { def },
  } = schema as z.core.$ZodTypes;
  const [key, ...rest] = path;
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
      return objectsAt(def.innerType, path);
    case 'pipe':
      return objectsAt(def.in, path);
    case 'union':
      return def.options.flatMap((option) => objectsAt(option, path));
    case 'record':
      return key === undefined ? [] : objectsAt(def.valueType, rest);
    case 'array':
      return key === undefined ? [] : objectsAt(def.element, rest);
    case 'object': {
      if (key === undefined) return [schema as z.core.$ZodObject];
      const inner = def.shape[String(key)];
      return inner === undefined ? [] : objectsAt(inner, rest);
    }
    default:
      return [];
  }
}
