import {
  BAND,
  type Chart,
  type Labelled,
  logarithmic,
  panelOf,
  quantity,
  seriesOf,
  shortly,
  zeroLine,
} from './labelled.js';

/** `hessian.density` of `analyze --json`. */
export interface DensityData {
  readonly grid: readonly number[];
  readonly value: readonly number[];
  readonly standardError?: readonly (number | null)[];
}

/** Densities below this share of the highest are not drawn: single outlying eigenvalues still are. */
const FLOOR = 1e-6;

/** Density of the eigenvalues of the loss's Hessian, on a logarithmic axis, with a band of two standard errors. */
export function spectralDensityChart(series: readonly Labelled<DensityData>[]): Chart {
  const peak = Math.max(...series.flatMap(({ data }) => data.value));
  const floor = FLOOR * peak;
  // A logarithmic axis has no zero: what is below the floor is drawn on it.
  const raised = (value: number) => Math.max(value, floor);
  const values = series.flatMap(({ label, data }) =>
    data.grid.map((eigenvalue, index) => {
      const value = data.value[index] ?? 0;
      const reach = BAND * (data.standardError?.[index] ?? 0);
      const [low, high] = [raised(value - reach), raised(value + reach)];
      return { series: label, eigenvalue, value: raised(value), low, high };
    }),
  );
  const looks = seriesOf(series.map(({ label }) => label));
  const x = quantity('eigenvalue', 'eigenvalue (nats per unit² of θ)', {
    scale: { nice: false },
  });
  const y = quantity('value', 'density of eigenvalues', logarithmic(floor, 3 * peak));
  const ends = series.map(({ label, data: { grid } }) => {
    const [low = 0, high = 0] = [grid[0], grid.at(-1)];
    return `${label}: from ${shortly(low)} to ${shortly(high)}`;
  });
  return {
    name: 'Spectral density of the Hessian',
    description: `How the eigenvalues of the loss’s Hessian are spread. ${ends.join('; ')}. Bands: ±${BAND} standard errors.`,
    spec: panelOf(values, [
      {
        mark: { type: 'area', opacity: 0.25 },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, ...looks.besideLines },
      },
      { mark: { type: 'line', strokeWidth: 1.75 }, encoding: { x, y, ...looks.lines } },
      // Eigenvalues to the left of it are directions in which the loss bends downwards.
      zeroLine('x', x),
    ]),
  };
}
