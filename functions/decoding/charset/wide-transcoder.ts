import { undecodable } from '../../core/decoding/undecodable.ts';
import { append, emptyOutput, taken, type Transcoder } from './transcoder.ts';

/** UTF-16: half of a surrogate pair, and a byte that is left over, are signs. A byte order mark stays, as that of UTF-8. */
export function utf16Transcoder(isBigEndian: boolean): Transcoder {
  const output = emptyOutput();
  let rest: Buffer = Buffer.alloc(0);
  let place = 0;
  const run = (bytes: Buffer, length: number): Buffer => {
    const units = isBigEndian ? Buffer.from(bytes.subarray(0, length)).swap16() : bytes.subarray(0, length);
    const text = units.toString('utf16le');
    const utf8 = text.isWellFormed() ? Buffer.from(text) : withSigns(text, bytes);
    place += length;
    rest = Buffer.from(bytes.subarray(length));
    return utf8;
  };
  const withSigns = (text: string, bytes: Buffer): Buffer => {
    let from = 0;
    for (let i = 0; i < text.length; i += 1) {
      if (isPair(text, i)) i += 1;
      else if (isSurrogate(text.charCodeAt(i))) {
        append(output, Buffer.from(text.slice(from, i)));
        append(output, undecodable(place + 2 * i, bytes.subarray(2 * i, 2 * i + 2)));
        from = i + 1;
      }
    }
    append(output, Buffer.from(text.slice(from)));
    return taken(output);
  };
  return {
    push(piece) {
      const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      const even = bytes.length - (bytes.length % 2);
      const last = even === 0 ? 0 : isBigEndian ? bytes.readUInt16BE(even - 2) : bytes.readUInt16LE(even - 2);
      return run(bytes, isHigh(last) ? even - 2 : even);
    },
    end() {
      const whole = run(rest, rest.length - (rest.length % 2));
      return rest.length === 0 ? whole : Buffer.concat([whole, undecodable(place, rest)]);
    },
  };
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xe000;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isPair(text: string, at: number): boolean {
  return (text.codePointAt(at) ?? 0) > 0xffff;
}

/** UTF-32: surrogates, what is beyond Unicode and bytes that are left over are signs. */
export function utf32Transcoder(isBigEndian: boolean): Transcoder {
  const output = emptyOutput();
  let rest: Buffer = Buffer.alloc(0);
  let place = 0;
  /** As UTF-16, which Node makes UTF-8 of. */
  const appendText = (units: Uint16Array, length: number): void => {
    append(output, Buffer.from(Buffer.from(units.buffer, 0, 2 * length).toString('utf16le')));
  };
  const run = (bytes: Buffer, whole: number): void => {
    const units = new Uint16Array(whole / 2);
    let length = 0;
    for (let i = 0; i < whole; i += 4) {
      const code = isBigEndian ? bytes.readUInt32BE(i) : bytes.readUInt32LE(i);
      if (code >= 0x110000 || isSurrogate(code)) {
        appendText(units, length);
        length = 0;
        append(output, undecodable(place + i, bytes.subarray(i, i + 4)));
      } else if (code < 0x10000) {
        units[length] = code;
        length += 1;
      } else {
        units[length] = 0xd7c0 + (code >> 10);
        units[length + 1] = 0xdc00 + (code & 0x3ff);
        length += 2;
      }
    }
    appendText(units, length);
  };
  return {
    push(piece) {
      const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      const whole = bytes.length - (bytes.length % 4);
      run(bytes, whole);
      place += whole;
      rest = Buffer.from(bytes.subarray(whole));
      return taken(output);
    },
    end: () => (rest.length === 0 ? rest : undecodable(place, rest)),
  };
}
