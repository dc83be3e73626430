/** Reads tar archives (POSIX ustar, as tar and Python write them): headers of 512 bytes, then the file, filled up to 512. */
import { InputError } from '../errors.js';

const BLOCK = 512;
const REGULAR = new Set(['0', '\0']);

/**
 * @returns by path, what reads each regular file of the archive; links, folders and headers of other kinds are left out.
 * @throws InputError if a header's checksum is wrong, or a file is cut short.
 */
export function untar(bytes: Uint8Array, name: string): Map<string, () => Uint8Array> {
  const damaged = (why: string) =>
    new InputError(`${name}: not a whole tar archive (${why}); copy or download it again.`);
  const files = new Map<string, () => Uint8Array>();
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return files;
    if (checksumOf(header) !== octal(header, 148, 8)) throw damaged('a checksum is wrong');
    const size = octal(header, 124, 12);
    const start = at + BLOCK;
    if (!Number.isSafeInteger(size) || start + size > bytes.length) throw damaged('a file in it is cut short');
    const path = text(header, 0, 100);
    const prefix = text(header, 257, 5) === 'ustar' ? text(header, 345, 155) : '';
    if (REGULAR.has(String.fromCharCode(header[156]!)))
      files.set(prefix === '' ? path : `${prefix}/${path}`, () => bytes.subarray(start, start + size));
    at = start + BLOCK * Math.ceil(size / BLOCK);
  }
  throw damaged('its end is missing');
}

function text(header: Uint8Array, from: number, length: number): string {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

/** NaN for a field that is no octal number. */
function octal(header: Uint8Array, from: number, length: number): number {
  const digits = text(header, from, length).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

/** Of all bytes of the header, those of the checksum itself taken as spaces. */
function checksumOf(header: Uint8Array): number {
  return header.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 0x20 : byte), 0);
}
