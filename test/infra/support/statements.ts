import type { Template } from 'aws-cdk-lib/assertions';

/** One statement that allows or denies something to one role. */
export interface Statement {
  /** The role's own id in the template. */
  readonly role: string;
  readonly effect: string;
  readonly actions: readonly string[];
  /** As a person reads them: `<Resource.Attribute>` for a reference. */
  readonly resources: readonly string[];
  readonly condition: string | null;
}

interface Written {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** Every statement of every role of a stack. */
export function statements(template: Template): readonly Statement[] {
  return Object.values(template.findResources('AWS::IAM::Policy')).flatMap(({ Properties }) => {
    const written: readonly Written[] = Properties.PolicyDocument.Statement;
    return written.map((each) => ({
      role: plain(Properties.Roles[0]),
      effect: each.Effect,
      actions: [each.Action].flat().toSorted(),
      resources: [each.Resource].flat().map(plain),
      condition: each.Condition === undefined ? null : plain(JSON.stringify(each.Condition)),
    }));
  });
}

/** A reference without the hash of its logical id, and text as it is. */
export function plain(written: unknown): string {
  if (typeof written === 'string') return written.replaceAll(/([A-Za-z]{4})[0-9A-F]{8}/gu, '$1');
  const [[kind, of] = []] = Object.entries(written as Readonly<Record<string, unknown>>);
  if (kind === 'Fn::Join') return (of as readonly [string, readonly unknown[]])[1].map(plain).join('');
  if (kind === 'Fn::GetAtt') return plain(`<${(of as readonly string[]).join('.')}>`);
  if (kind === 'Ref') return plain(`<${String(of)}>`);
  if (kind === 'Fn::ImportValue') return plain(`<${String(of)}>`);
  return plain(JSON.stringify(written));
}
