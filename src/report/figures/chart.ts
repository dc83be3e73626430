import { Error as LOG_ERRORS, parse, View } from 'vega';
import { type Config, compile, type TopLevelSpec } from 'vega-lite';
import { type Html, html, NOTHING, trusted, withoutForbidden } from '../html.js';

const INK = 'var(--ink)';
const FAINT = 'var(--rule)';

/** Colours are the style sheet's variables and the font is the page's, so that one SVG serves light, dark and print. */
const CONFIG: Config = {
  background: 'transparent',
  aria: false,
  font: 'inherit',
  padding: 4,
  view: { stroke: null },
  axis: {
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    labelColor: INK,
    titleColor: INK,
    domainColor: 'var(--muted)',
    tickColor: 'var(--muted)',
    gridColor: FAINT,
    titlePadding: 6,
    labelFlush: false,
  },
  axisX: { grid: false, labelOverlap: true },
  legend: { labelColor: INK, labelFontSize: 12 },
};

/** Width of a panel in CSS pixels: that of a phone, so that its letters are read there at their own size. */
export const PANEL_WIDTH = 380;

/** A layer of a layered chart. */
export type Layer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number];

/**
 * Compiles and draws a chart as static SVG, without a DOM.
 * @param name a few words: what the chart is of
 * @param description what a reader who cannot see it should know
 */
export async function renderChart(spec: TopLevelSpec, name: string, description: string): Promise<Html> {
  const label = html`role="img" aria-label="${name}. ${description}"`;
  return draw(spec, 'chart', label, html`<title>${name}</title>`);
}

/** Draws a picture that says nothing beyond the text beside it, such as a legend's sample. */
export async function renderOrnament(spec: TopLevelSpec, className: string): Promise<Html> {
  return draw(spec, className, html`aria-hidden="true"`, NOTHING);
}

async function draw(spec: TopLevelSpec, className: string, attributes: Html, content: Html): Promise<Html> {
  const view = new View(parse(compile({ ...spec, config: CONFIG }).spec), { renderer: 'none', logLevel: LOG_ERRORS });
  // Labels in a legend are escaped by the renderer, but for what no escape makes legal.
  const svg = withoutForbidden(await view.toSVG());
  view.finalize();
  // The style sheet sets the size, and SVG inside HTML needs no namespaces: only the view box of the root is kept.
  const root = /^[\s\S]*?<svg[^>]*?viewBox="([-\d. ]+)"[^>]*>/;
  const viewBox = root.exec(svg)?.[1];
  if (viewBox === undefined) throw new Error('The chart renderer returned no SVG with a view box.');
  const opening = html`<svg class="${className}" viewBox="${viewBox}" ${attributes}>${content}`;
  return trusted(svg.replace(root, () => opening.markup));
}
