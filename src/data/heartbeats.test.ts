import { describe, expect, it } from 'vitest';
import { simulateBeats, type Wave } from './heartbeat-model.js';
import { createHeartbeats } from './heartbeats.js';

const still = { height: 0, frequency: 1, phase: 0, slope: 0 };

describe('simulateBeats', () => {
  it('draws a wave of the stated height at the stated phase, at any heart rate', () => {
    const wave: Wave = { phase: 0.5, height: 1, width: 0.1 };
    for (const period of [0.6, 1.4]) {
      const rate = 1000;
      const samples = Math.round(period * rate);
      const voltages = simulateBeats([{ period, waves: [wave] }], still, { start: 0, rate, samples });
      const peak = voltages.indexOf(Math.max(...voltages));
      expect(peak / samples).toBeCloseTo(0.5 + 0.5 / (2 * Math.PI), 2);
      // The pull towards the baseline, 1 per second, takes a little off a wave 0.1/2π of a beat wide.
      expect(voltages[peak]).toBeGreaterThan(0.95);
      expect(voltages[peak]).toBeLessThan(1);
    }
  });

  it('converges in the step', () => {
    const waves: Wave[] = [
      { phase: 0, height: 1, width: 0.1 },
      { phase: 1.6, height: 0.3, width: 0.4 },
    ];
    const wander = { height: 0.1, frequency: 0.25, phase: 1, slope: 0.1 };
    const beats = [{ period: 0.95, waves }];
    const coarse = simulateBeats(beats, wander, { start: 0.5, rate: 140, samples: 140 });
    const fine = simulateBeats(beats, wander, { start: 0.5, rate: 1120, samples: 1120 });
    coarse.forEach((voltage, sample) => {
      expect(Math.abs(voltage - fine[8 * sample]!)).toBeLessThan(0.01);
    });
  });

  it('relaxes to the baseline without waves', () => {
    const wander = { height: 0, frequency: 1, phase: 0, slope: 1 };
    const voltages = simulateBeats([{ period: 1, waves: [] }], wander, { start: 0, rate: 100, samples: 301 });
    // z' = t − z from z = 0: z = t − 1 + exp(−t).
    expect(voltages[300]).toBeCloseTo(2 + Math.exp(-3), 8);
  });
});

describe('createHeartbeats', () => {
  const table = createHeartbeats('train', 200, 1);

  it('is a function of name, seed and row number', () => {
    expect(createHeartbeats('train', 200, 1)).toEqual(table);
    expect(createHeartbeats('train', 20, 1).values).toEqual(table.values.subarray(0, 20 * 140));
    expect(createHeartbeats('test', 20, 1).values).not.toEqual(table.values.subarray(0, 20 * 140));
    expect(createHeartbeats('train', 20, 2).values).not.toEqual(table.values.subarray(0, 20 * 140));
  });

  it('has both classes about evenly, and heights of an electrocardiogram', () => {
    expect(table).toMatchObject({ rows: 200, steps: 140, channels: 1 });
    const abnormal = table.labels!.filter((label) => label === 'abnormal').length;
    expect(Math.abs(abnormal - 100)).toBeLessThan(35); // five standard deviations: false alarm 6e-7
    for (let row = 0; row < 200; row++) {
      const beat = table.values.subarray(row * 140, (row + 1) * 140);
      const peak = Math.max(...beat);
      expect(peak).toBeGreaterThan(0.5);
      expect(peak).toBeLessThan(2.5);
      expect(Math.abs(beat.indexOf(peak) - 56)).toBeLessThan(50);
    }
  });

  it('is neither trivial nor hopeless for a threshold-free linear view: class means differ, and by less than the spread', () => {
    const rowsOf = (label: string) => [...table.labels!.keys()].filter((row) => table.labels![row] === label);
    const means = ['normal', 'abnormal'].map((label) => {
      const rows = rowsOf(label);
      return Float64Array.from({ length: 140 }, (_, step) =>
        rows.reduce((sum, row) => sum + table.values[row * 140 + step]! / rows.length, 0),
      );
    });
    const direction = means[0]!.map((value, step) => value - means[1]![step]!);
    const middle = means[0]!.map((value, step) => (value + means[1]![step]!) / 2);
    const right = table.labels!.filter((label, row) => {
      const score = direction.reduce((sum, w, step) => sum + w * (table.values[row * 140 + step]! - middle[step]!), 0);
      return score > 0 === (label === 'normal');
    });
    expect(right.length / 200).toBeGreaterThan(0.65);
    expect(right.length / 200).toBeLessThan(0.95);
  });
});
