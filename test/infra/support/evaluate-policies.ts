/**
 * Whether IAM lets a request of this account pass, as its published evaluation logic says
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html): an explicit deny wins, else
 * an allow of the principal's own policies or of the resource's suffices; what nobody allows is denied. A KMS key and the
 * trust of a role have to allow by themselves: a key hands the question on to the account's own policies where it allows the
 * account, a role never does. Organisation policies, boundaries and sessions' policies are not asked.
 *
 * It knows the elements and operators that these templates use, and throws for any other: an answer is never a guess.
 */
export interface Question {
  /** The ARN of a role or a user, or the name of a service of AWS. */
  readonly principal: string;
  readonly account: string;
  readonly action: string;
  readonly resource: string;
  /** Condition keys by their names; a key that is not there is absent from the request. */
  readonly context: Readonly<Record<string, string>>;
  readonly identityPolicies: readonly Policy[];
  readonly resourcePolicy: Policy | null;
}

/** A policy document, without references. */
export type Policy = Readonly<Record<string, unknown>>;

type Statement = Readonly<Record<string, unknown>>;

const elements = new Set(['Sid', 'Effect', 'Action', 'Resource', 'Principal', 'Condition']);

/** @throws Error for a policy with an element or an operator that it does not know. */
export function isAllowed(question: Question): boolean {
  const own = question.identityPolicies.flatMap(statementsOf).filter((each) => isAbout(each, question));
  const applying = question.resourcePolicy === null ? [] : statementsOf(question.resourcePolicy);
  const ofResource = applying.filter((each) => isAbout(each, question));
  const named = ofResource.filter((each) => names(each['Principal'], question));
  const handedOn = ofResource.some((each) => allows(each) && namesAccount(each['Principal'], question));
  if ([...own, ...named].some((each) => !allows(each))) return false;
  if (named.some(allows)) return true;
  const decidesAlone = question.action.startsWith('kms:') || question.action.startsWith('sts:AssumeRole');
  return own.some(allows) && (!decidesAlone || (question.action.startsWith('kms:') && handedOn));
}

function statementsOf(policy: Policy): readonly Statement[] {
  const statements = [policy['Statement']].flat() as readonly Statement[];
  for (const statement of statements) {
    const strange = Object.keys(statement).filter((each) => !elements.has(each));
    if (strange.length > 0) throw new Error(`a statement with ${strange.join(', ')} cannot be judged`);
  }
  return statements;
}

/** @throws Error for an effect that is neither. */
function allows({ Effect }: Statement): boolean {
  if (Effect !== 'Allow' && Effect !== 'Deny') throw new Error(`the effect ${String(Effect)} is none`);
  return Effect === 'Allow';
}

/** Whether action, resource and conditions of the statement are those of the request; a trust has no resource. */
function isAbout({ Action, Resource, Condition }: Statement, { action, resource, context }: Question): boolean {
  return (
    texts(Action).some((each) => isLike(action.toLowerCase(), each.toLowerCase())) &&
    (Resource === undefined || texts(Resource).some((each) => isLike(resource, each))) &&
    Object.entries((Condition ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>).every(
      ([operator, keys]) => Object.entries(keys).every(([key, wanted]) => holds(operator, context[key], texts(wanted))),
    )
  );
}

/** A key that the request lacks fails a condition, except one that asks for a difference, as IAM's own negated operators do. */
function holds(operator: string, value: string | undefined, wanted: readonly string[]): boolean {
  const like = (each: string): boolean => isLike(value ?? '', each);
  switch (operator) {
    case 'Bool':
      return value !== undefined && wanted.includes(value);
    case 'StringEquals':
      return value !== undefined && wanted.includes(value);
    case 'StringNotEquals':
      return value === undefined || !wanted.includes(value);
    // IAM treats the two of ARNs alike
    case 'ArnLike':
    case 'ArnEquals':
    case 'StringLike':
      return value !== undefined && wanted.some(like);
    case 'ArnNotLike':
    case 'StringNotLike':
      return value === undefined || !wanted.some(like);
    case 'NumericLessThan':
      return value !== undefined && wanted.some((each) => Number(value) < Number(each));
    default:
      throw new Error(`the condition ${operator} cannot be judged`);
  }
}

/** Whether a statement of a resource is about who asks: everybody, this role or service, but not an account that hands the question on. */
function names(principal: unknown, { principal: asking, account }: Question): boolean {
  return principals(principal).some(([kind, name]) => {
    if (kind === 'Service') return name === asking;
    if (name === '*') return true;
    return name === asking ||
      asking.startsWith(`${name.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/`)
      ? !isAccount(name, account)
      : false;
  });
}

function namesAccount(principal: unknown, { principal: asking, account }: Question): boolean {
  const isOurs = asking.startsWith('arn:') && asking.split(':')[4] === account;
  return isOurs && principals(principal).some(([kind, name]) => kind === 'AWS' && isAccount(name, account));
}

const isAccount = (name: string, account: string): boolean =>
  name === account || name === `arn:aws:iam::${account}:root`;

/** Pairs of kind and name: AWS or Service. @throws Error for another kind. */
function principals(principal: unknown): readonly (readonly [string, string])[] {
  if (principal === '*') return [['AWS', '*']];
  return Object.entries((principal ?? {}) as Readonly<Record<string, unknown>>).flatMap(([kind, written]) => {
    if (kind !== 'AWS' && kind !== 'Service') throw new Error(`a principal of the kind ${kind} cannot be judged`);
    return texts(written).map((name) => [kind, name] as const);
  });
}

const texts = (written: unknown): readonly string[] => [written].flat().map(String);

/** Whether a text fits a pattern with `*` for any signs and `?` for one. @throws Error for a policy variable. */
function isLike(text: string, pattern: string): boolean {
  if (pattern.includes('${')) throw new Error(`the policy variable in ${pattern} cannot be judged`);
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return fits(text, first);
  const last = rest.pop() ?? '';
  if (text.length < first.length + last.length || !fits(text.slice(0, first.length), first)) return false;
  let at = first.length;
  for (const part of rest) {
    while (at + part.length <= text.length && !fits(text.slice(at, at + part.length), part)) at++;
    if (at + part.length > text.length) return false;
    at += part.length;
  }
  return at + last.length <= text.length && fits(text.slice(text.length - last.length), last);
}

const fits = (text: string, part: string): boolean =>
  text.length === part.length && [...part].every((sign, at) => sign === '?' || sign === text[at]);
