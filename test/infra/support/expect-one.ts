import { Match, type Template } from 'aws-cdk-lib/assertions';
import { expect } from 'vitest';

/** Exactly one resource of this type has these properties, whatever else it has. */
export function expectOne(template: Template, type: string, properties: Readonly<Record<string, unknown>>): void {
  const found = template.findResources(type, { Properties: Match.objectLike(properties) });
  expect(Object.keys(found), `${type} with ${JSON.stringify(properties)}`).toHaveLength(1);
}
