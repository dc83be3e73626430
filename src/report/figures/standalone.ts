import { LIGHT_COLOURS } from '../style.js';
import { renderChart } from './chart.js';
import type { Chart } from './labelled.js';

/**
 * A chart as an SVG file of its own, for documents: its own colours on white paper, since a document that shows it as a
 * picture hands no style down.
 */
export async function standaloneSvg({ spec, name, description }: Chart): Promise<string> {
  const { markup } = await renderChart(spec, name, description);
  const size = /^<svg class="chart" viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(markup);
  if (size === null) throw new Error('The chart renderer returned no SVG with a view box that starts at 0, 0.');
  const [, width, height] = size;
  const style = `svg{${LIGHT_COLOURS.trim()}font-family:system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}`;
  const opening = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" `;
  const paper = `<style>${style}</style><rect width="100%" height="100%" fill="var(--paper)"/>`;
  // The drawing's own roles describe parts of a picture that a reader gets as one.
  const plain = markup.replace(/ role="graphics-[a-z]+" aria-roledescription="[^"]*"/g, '');
  return `${plain.replace(/^<svg class="chart" /, opening).replace('</title>', `</title>${paper}`)}\n`;
}
