/**
 * What a name from outside may hold to lie to whoever reads it, a class each. FORGED stands where a line of its own would begin.
 * No letter before a joiner or a selector is one that these belong to.
 */
export const hostileParts: Readonly<Record<string, string>> = {
  'an escape sequence': 'x\u001b[2J\u001b]0;title\u0007y',
  'a hyperlink': '\u001b]8;;http://evil.example\u001b\\\\x\u001b]8;;\u001b\\\\',
  'an 8-bit control sequence': 'x\u009b31m\u009d0;t\u009c',
  'other controls': '\u0001\u0008\u000e\u007f\u0080\u009f',
  'a line end': 'x\nFORGED',
  'a Windows line end': 'x\r\nFORGED',
  'a carriage return': 'x\rFORGED',
  'a vertical tab and a form feed': 'x\u000bFORGED\u000cFORGED',
  'a next line': 'x\u0085FORGED',
  'a line and a paragraph separator': 'x\u2028FORGED\u2029FORGED',
  'a tab': 'x\ty',
  'overrides of direction': 'x\u202evsc.\u202dy\u202c\u202a\u202b',
  'isolates of direction': 'x\u2066y\u2067z\u2068\u2069',
  'marks of direction': 'x\u200e\u200f\u061cy',
  'zero-width characters': 'x\u200b\u200c\u200d\u2060\u2064\ufeffy',
  'a soft hyphen and fillers': 'x\u00ad\u034f\u115f\u3164\uffa0y',
  tags: 'x\u{e0001}\u{e0041}\u{e007f}',
  'selectors of nothing': 'x\ufe0f\ufe00\u{e0100}\u180by',
  'private and unassigned characters': 'x\ue000\u{10fffd}\u0378',
  'interlinear annotation': 'x\ufff9\ufffa\ufffb',
  'marks upon marks': `x${'\u0301'.repeat(40)}y`,
  'words of a shell': `x'"; touch pwned; $(touch pwned) \`touch pwned\` & | > pwned \\`,
};

/** Most classes in one name that is short enough for a file (255 bytes) and a key of S3. */
export const hostileName =
  'x\u001b[2J\u009b1m\u202e\u2066\u200f\u061c\u200b\ufeff\u00ad\u2028FORGED\u2029FORGED\u0085FORGED\t\rFORGED\nFORGED \'"$(touch pwned)`id`\u{e0041}\u007f';

/** The same within 63 bytes, for names in PostgreSQL. */
export const hostileIdentifier = 'p\u001b[2J\u009b\u202e\u2066\u200b\ufeff\u2028FORGED\t\r\nFORGED\u0007"\'';

const unseen = [
  String.raw`\u0000-\u0009\u000b-\u001f\u007f-\u009f`,
  String.raw`\u00ad\u034f\u0378\u061c\u115f\u1160\u3164\uffa0`,
  String.raw`\u180b-\u180f\ufe00-\ufe0f\u{e0000}-\u{e0fff}`,
  String.raw`\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb`,
  String.raw`\ue000-\uf8ff\u{f0000}-\u{10ffff}`,
].join('');
const unsafe = new RegExp(String.raw`[${unseen}]|[\u0300-\u036f]{9}|^ {0,8}FORGED`, 'gmu');

/**
 * What of a text no reader may be shown: nothing here is made from the code that escapes. Of a message of several lines the later ones
 * stand so far to the right that none is taken for a row.
 */
export function unsafeIn(text: string): readonly string[] {
  const found = text.match(unsafe);
  return found === null ? [] : [...new Set(found)].map((each) => JSON.stringify(each));
}
