import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';

/**
 * Acknowledges that a statement's resource holds a wildcard, for its reason. The finding is named by the resource as the
 * template writes it, which is known only once references between the stacks are resolved: so not before the tree is validated.
 */
export function acknowledgeWildcard(scope: Construct, resource: string, reason: string): void {
  scope.node.addValidation({
    validate: () => {
      const written = flat(Stack.of(scope).resolve(resource));
      acknowledge(scope, { [`AwsSolutions-IAM5[Resource::${written}]`]: reason });
      return [];
    },
  });
}

/** A reference as cdk-nag names it: `<Resource.Attribute>`, `<Resource>`, the name of an export, and joined text as it is. */
function flat(written: unknown): string {
  if (typeof written === 'string') return written;
  const [[kind, of] = []] = Object.entries(written as Readonly<Record<string, unknown>>);
  switch (kind) {
    case 'Fn::Join': {
      const [delimiter, parts] = of as [string, readonly unknown[]];
      return parts.map(flat).join(delimiter);
    }
    case 'Fn::GetAtt':
      return `<${(of as readonly string[]).join('.')}>`;
    case 'Ref':
      return `<${String(of)}>`;
    case 'Fn::ImportValue':
      return flat(of);
    default:
      // of another app's construct: its finding, where it is one, is named otherwise and stays for that app to judge
      return JSON.stringify(written);
  }
}
