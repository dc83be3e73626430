/** Reads zip archives through their central directory, with checksums: what an .npz file is. */
import { inflateSync } from 'fflate';
import { InputError } from '../errors.js';
import { crc32, LARGEST_CONTENT, LARGEST_DEFLATE_RATIO } from './gzip.js';

const END_SIGNATURE = 0x06054b50;
const END_LENGTH = 22;
const LONGEST_COMMENT = 65535;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;

/**
 * @returns by name, what reads each file in the archive: nothing is unpacked that is not asked for.
 * @throws InputError, here or on reading a file, if the archive is cut short or damaged, encrypted, over 2 GiB, or compressed
 * by other than deflate.
 */
export function unzip(bytes: Uint8Array, name: string): Map<string, () => Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const damaged = (why: string) =>
    new InputError(`${name}: not a whole zip archive, which an .npz file is too (${why}); save or copy it again.`);
  // A DataView throws RangeError beyond its end, fflate plain errors for a broken stream.
  const guarded = <Result>(read: () => Result): Result => {
    try {
      return read();
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw damaged(error instanceof Error ? error.message : String(error));
    }
  };
  return guarded(() => {
    const end = endOfDirectory(view);
    if (end < 0) throw damaged('its directory is missing');
    const count = view.getUint16(end + 10, true);
    let position = view.getUint32(end + 16, true);
    if (view.getUint16(end + 8, true) !== count || position + view.getUint32(end + 12, true) !== end)
      throw damaged('its directory is damaged');
    const files = new Map<string, () => Uint8Array>();
    for (let entry = 0; entry < count; entry++) {
      if (view.getUint32(position, true) !== ENTRY_SIGNATURE) throw damaged('its directory is damaged');
      const at = position;
      const nameLength = view.getUint16(at + 28, true);
      const entryName = decode(bytes.subarray(at + 46, at + 46 + nameLength));
      if (files.has(entryName)) throw damaged(`it holds '${entryName}' twice`);
      const local = view.getUint32(at + 42, true);
      const localName = bytes.subarray(local + 30, local + 30 + view.getUint16(local + 26, true));
      if (decode(localName) !== entryName) throw damaged('the name of a file in it is damaged');
      files.set(entryName, () => guarded(() => content(bytes, view, at, damaged)));
      position += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    }
    if (position !== end) throw damaged('its directory is damaged');
    return files;
  });
}

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** The archive ends with this record, and with the comment whose length it says. */
function endOfDirectory(view: DataView): number {
  const last = view.byteLength - END_LENGTH;
  for (let position = last; position >= Math.max(0, last - LONGEST_COMMENT); position--)
    if (
      view.getUint32(position, true) === END_SIGNATURE &&
      position + END_LENGTH + view.getUint16(position + 20, true) === view.byteLength
    )
      return position;
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
  if (size > LARGEST_CONTENT) throw damaged(`a file in it would have ${size} bytes, more than ${LARGEST_CONTENT}`);
  if (method === 8 && size > Math.max(64, storedSize * LARGEST_DEFLATE_RATIO))
    throw damaged(`${storedSize} bytes cannot hold ${size}`);
  const result = method === 0 ? stored : inflateSync(stored, { out: new Uint8Array(size) });
  if (result.length !== size || crc32(result) !== checksum) throw damaged('a checksum is wrong');
  return result;
}
