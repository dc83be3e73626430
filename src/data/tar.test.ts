import { expect, it } from 'vitest';
import { untar } from './tar.js';

/** As `tar --format=ustar` writes one file. */
function entry(path: string, content: Uint8Array, kind = '0'): Uint8Array {
  const out = new Uint8Array(512 + 512 * Math.ceil(content.length / 512));
  const put = (text: string, at: number) => out.set(new TextEncoder().encode(text), at);
  put(path, 0);
  put(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  put('        ', 148);
  put(kind, 156);
  put('ustar\0', 257);
  const sum = out.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  out.set(content, 512);
  return out;
}
const archive = (...entries: Uint8Array[]) =>
  Uint8Array.from([...entries.flatMap((one) => [...one]), ...new Uint8Array(1024)]);

it('reads regular files, and leaves folders and links out', () => {
  const content = Uint8Array.from({ length: 700 }, (_, index) => index % 251);
  const files = untar(
    archive(entry('a/', new Uint8Array(0), '5'), entry('a/b.bin', content), entry('c', new Uint8Array(0), '2')),
    't',
  );
  expect([...files.keys()]).toEqual(['a/b.bin']);
  expect(files.get('a/b.bin')!()).toEqual(content);
});

it('refuses archives that are damaged or cut short', () => {
  const whole = archive(entry('b', new Uint8Array(600).fill(1)));
  expect(() => untar(whole.subarray(0, 900), 't')).toThrow(/a file in it is cut short/);
  expect(() => untar(whole.subarray(0, 1536), 't')).toThrow(/its end is missing/);
  const damaged = whole.slice();
  damaged[3] = 65;
  expect(() => untar(damaged, 't')).toThrow(/a checksum is wrong/);
});
