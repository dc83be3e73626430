import type { Html } from '../html.js';
import { type Layer, renderChart } from './chart.js';

/** CSS pixels: three fit side by side on a desktop. */
const SEQUENCE_WIDTH = 310;

interface SequenceFigure {
  name: string;
  description: string;
  /** [steps × channels], row by row. */
  values: number[];
  /** Drawn faintly behind, for comparison. */
  behind?: number[];
  channels: number;
  /** Shared by the figures that are to be compared. */
  range: [number, number];
}

/** One input sequence against its time steps. */
export function sequenceFigure(figure: SequenceFigure): Promise<Html> {
  const layer = [sequenceLayer(figure.values, figure, 'var(--ink)', 1.25)];
  if (figure.behind) layer.unshift(sequenceLayer(figure.behind, figure, 'var(--behind)', 2.5));
  return renderChart(
    { width: SEQUENCE_WIDTH, height: 210, autosize: { type: 'fit', contains: 'padding' }, layer },
    figure.name,
    figure.description,
  );
}

function sequenceLayer(
  values: number[],
  { channels, range }: SequenceFigure,
  stroke: string,
  strokeWidth: number,
): Layer {
  const rows = values.map((value, index) => ({ step: Math.floor(index / channels), channel: index % channels, value }));
  return {
    data: { values: rows },
    mark: { type: 'line', stroke, strokeWidth },
    encoding: {
      x: { field: 'step', type: 'quantitative', title: 'time step', scale: { nice: false } },
      y: { field: 'value', type: 'quantitative', title: 'input (units of the data)', scale: { domain: range } },
      detail: { field: 'channel', type: 'nominal' },
    },
  };
}
