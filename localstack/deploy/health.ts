import { CommandError } from '../../cli/typed/usage.ts';

/** Ten seconds: a LocalStack that starts answers its health page before its services. */
const waitMs = 10_000;

/** Throws CommandError where nothing answers at the endpoint, or something that is no LocalStack. */
export async function requireLocalStack(endpoint: string): Promise<void> {
  const page = `${endpoint}/_localstack/health`;
  let answer: Response;
  try {
    answer = await fetch(page, { signal: AbortSignal.timeout(waitMs) });
  } catch (error) {
    throw new CommandError(
      `nothing answers at ${endpoint}. Start a LocalStack there first: docker compose -f localstack/docker-compose.yml up --wait`,
      { cause: error },
    );
  }
  const text = await answer.text();
  if (!answer.ok || !text.includes('"services"')) {
    throw new CommandError(`what answers at ${endpoint} is no LocalStack: ${page} gave ${answer.status}`);
  }
}
