import type { StudyResult } from '../../result/study.js';
import { measureText } from '../measures.js';
import { PANEL_WIDTH } from './chart.js';
import { type Chart, quantity } from './labelled.js';

/** One quantity against the level of the noise, with its 95 % interval over seeds. */
export function doseChart({ label, points }: NonNullable<StudyResult['dose']>, name: string): Chart {
  const own = points.filter((point) => point.quantity === name && Number.isFinite(point.value.value));
  const values = own.map(({ level, value: { value, low, high } }) => ({ level, value, low, high }));
  const { label: what, axis } = measureText(name);
  const x = quantity('level', label, { scale: { nice: false, padding: 12 } });
  const y = quantity('value', axis, { scale: { zero: false } });
  const stroke = 'var(--series-1)';
  return {
    name: `Dose and response: ${what}`,
    description: `${what} against ${label}: ${own.map(({ level, value }) => `${Number(value.value.toPrecision(3))} at ${level}`).join(', ')}. Bars: 95 % intervals.`,
    spec: {
      width: PANEL_WIDTH,
      height: 230,
      autosize: { type: 'fit', contains: 'padding' },
      data: { values },
      layer: [
        { mark: { type: 'line', stroke, strokeWidth: 1.5 }, encoding: { x, y } },
        {
          transform: [{ filter: 'isValid(datum.low) && isValid(datum.high)' }],
          mark: { type: 'rule', stroke, strokeWidth: 1.5 },
          encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
        },
        {
          mark: {
            type: 'point',
            shape: 'circle',
            fill: stroke,
            stroke: 'var(--paper)',
            strokeWidth: 1,
            size: 75,
            opacity: 1,
          },
          encoding: { x, y },
        },
      ],
    },
  };
}
