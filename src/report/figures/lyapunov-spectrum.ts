import {
  BAND,
  bandOf,
  type Chart,
  type Labelled,
  type Measured,
  panelOf,
  quantity,
  seriesOf,
  shortly,
  WHOLE,
  zeroLine,
} from './labelled.js';

/** `lyapunov` of `analyze --json`. */
export interface LyapunovData {
  readonly perStep: readonly Measured[];
  readonly convergence: { readonly steps: readonly number[]; readonly perStep: readonly (readonly number[])[] };
}

const EXPONENT = quantity('value', 'exponent per step (nats)', { scale: { zero: false } });

/** The exponents against their number, with bars of two standard errors over sequences. */
export function lyapunovSpectrumChart(series: readonly Labelled<LyapunovData>[]): Chart {
  const values = series.flatMap(({ label, data }) =>
    data.perStep.map((exponent, index) => ({ series: label, number: index + 1, ...bandOf(exponent), ...exponent })),
  );
  const looks = seriesOf(series.map(({ label }) => label));
  const most = Math.max(2, ...series.map(({ data }) => data.perStep.length));
  const x = quantity('number', 'number of the exponent', {
    ...WHOLE,
    scale: { nice: false, domain: [1, most], padding: 12 },
  });
  const largest = series.map(({ label, data }) => {
    const [first] = data.perStep;
    return `${label}: ${first === undefined || first.value === null ? 'none' : shortly(first.value)}`;
  });
  return {
    name: 'Lyapunov exponents',
    description: `Exponents of the hidden state, the largest first. Largest: ${largest.join('; ')}. Bars: ±${BAND} standard errors over sequences. Below zero two states approach each other.`,
    spec: panelOf(values, [
      zeroLine('y', EXPONENT),
      { mark: { type: 'line', strokeWidth: 1, opacity: 0.6 }, encoding: { x, y: EXPONENT, ...looks.besidePoints } },
      {
        mark: { type: 'rule', strokeWidth: 1.5 },
        encoding: { x, y: { ...EXPONENT, field: 'low' }, y2: { field: 'high' }, ...looks.besidePoints },
      },
      {
        mark: { type: 'point', filled: true, size: 55, opacity: 1, stroke: 'var(--paper)', strokeWidth: 1 },
        encoding: { x, y: EXPONENT, ...looks.points },
      },
    ]),
  };
}

/** Most exponents whose convergence is drawn: more lines could not be told apart. */
const MOST_DRAWN = 4;

/** The estimate of each of the first exponents after so many steps; its number stands at the end of each line. */
export function lyapunovConvergenceChart(series: readonly Labelled<LyapunovData>[]): Chart {
  const values = series.flatMap(({ label, data: { convergence } }) =>
    convergence.steps.flatMap((step, at) =>
      (convergence.perStep[at] ?? [])
        .slice(0, MOST_DRAWN)
        .map((value, index) => ({ series: label, step, value, number: `Λ${index + 1}` })),
    ),
  );
  const last = Math.max(...values.map(({ step }) => step));
  const looks = seriesOf(series.map(({ label }) => label));
  const x = quantity('step', 'steps averaged over', { ...WHOLE, scale: { nice: false, domain: [0, last] } });
  return {
    name: 'Convergence of the Lyapunov exponents',
    description: `The first ${MOST_DRAWN} exponents at most, averaged over the steps so far: lines that still move at the right have not converged.`,
    spec: panelOf(
      values,
      [
        zeroLine('y', EXPONENT),
        {
          mark: { type: 'line', strokeWidth: 1.5 },
          encoding: { x, y: EXPONENT, ...looks.lines, detail: [{ field: 'number', type: 'nominal' }] },
        },
        {
          transform: [{ filter: { field: 'step', equal: last } }],
          mark: { type: 'text', align: 'left', dx: 4, fontSize: 11, fill: 'var(--ink)' },
          encoding: { x, y: EXPONENT, text: { field: 'number', type: 'nominal' } },
        },
      ],
      { right: 28 },
    ),
  };
}
