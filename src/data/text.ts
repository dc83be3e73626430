/** Bytes to text. */
import { InputError } from '../errors.js';

/** The longest text that every JavaScript engine can hold. */
const LONGEST = 2 ** 29 - 25;

/**
 * UTF-8 without its byte order mark, line ends made `\n`.
 * @throws InputError for other encodings, or where there is a zero byte, which no text has.
 */
export function decodeText(bytes: Uint8Array, name: string): string {
  if (bytes.length > LONGEST)
    throw new InputError(
      `${name}: has ${bytes.length} bytes, too many for a text; save it as .npz or .parquet, or part it.`,
    );
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(`${name}: not a text in UTF-8; save it in this encoding, or copy it again if it is damaged.`);
  }
  if (text.includes('\0')) throw new InputError(`${name}: holds zero bytes, which no text has; copy it again.`);
  return text.replace(/\r\n?/g, '\n');
}
