import type { SchemaElement } from 'hyparquet';
import { corrupt, unreadable } from './faults.ts';

/** A column that holds values, in the file's order. */
export interface Leaf {
  readonly kind: 'leaf';
  readonly element: SchemaElement;
  /** Its path in words: `address.street`. */
  readonly path: string;
  /** Among the columns of a row group. */
  readonly index: number;
  readonly maxDefinition: number;
  readonly maxRepetition: number;
}

/** Something that has parts; a definition level below `present` means NULL where it is optional. */
export interface Struct {
  readonly kind: 'struct';
  readonly fields: readonly Field[];
}

/** Elements, one after the other; `filled` and `again` are the levels of an element and of one more of the same list. */
export interface List {
  readonly kind: 'list';
  readonly filled: number;
  readonly again: number;
  readonly element: Field;
}

/** Pairs, written as an object of JSON. */
export interface Pairs {
  readonly kind: 'map';
  readonly filled: number;
  readonly again: number;
  readonly key: Field;
  readonly value: Field;
}

/** A place of the schema. */
export interface Field {
  readonly name: string;
  /** Below this definition level it is NULL. */
  readonly present: number;
  readonly content: Leaf | Struct | List | Pairs;
  /** Leaves [from, until) are its own. */
  readonly from: number;
  readonly until: number;
}

const mostDepth = 64;

/** The columns of the table that a file holds. @param footerStart where faults are said to be. */
export function tableOf(schema: readonly SchemaElement[], footerStart: number): readonly Field[] {
  const [root] = schema;
  if (root === undefined) throw corrupt(footerStart, 'its footer has no schema');
  const reader = { schema, next: 1, leaves: 0, footerStart };
  const fields = childrenOf(reader, root, { definition: 0, repetition: 0, path: [] });
  if (reader.next !== schema.length) throw corrupt(footerStart, 'its schema has more parts than its root counts');
  if (fields.length === 0) throw corrupt(footerStart, 'its schema has no columns');
  return fields;
}

interface Reader {
  readonly schema: readonly SchemaElement[];
  next: number;
  leaves: number;
  readonly footerStart: number;
}

interface Levels {
  readonly definition: number;
  readonly repetition: number;
  readonly path: readonly string[];
}

function childrenOf(reader: Reader, { num_children = 0 }: SchemaElement, levels: Levels): Field[] {
  const fields: Field[] = [];
  for (let i = 0; i < num_children; i += 1) fields.push(nextField(reader, levels));
  return fields;
}

function taken(reader: Reader): SchemaElement {
  const element = reader.schema[reader.next];
  if (element === undefined) throw corrupt(reader.footerStart, 'its schema ends in the middle');
  if (typeof element.name !== 'string') throw corrupt(reader.footerStart, 'a part of its schema has no name');
  reader.next += 1;
  return element;
}

function nextField(reader: Reader, outer: Levels): Field {
  const element = taken(reader);
  if (element.repetition_type === 'REPEATED') return bareList(reader, element, outer);
  return fieldOf(reader, element, inside(reader, element, outer));
}

function inside({ footerStart }: Reader, { name, repetition_type: repetition }: SchemaElement, outer: Levels): Levels {
  if (outer.path.length > mostDepth) throw unreadable(footerStart, `its columns are nested over ${mostDepth} deep`);
  return {
    definition: outer.definition + (repetition === 'REQUIRED' ? 0 : 1),
    repetition: outer.repetition + (repetition === 'REPEATED' ? 1 : 0),
    path: [...outer.path, name],
  };
}

/** A part that repeats without an annotation: a list that is never NULL. */
function bareList(reader: Reader, element: SchemaElement, outer: Levels): Field {
  const levels = inside(reader, element, outer);
  const from = reader.leaves;
  const item = fieldOf(reader, element, levels);
  const content = { kind: 'list', filled: levels.definition, again: levels.repetition, element: item } as const;
  return { name: element.name, present: outer.definition, content, from, until: reader.leaves };
}

/** @param levels of the part itself. */
function fieldOf(reader: Reader, element: SchemaElement, levels: Levels): Field {
  const from = reader.leaves;
  const content = contentOf(reader, element, levels);
  return { name: element.name, present: levels.definition, content, from, until: reader.leaves };
}

function contentOf(reader: Reader, element: SchemaElement, levels: Levels): Field['content'] {
  if (element.num_children === undefined || (element.num_children === 0 && element.type !== undefined)) {
    const { definition: maxDefinition, repetition: maxRepetition } = levels;
    const index = reader.leaves;
    reader.leaves += 1;
    return { kind: 'leaf', element, path: levels.path.join('.'), index, maxDefinition, maxRepetition };
  }
  const { converted_type: converted, logical_type: logical, num_children } = element;
  if (logical?.type === 'VARIANT')
    throw unreadable(
      reader.footerStart,
      `its column ${levels.path.join('.')} is a VARIANT; have the source write it as JSON`,
    );
  if (num_children === 0) throw unreadable(reader.footerStart, `its column ${levels.path.join('.')} has no parts`);
  const repeated = reader.schema[reader.next];
  if (num_children === 1 && repeated?.repetition_type === 'REPEATED') {
    if (converted === 'LIST' || logical?.type === 'LIST') return listOf(reader, element, levels);
    const isMap = converted === 'MAP' || converted === 'MAP_KEY_VALUE' || logical?.type === 'MAP';
    if (isMap && repeated.num_children === 2) return mapOf(reader, levels);
  }
  return { kind: 'struct', fields: childrenOf(reader, element, levels) };
}

/** By the rules of the format's LogicalTypes: the repeated part is the element itself where writers of old made it so. */
function listOf(reader: Reader, { name }: SchemaElement, levels: Levels): List {
  const repeated = taken(reader);
  const each = inside(reader, repeated, levels);
  const isElement =
    repeated.num_children === undefined ||
    repeated.num_children !== 1 ||
    repeated.name === 'array' ||
    repeated.name === `${name}_tuple`;
  const element = isElement ? fieldOf(reader, repeated, each) : nextField(reader, each);
  return { kind: 'list', filled: each.definition, again: each.repetition, element };
}

function mapOf(reader: Reader, levels: Levels): Pairs {
  const each = inside(reader, taken(reader), levels);
  const key = nextField(reader, each);
  if (key.content.kind !== 'leaf')
    throw unreadable(reader.footerStart, `the keys of its map ${levels.path.join('.')} are no single values`);
  const value = nextField(reader, each);
  return { kind: 'map', filled: each.definition, again: each.repetition, key, value };
}
