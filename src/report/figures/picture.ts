import type { Picture } from '../../result/study.js';
import { type Html, html } from '../html.js';
import { greyPng } from './png.js';

const BRIGHTEST = 255;

/**
 * A sequence that is a picture, drawn as one.
 * @param values [rows × columns], row by row; those beyond black or white are drawn as black or white.
 * @param description what a reader who cannot see it should know.
 */
export function pictureFigure(values: readonly number[], { rows, columns, range }: Picture, description: string): Html {
  const [black, white] = range;
  // An array of bytes in which every value is rounded, and cut to what a byte holds.
  const pixels = Uint8ClampedArray.from(values, (value) => (BRIGHTEST * (value - black)) / (white - black));
  const png = greyPng(rows, columns, new Uint8Array(pixels.buffer));
  const source = `data:image/png;base64,${btoa(String.fromCharCode(...png))}`;
  return html`<img class="picture" src="${source}" width="${columns}" height="${rows}" alt="${description}">`;
}
