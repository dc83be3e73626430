/** Pieces of C that must be right whatever a user called things. */
import { InputError } from '../../errors.js';

/** A name as a C identifier: dots and anything else become underscores. */
export const identifier = (name: string): string => name.replaceAll(/\W/g, '_');

/** @throws InputError for a prefix that is no identifier, or one that the language or the C library keeps for itself. */
export function checkPrefix(prefix: string): string {
  if (!/^[A-Za-z]\w*$/.test(prefix))
    throw new InputError(
      `--prefix: got "${prefix}", expected a C identifier that begins with a letter (letters, digits and "_")`,
    );
  return prefix;
}

/** The shortest decimal that reads as the same float32. @throws InputError for a value that is not finite. */
export function literal(value: number): string {
  const single = Math.fround(value);
  if (!Number.isFinite(single))
    throw new InputError(`a weight or constant is ${value}, which C's float cannot hold; train the run again`);
  let text = String(single);
  for (let digits = 1; digits <= 9; digits++) {
    const shorter = String(Number(single.toPrecision(digits)));
    if (Math.fround(Number(shorter)) === single) {
      text = shorter;
      break;
    }
  }
  return `${/[.e]/.test(text) ? text : `${text}.0`}f`;
}

/** Any text as a C string of its UTF-8 bytes, for every compiler and character set; `??` would begin a trigraph. */
export function quoted(text: string): string {
  const escaped = [...new TextEncoder().encode(text)].map((byte) => {
    const character = String.fromCharCode(byte);
    if (/[A-Za-z0-9 _.,:;<>=+*/()[\]{}!#%&'^|~$@`-]/.test(character)) return character;
    return `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"${escaped.join('')}"`;
}

/** Any text inside a C comment. */
export function commentText(text: string): string {
  return text
    .replaceAll('*/', '* /')
    .replaceAll('/*', '/ *')
    .replaceAll('??', '? ?')
    .replaceAll(/[\r\n]+/g, ' ');
}

/** Paragraphs as a comment of lines that fit. */
export function blockComment(lines: readonly string[]): string {
  const wrapped = lines.flatMap((line) => wrap(commentText(line), 96));
  return ['/*', ...wrapped.map((line) => ` * ${line}`.trimEnd()), ' */'].join('\n');
}

export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Values of an initialiser, some a line. */
export function listed(values: readonly string[]): string {
  return wrap(values.join(', '), 116)
    .map((line) => `  ${line}`)
    .join('\n');
}
