import { PANEL_WIDTH } from './chart.js';
import { type Chart, type Labelled, quantity, seriesOf } from './labelled.js';

/** Single networks as points and the mean of each model as a line, against the length of the sequence (logarithmic). */
export function byLengthChart(
  models: readonly Labelled<readonly { readonly length: number; readonly values: readonly number[] }[]>[],
  { axis, name, logarithmic }: { readonly axis: string; readonly name: string; readonly logarithmic: boolean },
): Chart {
  const labels = models.map(({ label }) => label);
  const values = models.flatMap(({ label, data }) =>
    data.flatMap(({ length, values: own }) => own.map((value) => ({ series: label, length, value }))),
  );
  const middle = logarithmic ? 'exp(mean)' : 'mean';
  const x = quantity('length', 'steps', { scale: { type: 'log', nice: false, padding: 12 } });
  const y = quantity('value', axis, {
    scale: logarithmic ? { type: 'log', nice: false, padding: 8 } : { zero: false },
  });
  const { lines, besideLines } = seriesOf(labels);
  return {
    name,
    description: `${axis} against the number of steps, of ${labels.join(', ')}. Points are single networks, lines their ${logarithmic ? 'geometric ' : ''}means.`,
    spec: {
      width: PANEL_WIDTH,
      height: 260,
      autosize: { type: 'fit', contains: 'padding' },
      data: { values },
      layer: [
        {
          transform: [
            { calculate: logarithmic ? 'log(datum.value)' : 'datum.value', as: 'scaled' },
            { aggregate: [{ op: 'mean', field: 'scaled', as: 'mean' }], groupby: ['series', 'length'] },
            { calculate: middle.replace('mean', 'datum.mean'), as: 'value' },
          ],
          mark: { type: 'line', strokeWidth: 1.5 },
          encoding: { x, y, ...lines },
        },
        { mark: { type: 'point', filled: true, size: 30, opacity: 0.6 }, encoding: { x, y, ...besideLines } },
      ],
    },
  };
}
