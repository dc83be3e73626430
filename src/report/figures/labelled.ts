import type { TopLevelSpec } from 'vega-lite';
import { type Layer, PANEL_WIDTH } from './chart.js';
import { seriesLook } from './series.js';

/** A chart ready to be drawn: what it shows, its name, and what a reader who cannot see it should know. */
export interface Chart {
  readonly spec: TopLevelSpec;
  readonly name: string;
  readonly description: string;
}

/** Data of one model or one kind, under the name that its legend gives. */
export interface Labelled<T> {
  readonly label: string;
  readonly data: T;
}

/** A figure with its uncertainty as `analyze --json` prints it; null where there is none. */
export interface Measured {
  readonly value: number | null;
  readonly standardError?: number | null;
}

/** Number of standard errors that bands and bars reach to either side: about 95 % for a normal estimate. */
export const BAND = 2;

/** The ends of the band of an estimate; the value itself where its error is unknown. */
export function bandOf({ value, standardError }: Measured): { low: number | null; high: number | null } {
  if (value === null) return { low: null, high: null };
  const reach = BAND * (standardError ?? 0);
  return { low: value - reach, high: value + reach };
}

/** Longest label of which two stand side by side on the screen of a phone, in characters. */
const SHORT = 18;

const legendColumns = (labels: readonly string[]): number => (labels.some((own) => own.length > SHORT) ? 1 : 2);

/** CSS pixels that a legend adds to a panel. */
function legendHeight(labels: readonly string[]): number {
  return labels.length < 2 ? 0 : 23 * Math.ceil(labels.length / legendColumns(labels));
}

/**
 * Colour, dash and shape of each label, with one legend above the plot. One label alone needs no legend. Used as
 * `encoding: { …, ...seriesOf(labels).lines }` on rows with the field `series`.
 */
export function seriesOf(labels: readonly string[]) {
  const looks = labels.map((_, index) => seriesLook(index));
  const domain = [...labels];
  const legend =
    labels.length < 2
      ? null
      : ({ orient: 'top', columns: legendColumns(labels), title: null, labelLimit: 0, symbolOpacity: 1 } as const);
  const strokes = legend && { ...legend, symbolType: 'stroke', symbolSize: 900, symbolStrokeWidth: 2 };
  const field = { field: 'series', type: 'nominal' } as const;
  const color = { ...field, scale: { domain, range: looks.map((look) => look.colour) } };
  const lineColour = { color: { ...color, legend: strokes } };
  const pointColour = { color: { ...color, legend } };
  return {
    lines: {
      ...lineColour,
      strokeDash: { ...field, scale: { domain, range: looks.map((look) => look.dash) }, legend: strokes },
    },
    points: {
      ...pointColour,
      shape: { ...field, scale: { domain, range: looks.map((look) => look.shape) }, legend },
    },
    /** Of a mark that goes with lines (a band), or with points (a bar): in the legend those already stand for it. */
    besideLines: lineColour,
    besidePoints: pointColour,
  };
}

/** `a`, `a and b`, `a, b and c` */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** A number short enough for a description. */
export const shortly = (value: number): string => String(Number(value.toPrecision(3)));

interface QuantityOptions {
  readonly scale?: { type?: 'log'; zero?: boolean; nice?: boolean; domain?: number[]; padding?: number };
  readonly axis?: { format?: string; tickMinStep?: number; values?: number[]; labelExpr?: string };
}

/** A number on an axis. */
export function quantity(field: string, title: string, options: QuantityOptions = {}) {
  return { field, type: 'quantitative' as const, title, ...options };
}

/** Whole numbers on an axis that ends where they do. */
export const WHOLE = { axis: { format: 'd', tickMinStep: 1 } };

interface PanelOptions {
  /** CSS pixels of the plot with its axes. */
  readonly height?: number;
  /** CSS pixels to the right of the plot: half the last tick's label reaches there. */
  readonly right?: number;
}

/** Layers over one another in a panel of the usual width, below a legend of the series. */
export function panelOf(
  values: readonly { readonly series: string }[],
  layer: readonly Layer[],
  { height = 250, right = 16 }: PanelOptions = {},
): TopLevelSpec {
  return {
    width: PANEL_WIDTH,
    height: height + legendHeight([...new Set(values.map(({ series }) => series))]),
    padding: { left: 4, top: 4, bottom: 4, right },
    autosize: { type: 'fit', contains: 'padding' },
    data: { values: [...values] },
    layer: [...layer],
  };
}

/** A faint dashed line where the quantity of an axis is zero. */
export function zeroLine(channel: 'x' | 'y', { title, field }: ReturnType<typeof quantity>): Layer {
  return {
    data: { values: [{ [field]: 0 }] },
    mark: { type: 'rule', stroke: 'var(--muted)', strokeDash: [2, 3] },
    encoding: { [channel]: quantity(field, title) },
  };
}

/** A logarithmic axis from `low` to `high`, marked at powers of ten as people write them: 0.01, 1, 100, 10⁵. */
export function logarithmic(low: number, high: number): QuantityOptions {
  const values = decades(low, high);
  const labels = Object.fromEntries(values.map((value) => [value, powerText(Math.round(Math.log10(value)))]));
  return {
    scale: { type: 'log', domain: [low, high], nice: false },
    axis: { values, labelExpr: `(${JSON.stringify(labels)})[datum.value]` },
  };
}

/** Ten to a power: in full where it is short. */
function powerText(power: number): string {
  if (power >= -3 && power <= 3) return String(Number(`1e${power}`));
  return `10${[...String(power)].map((digit) => (digit === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)])).join('')}`;
}

/** The powers of ten from `low` to `high`; every few of them where there are many. */
function decades(low: number, high: number): number[] {
  const [first, last] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))];
  const every = Math.max(1, Math.ceil((last - first) / 6));
  const powers = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  return powers.filter((power) => (power - last) % every === 0).map((power) => Number(`1e${power}`));
}
