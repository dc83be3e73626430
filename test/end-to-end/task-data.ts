/** Generated problems whose answers are known, as text that a person's own files could hold. */
import { createGenerator } from '../../src/random/index.js';

const csv = (lines: readonly (readonly (string | number)[])[]): string =>
  `${lines.map((line) => line.join(',')).join('\n')}\n`;
const numbered = (count: number) => Array.from({ length: count }, (_, step) => `x_${step + 1}`);

export const autoregression = 0.8;

/** x⁺ = 0.8 x + n, n ~ N(0, 1): no forecast of the next value has a smaller mean squared error than 1. Wide. */
export function autoregressive(rows: number, steps: number, seed: number): string {
  const generator = createGenerator(seed, 'autoregressive');
  const series = Array.from({ length: rows }, () => {
    let x = generator.normal() / Math.sqrt(1 - autoregression ** 2);
    return Array.from({ length: steps }, () => {
      x = autoregression * x + generator.normal();
      return (10 + x).toFixed(4);
    });
  });
  return csv([numbered(steps), ...series]);
}

/** Whether the value one step before was above zero; the first step has no label, nor has every ninth line. Long. */
export function delayedSigns(series: number, seed: number): string {
  const generator = createGenerator(seed, 'delayed signs');
  const lines: (string | number)[][] = [['id', 'time', 'x', 'label']];
  for (let id = 1; id <= series; id++) {
    let before: number | null = null;
    for (let time = 1; time <= 5 + generator.integer(8); time++) {
      const x = generator.normal();
      const label = before === null || lines.length % 9 === 0 ? '' : before > 0 ? 'up' : 'down';
      lines.push([`s${id}`, time, x.toFixed(4), label]);
      before = x;
    }
  }
  return csv(lines);
}

/** One row in ten is `rare`, and its mean is a little higher: answering `usual` always is right nine times in ten. Wide. */
export function imbalanced(rows: number, seed: number): string {
  const generator = createGenerator(seed, 'imbalanced');
  const lines = Array.from({ length: rows }, (_, row) => {
    const rare = row % 10 === 0;
    return [
      rare ? 'rare' : 'usual',
      ...Array.from({ length: 6 }, () => (generator.normal() + (rare ? 0.4 : 0)).toFixed(4)),
    ];
  });
  return csv([['label', ...numbered(6)], ...lines]);
}

/** A load of 100 + 50 times the mean of the last three of a row's values; rows last 4 to 9 steps. Wide. */
export function loads(rows: number, seed: number, withTargets = true): string {
  const generator = createGenerator(seed, 'loads');
  const lines = Array.from({ length: rows }, () => {
    const values = Array.from({ length: 4 + generator.integer(6) }, () => Number(generator.normal().toFixed(4)));
    const load = 100 + (50 / 3) * values.slice(-3).reduce((sum, value) => sum + value, 0);
    return [...(withTargets ? [load.toFixed(3)] : []), ...values, ...Array<string>(9 - values.length).fill('')];
  });
  return csv([[...(withTargets ? ['load'] : []), ...numbered(9)], ...lines]);
}
