import { describe, expect, it } from 'vitest';
import { ADDING_BASELINE, addingProblem } from './made/adding.js';
import { copyBaseline, copyTask } from './made/copy.js';
import { lorenz96 } from './made/lorenz96.js';
import { madeSource } from './source-made.js';
import { namedSource } from './sources.js';

describe('the adding problem', () => {
  const { values, targets, rows, steps } = addingProblem('train', 4000, 11, 1);

  it('marks one number in each half, and asks for their sum', () => {
    for (let row = 0; row < rows; row++) {
      const marked = Array.from({ length: steps }, (_, step) => step).filter(
        (step) => values[(row * steps + step) * 2 + 1] === 1,
      );
      expect(marked).toHaveLength(2);
      expect(marked[0]!).toBeLessThan(5);
      expect(marked[1]!).toBeGreaterThanOrEqual(5);
      const sum = marked.reduce((total, step) => total + values[(row * steps + step) * 2]!, 0);
      expect(targets!.values[row]).toBeCloseTo(sum, 6);
    }
  });

  it('errs by 1/6 where 1 is always answered', () => {
    const error = targets!.values.reduce((sum, value) => sum + (value - 1) ** 2, 0) / rows;
    // Five standard errors: the square's variance is 7/180.
    expect(Math.abs(error - ADDING_BASELINE)).toBeLessThan(5 * Math.sqrt(7 / 180 / rows));
  });
});

describe('the copy task', () => {
  it('shows ten symbols, blanks, a delimiter and blanks, and asks for the symbols at the end', () => {
    const { steps, channels, stepLabels, ...task } = copyTask('test', 3, 30, 1);
    const values = Float32Array.from(task.values);
    expect([steps, channels]).toEqual([50, 10]);
    for (let row = 0; row < 3; row++) {
      const shown = Array.from({ length: 50 }, (_, step) => {
        const one = values.subarray((row * 50 + step) * 10, (row * 50 + step + 1) * 10);
        expect(one.reduce((sum, value) => sum + value, 0)).toBe(1);
        return one.indexOf(1);
      });
      const symbols = shown.slice(0, 10);
      expect(symbols.every((symbol) => symbol < 8)).toBe(true);
      expect(shown.slice(10)).toEqual([...Array(29).fill(8), 9, ...Array(10).fill(8)]);
      expect(stepLabels!.slice(row * 50, (row + 1) * 50)).toEqual([...Array(40).fill('blank'), ...symbols.map(String)]);
    }
    expect(copyBaseline(1000)).toBeCloseTo(0.0204, 4);
  });
});

describe('Lorenz 1996', () => {
  it('is reproducible, rows apart, and has the mean and deviation known for F = 8', () => {
    const options = { sites: 40, forcing: 8, interval: 0.05, steps: 200 };
    const values = Float32Array.from(lorenz96('train', 6, options, 1).values);
    expect(lorenz96('train', 6, options, 1).values).toEqual(values);
    expect(values.subarray(0, 40)).not.toEqual(values.subarray(8000, 8040));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    // Climatology at F = 8: mean 2.3, deviation 3.6 (Lorenz & Emanuel 1998).
    expect(mean).toBeCloseTo(2.35, 0);
    expect(deviation).toBeCloseTo(3.64, 0);
    // Energy balance: d/dt of the mean of x²/2 is −⟨x²⟩ + F⟨x⟩, zero on average over the attractor.
    expect(Math.abs(deviation ** 2 + mean ** 2 - 8 * mean) / (8 * mean)).toBeLessThan(0.05);
  });

  it('takes the size of the system by keys, and refuses others', async () => {
    const source = namedSource('lorenz96:sites=5,steps=7,rows=10')!;
    const { train, validation } = await source.loadTraining({ files: undefined as never });
    expect([train.rows, train.steps, train.channels, validation!.rows]).toEqual([10, 7, 5, 2]);
    expect(() => madeSource('adding:stepz=3')).toThrow(/did you mean "steps"/);
    expect(() => madeSource('copy:delay=0')).toThrow(/must be a whole number, 1 or more/);
    expect(madeSource('mnist')).toBeUndefined();
  });
});
