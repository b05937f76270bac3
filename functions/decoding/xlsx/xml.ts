import { SaxesParser } from 'saxes';
import { DecodingFault } from '../decoder.ts';
import { corrupt, unreadable } from './faults.ts';

/** What is told of a part as it is read; names come without their prefix. */
export interface XmlReader {
  readonly open: (name: string, attributes: Readonly<Record<string, string>>) => void;
  readonly close?: (name: string) => void;
  /** May come in several pieces. */
  readonly text?: (text: string) => void;
}

/** Reads a part; after each piece of it comes back, so that what was told can be taken. No entity but XML's five is known. */
export async function* readXml(part: string, chunks: AsyncIterable<Buffer>, reader: XmlReader): AsyncGenerator<void> {
  const parser = new SaxesParser({ position: false, xmlns: false as const });
  parser.on('xmldecl', ({ encoding = 'UTF-8' }) => {
    if (!/^utf-?8$/i.test(encoding)) throw unreadable(`its part ${part} is in ${encoding}, not in UTF-8`);
  });
  parser.on('opentag', ({ name, attributes }) => reader.open(localName(name), attributes));
  if (reader.close !== undefined) {
    const { close } = reader;
    parser.on('closetag', ({ name }) => close(localName(name)));
  }
  if (reader.text !== undefined) {
    parser.on('text', reader.text);
    parser.on('cdata', reader.text);
  }
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const reading = (read: () => void): void => {
    try {
      read();
    } catch (error) {
      if (error instanceof DecodingFault) throw error;
      throw corrupt(`its part ${part} is no sound XML in UTF-8 (${wordsOf(error)})`);
    }
  };
  for await (const chunk of chunks) {
    reading(() => parser.write(decoder.decode(chunk, { stream: true })));
    yield;
  }
  reading(() => parser.write(decoder.decode()).close());
}

/** Reads a part to its end. */
export async function readWholeXml(part: string, chunks: AsyncIterable<Buffer>, reader: XmlReader): Promise<void> {
  for await (const _ of readXml(part, chunks, reader));
}

/** Of an attribute whose prefix may be any: `r:id`. */
export function attributeNamed(attributes: Readonly<Record<string, string>>, local: string): string | undefined {
  const name = Object.keys(attributes).find((each) => each.includes(':') && localName(each) === local);
  return name === undefined ? attributes[local] : attributes[name];
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** As the parser says it; of an entity that a document declares for itself, which no spreadsheet does, what that is. */
function wordsOf(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return words.replace(/undefined entity\./, 'an entity that is none of the five of XML');
}
