import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { pictureFigure } from './picture.js';
import { greyPng } from './png.js';

/** The chunks of a PNG file, and whether it has the signature. */
function chunksOf(png: Uint8Array): Record<string, Uint8Array> {
  expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const chunks: Record<string, Uint8Array> = {};
  for (let at = 8; at < png.length; at += 12 + view.getUint32(at)) {
    const length = view.getUint32(at);
    chunks[String.fromCharCode(...png.subarray(at + 4, at + 8))] = png.subarray(at + 8, at + 8 + length);
  }
  return chunks;
}

describe('a greyscale PNG', () => {
  it('holds its size and its pixels, row by row', () => {
    const pixels = Uint8Array.of(0, 50, 100, 150, 200, 255);
    const { IHDR, IDAT } = chunksOf(greyPng(2, 3, pixels));
    expect([...IHDR!]).toEqual([0, 0, 0, 3, 0, 0, 0, 2, 8, 0, 0, 0, 0]);
    expect([...inflateSync(IDAT!)]).toEqual([0, 0, 50, 100, 0, 150, 200, 255]);
  });

  it('has the checksum that every PNG file has at its end', () => {
    expect([...greyPng(1, 1, Uint8Array.of(7)).slice(-4)]).toEqual([0xae, 0x42, 0x60, 0x82]);
  });
});

describe('a picture', () => {
  it('is an image of its size with a text, black to white over its range and cut beyond', () => {
    const { markup } = pictureFigure([-1, 0, 0.5, 1, 1.5, 0.2], { rows: 2, columns: 3, range: [0, 1] }, 'a "seven"');
    const source = /^<img class="picture" src="data:image\/png;base64,([^"]+)" width="3" height="2" alt="([^"]*)">$/;
    const [, base64 = '', text] = source.exec(markup) ?? [];
    expect(text).toBe('a &quot;seven&quot;');
    const { IDAT } = chunksOf(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
    expect([...inflateSync(IDAT!)]).toEqual([0, 0, 0, 128, 0, 255, 255, 51]);
  });
});
