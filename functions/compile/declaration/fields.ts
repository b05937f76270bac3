import type { z } from 'zod';

/** The fields that an object at this place of a value may have, as the schema says, in its order; none where it knows no such place. */
export function fieldsAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const fields = objectsAt(schema, path).flatMap(({ _zod }) => Object.keys(_zod.def.shape));
  return [...new Set(fields)];
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
