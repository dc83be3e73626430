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
  zeroLine,
} from './labelled.js';

/** `stability` and `lyapunov` of `analyze --json`. */
export interface StabilityData {
  readonly stability: {
    readonly bounds: Readonly<Record<string, number | null>>;
    readonly stepBoundsPer: 'unit time' | 'step';
  };
  readonly lyapunov: { readonly exponents: readonly Measured[]; readonly perStep: readonly Measured[] };
}

/** Of the equation in continuous time and of the discrete network: matrix, cheap and sharp log-norm bounds. */
const NAMES: Readonly<Record<string, string>> = {
  sdeMatrix: 'equation, matrix',
  sdeLogNormCheap: 'equation, cheap',
  sdeLogNormSharp: 'equation, sharp',
  stepMatrix: 'network, matrix',
  stepLogNormCheap: 'network, cheap',
  stepLogNormSharp: 'network, sharp',
};
const MEASURED = 'measured';

/** Every upper bound on the largest exponent beside the measured one; a bound left of zero certifies stability. */
export function stabilityChart(series: readonly Labelled<StabilityData>[]): Chart {
  const per = series.some(({ data }) => data.stability.stepBoundsPer === 'step') ? 'step' : 'unit time';
  const values = series.flatMap(({ label, data: { stability, lyapunov } }) => {
    const [first = { value: null }] = per === 'step' ? lyapunov.perStep : lyapunov.exponents;
    const bounds = Object.entries(NAMES).flatMap(([key, name]) => {
      const value = stability.bounds[key] ?? null;
      // A bound of the equation is per unit time, so it cannot stand on an axis per step.
      return value === null || (per === 'step' && key.startsWith('sde')) ? [] : [{ series: label, name, value }];
    });
    return [...bounds, { series: label, name: MEASURED, value: first.value, ...bandOf(first) }];
  });
  const shown = [...Object.values(NAMES), MEASURED].filter((name) => values.some((row) => row.name === name));
  const looks = seriesOf(series.map(({ label }) => label));
  const x = quantity('value', `largest exponent (nats per ${per})`, {
    scale: { padding: 10 },
  });
  const y = {
    field: 'name',
    type: 'nominal' as const,
    title: null,
    scale: { domain: shown },
    axis: { grid: true, domain: false, ticks: false, labelLimit: 0 },
  };
  const words = values.map((row) => `${row.series}, ${row.name}: ${row.value === null ? 'none' : shortly(row.value)}`);
  return {
    name: 'Bounds on the largest Lyapunov exponent',
    description: `Upper bounds and the measured exponent per ${per}. ${words.join('; ')}. Left of zero a bound certifies stability. Bar of the measured one: ±${BAND} standard errors.`,
    spec: panelOf(
      values,
      [
        zeroLine('x', x),
        {
          transform: [{ filter: 'isValid(datum.low) && isValid(datum.high)' }],
          mark: { type: 'rule', strokeWidth: 2 },
          encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, y, ...looks.besidePoints },
        },
        {
          mark: { type: 'point', filled: true, size: 75, opacity: 1, stroke: 'var(--paper)', strokeWidth: 1 },
          encoding: { x, y, ...looks.points },
        },
      ],
      { height: 60 + 30 * shown.length },
    ),
  };
}
