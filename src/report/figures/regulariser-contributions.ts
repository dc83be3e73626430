import {
  BAND,
  bandOf,
  type Chart,
  type Labelled,
  type Measured,
  panelOf,
  quantity,
  seriesOf,
  WHOLE,
} from './labelled.js';

/** `regularizer.contributions` of `analyze --json`. */
export interface ContributionData {
  /** Part of P + Q from the noise of each step. */
  readonly steps: readonly Measured[];
  /** Part from each noise input, by stream (layer · 256 + channel). */
  readonly units: Readonly<Record<number, readonly Measured[]>>;
}

const PART = quantity('value', 'part of P + Q (nats)');

/** Which steps carry the regulariser: a line with a band of two standard errors over probes. */
export function contributionsByStepChart(series: readonly Labelled<ContributionData>[]): Chart {
  const values = series.flatMap(({ label, data }) =>
    data.steps.map((part, step) => ({ series: label, step: step + 1, ...bandOf(part), ...part })),
  );
  const looks = seriesOf(series.map(({ label }) => label));
  const x = quantity('step', 'time step at which the noise acts', { ...WHOLE, scale: { nice: false } });
  return {
    name: 'Regulariser by time step',
    description: `The part of the noise-induced regulariser P + Q that the noise of each time step contributes. Bands: ±${BAND} standard errors over probes.`,
    spec: panelOf(values, [
      {
        mark: { type: 'area', opacity: 0.25 },
        encoding: { x, y: { ...PART, field: 'low' }, y2: { field: 'high' }, ...looks.besideLines },
      },
      { mark: { type: 'line', strokeWidth: 1.75 }, encoding: { x, y: PART, ...looks.lines } },
    ]),
  };
}

/** Pixels over which the series at one unit are spread. */
const SPREAD = 6;

/** Which units carry it: a point with bars of two standard errors for each noise input, streams one after another. */
export function contributionsByUnitChart(series: readonly Labelled<ContributionData>[]): Chart {
  const looks = seriesOf(series.map(({ label }) => label));
  const x = quantity('unit', 'unit whose noise acts', { ...WHOLE, scale: { nice: false, padding: 12 } });
  const layers = series.flatMap(({ label }, index) => {
    const xOffset = series.length < 2 ? 0 : SPREAD * (index / (series.length - 1) - 1 / 2);
    const transform = [{ filter: { field: 'series', equal: label } }];
    return [
      {
        transform,
        mark: { type: 'rule' as const, strokeWidth: 1.5, xOffset },
        encoding: { x, y: { ...PART, field: 'low' }, y2: { field: 'high' }, ...looks.besidePoints },
      },
      {
        transform,
        mark: {
          type: 'point' as const,
          filled: true,
          size: 50,
          opacity: 1,
          stroke: 'var(--paper)',
          strokeWidth: 1,
          xOffset,
        },
        encoding: { x, y: PART, ...looks.points },
      },
    ];
  });
  const values = series.flatMap(({ label, data }) =>
    Object.values(data.units)
      .flat()
      .map((part, unit) => ({ series: label, unit: unit + 1, ...bandOf(part), ...part })),
  );
  return {
    name: 'Regulariser by unit',
    description: `The part of the noise-induced regulariser P + Q that the noise of each unit contributes. Bars: ±${BAND} standard errors over probes.`,
    spec: panelOf(values, layers),
  };
}
