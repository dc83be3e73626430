/** Gzip with the checks that make a damaged file an error rather than wrong numbers. */
import { gunzipSync } from 'fflate';
import { InputError } from '../errors.js';

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** Deflate shrinks no more than this, so a larger stated size is a damaged one, and is never allocated. */
export const LARGEST_DEFLATE_RATIO = 1032;

/** Nothing larger is unpacked. */
export const LARGEST_CONTENT = 2 ** 31;

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** @throws InputError if the file is cut short or damaged (its stated length or checksum does not hold). */
export function gunzip(bytes: Uint8Array, name: string): Uint8Array {
  const damaged = (why: string) =>
    new InputError(`${name}: not a whole gzip file (${why}); copy or download it again.`);
  if (bytes.length < 18) throw damaged(`only ${bytes.length} bytes`);
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8, 8);
  const size = trailer.getUint32(4, true);
  if (size > bytes.length * LARGEST_DEFLATE_RATIO) throw damaged(`${bytes.length} bytes cannot hold ${size}`);
  if (size > LARGEST_CONTENT) throw damaged(`it would have ${size} bytes, more than ${LARGEST_CONTENT}`);
  let content: Uint8Array;
  try {
    content = gunzipSync(bytes);
  } catch (error) {
    throw damaged(error instanceof Error ? error.message : String(error));
  }
  if (content.length !== size || crc32(content) !== trailer.getUint32(0, true)) throw damaged('its checksum is wrong');
  return content;
}

/** The checksum of gzip and zip (ISO 3309). */
export function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (let index = 0; index < bytes.length; index++) value = CRC_TABLE[(value ^ bytes[index]!) & 0xff]! ^ (value >>> 8);
  return ~value >>> 0;
}
