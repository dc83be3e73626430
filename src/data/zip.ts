/** Reads zip archives through their central directory, with checksums: what an .npz file is. */
import { inflateSync } from 'fflate';
import { InputError } from '../errors.js';
import { crc32, LARGEST_DEFLATE_RATIO } from './gzip.js';

const END_SIGNATURE = 0x06054b50;
const END_LENGTH = 22;
const LONGEST_COMMENT = 65535;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;

/**
 * @returns the content of every file in the archive, by name.
 * @throws InputError if the archive is cut short or damaged, encrypted, over 4 GiB, or compressed by other than deflate.
 */
export function unzip(bytes: Uint8Array, name: string): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const damaged = (why: string) =>
    new InputError(`${name}: not a whole zip archive, which an .npz file is (${why}); save or copy it again.`);
  try {
    const end = endOfDirectory(view);
    if (end < 0) throw damaged('its directory is missing');
    const count = view.getUint16(end + 10, true);
    let position = view.getUint32(end + 16, true);
    const files = new Map<string, Uint8Array>();
    for (let entry = 0; entry < count; entry++) {
      if (view.getUint32(position, true) !== ENTRY_SIGNATURE) throw damaged('its directory is damaged');
      const nameLength = view.getUint16(position + 28, true);
      const entryName = new TextDecoder().decode(bytes.subarray(position + 46, position + 46 + nameLength));
      files.set(entryName, content(bytes, view, position, damaged));
      position += 46 + nameLength + view.getUint16(position + 30, true) + view.getUint16(position + 32, true);
    }
    return files;
  } catch (error) {
    if (error instanceof InputError) throw error;
    // A DataView throws RangeError beyond its end, fflate plain errors for a broken stream.
    throw damaged(error instanceof Error ? error.message : String(error));
  }
}

function endOfDirectory(view: DataView): number {
  const last = view.byteLength - END_LENGTH;
  for (let position = last; position >= Math.max(0, last - LONGEST_COMMENT); position--)
    if (view.getUint32(position, true) === END_SIGNATURE) return position;
  return -1;
}

function content(bytes: Uint8Array, view: DataView, entry: number, damaged: (why: string) => InputError): Uint8Array {
  const encrypted = (view.getUint16(entry + 8, true) & 1) !== 0;
  const method = view.getUint16(entry + 10, true);
  const checksum = view.getUint32(entry + 16, true);
  const storedSize = view.getUint32(entry + 20, true);
  const size = view.getUint32(entry + 24, true);
  const local = view.getUint32(entry + 42, true);
  if (encrypted || (method !== 0 && method !== 8))
    throw damaged(encrypted ? 'it is encrypted' : `compression method ${method} is not supported`);
  if (view.getUint32(local, true) !== LOCAL_SIGNATURE) throw damaged('a file in it is missing');
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (start + storedSize > bytes.length) throw damaged('a file in it is cut short');
  const stored = bytes.subarray(start, start + storedSize);
  if (method === 8 && size > Math.max(64, storedSize * LARGEST_DEFLATE_RATIO))
    throw damaged(`${storedSize} bytes cannot hold ${size}`);
  const result = method === 0 ? stored : inflateSync(stored, { out: new Uint8Array(size) });
  if (result.length !== size || crc32(result) !== checksum) throw damaged('a checksum is wrong');
  return result;
}
