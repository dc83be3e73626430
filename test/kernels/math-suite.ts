/** What the elementary functions of every float32 engine promise. */
import { expect, it } from 'vitest';

const EPSILON = 2 ** -23;
const COUNT = 200_000;

function range(from: number, to: number): Float32Array {
  return Float32Array.from({ length: COUNT }, (_, i) => from + ((to - from) * (i + 0.5)) / COUNT);
}

/** From 10^from to 10^to, evenly in the logarithm, with both signs unless `positive`. */
function decades(from: number, to: number, positive = false): Float32Array {
  const sign = (i: number): number => (positive || i % 2 === 0 ? 1 : -1);
  return Float32Array.from({ length: COUNT }, (_, i) => sign(i) * 10 ** (from + ((to - from) * i) / COUNT));
}

/** Applies a function to every value. */
export type Apply = (name: FunctionName, values: ArrayLike<number>) => Float32Array | Promise<Float32Array>;
export type FunctionName = 'tanh' | 'exp' | 'log' | 'sigmoid' | 'softplus' | 'sin' | 'cos';

/** What a device may leave out: WebGPU lets it flush denormals to zero, and has no float64 to reduce large angles with. */
export interface MathLimits {
  readonly denormals: boolean;
  /** Power of ten up to which angles are reduced exactly. */
  readonly angleDecades: number;
}

export function mathSuite(apply: Apply, limits: MathLimits = { denormals: true, angleDecades: 9 }): void {
  const angles = Math.min(6, limits.angleDecades);
  async function largestRelativeError(
    name: FunctionName,
    values: Float32Array,
    exact: (x: number) => number,
  ): Promise<number> {
    let largest = 0;
    (await apply(name, values)).forEach((value, i) => {
      const reference = exact(values[i]!);
      const error = Math.abs(value - reference) / Math.abs(reference);
      if (!(error <= largest)) largest = error; // also takes a NaN
    });
    return largest / EPSILON;
  }

  const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

  it.each([
    ['tanh', Math.tanh, range(-10, 10), 3],
    ['tanh', Math.tanh, decades(-36, 38), 3],
    ['exp', Math.exp, range(-87.3, 88.7), 2],
    ['exp', Math.exp, decades(-30, 1.9), 2],
    ['log', Math.log, range(0, 4), 2],
    ['log', Math.log, range(0.999, 1.001), 2],
    ['log', Math.log, decades(-37.9, 38.5, true), 2],
    ['sigmoid', logistic, range(-87, 30), 3],
    ['softplus', softplus, range(-87, 30), 3],
    ['softplus', softplus, range(-1, 1), 3],
    ['sin', Math.sin, range(-20, 20), 2],
    ['sin', Math.sin, decades(-30, angles), 2],
    ['cos', Math.cos, range(-20, 20), 2],
    ['cos', Math.cos, decades(-30, angles), 2],
  ] as const)('%s has the stated relative error (%#)', async (name, exact, values, limit) => {
    expect(await largestRelativeError(name, values, exact)).toBeLessThan(limit);
  });

  it.each([
    ['tanh', [0, -0, 8.9, -8.9, 20, -20, Infinity, -Infinity], [0, -0, 1, -1, 1, -1, 1, -1]],
    ['exp', [0, -0, 89, 1000, Infinity, -105, -1000, -Infinity], [1, 1, Infinity, Infinity, Infinity, 0, 0, 0]],
    ['log', [1, 0, -0, Infinity, -1, -Infinity], [0, -Infinity, -Infinity, Infinity, Number.NaN, Number.NaN]],
    ['sigmoid', [0, 100, -100, Infinity, -Infinity], [0.5, 1, 0, 1, 0]],
    ['softplus', [100, -200, Infinity, -Infinity], [100, 0, Infinity, 0]],
    ['sin', [0], [0]],
    ['cos', [0], [1]],
  ] as const)('%s is exact where it can be, and passes NaN on', async (name, values, expected) => {
    const result = await apply(name, [...values, Number.NaN]);
    expect([...result]).toEqual([...expected, Number.NaN]);
  });

  it('tanh is odd and never exceeds one', async () => {
    const values = range(0, 12);
    const above = await apply('tanh', values);
    const below = await apply(
      'tanh',
      values.map((x) => -x),
    );
    expect(below).toEqual(above.map((y) => -y));
    expect(Math.max(...above.subarray(COUNT - 100_000))).toBe(1);
  });

  it.runIf(limits.denormals)('exp and log treat denormals gradually', async () => {
    const [denormal] = await apply('exp', [-100]);
    expect(Math.abs(denormal! - Math.exp(-100))).toBeLessThanOrEqual(2 ** -149);
    expect(await largestRelativeError('log', Float32Array.of(2 ** -149, 2 ** -130, 3e-40), Math.log)).toBeLessThan(2);
  });

  it.runIf(limits.angleDecades >= 9)('sin and cos stay right to 2^-22 for large arguments', async () => {
    const values = decades(6, 9);
    for (const [name, exact] of [
      ['sin', Math.sin],
      ['cos', Math.cos],
    ] as const) {
      const largest = (await apply(name, values)).reduce(
        (most, y, i) => Math.max(most, Math.abs(y - exact(values[i]!))),
        0,
      );
      expect(largest).toBeLessThan(2 ** -22);
    }
  });
}
