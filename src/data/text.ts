/** Bytes to text. */
import { InputError } from '../errors.js';

/** The longest text that every JavaScript engine can hold. */
const LONGEST = 2 ** 29 - 25;

/**
 * UTF-8 (or UTF-16, where a byte order mark says so) without its byte order mark, line ends made `\n`.
 * @throws InputError for other encodings, or where there is a zero byte, which no text has.
 */
export function decodeText(bytes: Uint8Array, name: string): string {
  if (bytes.length > LONGEST)
    throw new InputError(
      `${name}: has ${bytes.length} bytes, too many for a text; save it as .npz or .parquet, or part it.`,
    );
  let text: string;
  try {
    text = new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(`${name}: not a text in UTF-8; save it in this encoding, or copy it again if it is damaged.`);
  }
  if (text.includes('\0')) throw new InputError(`${name}: holds zero bytes, which no text has; copy it again.`);
  return text.replace(/\r\n?/g, '\n');
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
