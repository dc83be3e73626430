import type { Interval } from '../../result/study.js';
import { PANEL_WIDTH } from './chart.js';
import { type Chart, quantity } from './labelled.js';

/** One effect of a forest plot; `summary` is the mean over all. */
export interface ForestRow {
  readonly label: string;
  readonly effect: Pick<Interval, 'value' | 'low' | 'high'>;
  readonly summary?: boolean;
}

/** Effects with their 95 % intervals one below the other, in the order given. */
export function forestChart(rows: readonly ForestRow[], axis: string, name: string): Chart {
  const values = rows.map(({ label, effect: { value, low, high }, summary = false }) => ({
    label,
    value,
    low,
    high,
    summary,
  }));
  const x = quantity('value', axis, { scale: { nice: true } });
  const y = { field: 'label', type: 'nominal' as const, sort: values.map(({ label }) => label), axis: { title: null } };
  const stroke = 'var(--series-1)';
  return {
    name,
    description: `${axis}: ${values.map(({ label, value }) => `${label} ${Number(value.toPrecision(3))}`).join(', ')}. Bars: 95 % intervals.`,
    spec: {
      width: PANEL_WIDTH,
      height: { step: 22 },
      data: { values },
      layer: [
        { mark: { type: 'rule', stroke: 'var(--muted)' }, encoding: { x: { datum: 0, type: 'quantitative' } } },
        {
          mark: { type: 'rule', stroke, strokeWidth: 1.5 },
          encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, y },
        },
        {
          mark: { type: 'point', fill: stroke, stroke: 'var(--paper)', strokeWidth: 1, size: 80, opacity: 1 },
          encoding: { x, y, shape: { condition: { test: 'datum.summary', value: 'diamond' }, value: 'circle' } },
        },
      ],
    },
  };
}
