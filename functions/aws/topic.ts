import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { printable, printableLines } from '../core/printable.ts';
import { type AwsConnection, patience } from './connection.ts';
import { awsFault } from './fault.ts';

/** SNS takes 262,144 bytes; a character in UTF-8 has at most three for each of these. */
const mostCharacters = 80_000;

/** A message to people. */
export interface Message {
  /** One line; SNS takes up to 100 ASCII characters, so others are replaced and the rest is cut. */
  readonly subject: string;
  readonly text: string;
}

/** Tells people something. @throws TryAgain, or an Error that names the topic. */
export type Tell = (message: Message) => Promise<void>;

/** An Amazon SNS topic, by its ARN. */
export function openTopic(arn: string, connection: AwsConnection = {}): Tell {
  const client = new SNSClient({ ...patience, ...connection });
  return async ({ subject, text }) => {
    const input = {
      TopicArn: arn,
      Subject: subjectOf(subject),
      Message: printableLines(text).slice(0, mostCharacters),
    };
    await client.send(new PublishCommand(input)).catch((error: unknown) => {
      throw awsFault(`telling ${arn}`, error);
    });
  };
}

/** Source: SNS API reference, Publish: ASCII, no line ends, less than 100 characters. */
function subjectOf(text: string): string {
  return printable(text)
    .replaceAll(/[^\x20-\x7e]+/g, '?')
    .slice(0, 99);
}
