import { z } from 'zod';

const groups = z.looseObject({ logGroups: z.array(z.looseObject({ logGroupName: z.string() })) });
const page = z.looseObject({
  events: z.array(z.looseObject({ message: z.string() })),
  nextToken: z.string().optional(),
});

/** Every line of every log group of the LocalStack, a text a group: the API's JSON, which needs no client of its own. */
export async function logTexts(endpoint: string): Promise<readonly string[]> {
  const { logGroups } = groups.parse(await ask(endpoint, 'DescribeLogGroups', {}));
  return await Promise.all(
    logGroups.map(async ({ logGroupName }) => (await linesOf(endpoint, logGroupName)).join('\n')),
  );
}

async function linesOf(endpoint: string, logGroupName: string): Promise<readonly string[]> {
  const lines: string[] = [];
  let nextToken: string | undefined;
  do {
    const asked = { logGroupName, limit: 10_000, ...(nextToken === undefined ? {} : { nextToken }) };
    const answer = page.parse(await ask(endpoint, 'FilterLogEvents', asked));
    lines.push(...answer.events.map(({ message }) => message));
    // its last page names itself as the next one
    nextToken = answer.events.length === 0 || answer.nextToken === nextToken ? undefined : answer.nextToken;
  } while (nextToken !== undefined);
  return lines;
}

async function ask(endpoint: string, action: string, body: object): Promise<unknown> {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `Logs_20140328.${action}`,
      // a LocalStack reads account, region and service from it and checks no signature
      authorization:
        'AWS4-HMAC-SHA256 Credential=000000000000/20240101/us-east-1/logs/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${action}: ${answer.status} ${await answer.text()}`);
  return await answer.json();
}
