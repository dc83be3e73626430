import { zlibSync } from 'fflate';

/** A greyscale image as a PNG file of 8 bits a pixel. @param pixels [rows × columns], row by row. */
export function greyPng(rows: number, columns: number, pixels: Uint8Array): Uint8Array {
  // Each line of pixels begins with its filter: 0, none.
  const lines = new Uint8Array(rows * (columns + 1));
  for (let row = 0; row < rows; row++)
    lines.set(pixels.subarray(row * columns, (row + 1) * columns), row * (columns + 1) + 1);
  // Eight bits, grey; compression, filters and interlacing of the only or the plain kind.
  const header = Uint8Array.of(...bigEndian(columns), ...bigEndian(rows), 8, 0, 0, 0, 0);
  const chunks = [chunk('IHDR', header), chunk('IDAT', zlibSync(lines, { level: 9 })), chunk('IEND', new Uint8Array())];
  return Uint8Array.of(...SIGNATURE, ...chunks.flat());
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

function chunk(type: string, content: Uint8Array): number[] {
  const checked = [...type].map((letter) => letter.charCodeAt(0)).concat(...content);
  return [...bigEndian(content.length), ...checked, ...bigEndian(crc32(checked))];
}

function bigEndian(value: number): number[] {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);
}

/** ISO 3309, as the PNG specification (annex D) computes it. */
function crc32(bytes: readonly number[]): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
