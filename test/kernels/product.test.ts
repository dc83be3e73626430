import { beforeAll, describe, expect, it } from 'vitest';
import { createGenerator } from '../../src/random/index.js';
import { buildNames, COMPILING, type Instance, loadKernels } from './kernels.js';

const GUARD = 777;

describe.each(buildNames)('%s build', (build) => {
  let instance: Instance;

  beforeAll(async () => {
    instance = await loadKernels(build);
  }, COMPILING);

  /** Panels of normal values and their stride in bytes; `at` reads (panel, unit, lane). */
  function panelsOf(units: number, panels: number, label: string) {
    const { normal } = createGenerator(1, build, label, units, panels);
    const stride = 32 * units + 32;
    const address = instance.reserve((panels * stride) / 4);
    const values = instance.floats(address, (panels * stride) / 4);
    values.forEach((_, i) => {
      values[i] = i % (stride / 4) < 8 * units ? normal() : GUARD;
    });
    const at = (panel: number, unit: number, lane: number): number => values[(panel * stride) / 4 + 8 * unit + lane]!;
    return { address, stride, values, at };
  }

  it.each([
    [1, 1, 1],
    [6, 6, 1],
    [5, 7, 2],
    [13, 1, 3],
    [10, 128, 2],
    [128, 128, 2],
    [129, 33, 1],
    [4, 0, 1],
  ])('product of %i units and %i inputs, %i panels', (units, inner, panels) => {
    const input = panelsOf(inner, panels, 'input');
    const { normal } = createGenerator(2, units, inner);
    const blocks = Math.ceil(units / 6);
    const weights = instance.reserve(blocks * inner * 6 + 4);
    const packed = instance.floats(weights, blocks * inner * 6);
    const weight = (unit: number, k: number): number => packed[(Math.floor(unit / 6) * inner + k) * 6 + (unit % 6)]!;
    for (let i = 0; i < packed.length; i++) {
      const unit = Math.floor(i / (6 * inner)) * 6 + (i % 6);
      packed[i] = unit < units ? normal() : 0;
    }
    for (const accumulate of [0, 1]) {
      const out = panelsOf(units, panels, 'out');
      const before = out.values.slice();
      instance.kernels.product!(
        out.address,
        out.stride,
        input.address,
        input.stride,
        weights,
        units,
        inner,
        panels,
        accumulate,
      );
      before.forEach((old, i) => {
        const panel = Math.floor(i / (out.stride / 4));
        const place = i % (out.stride / 4);
        const unit = Math.floor(place / 8);
        const real = unit < units;
        let sum = accumulate || !real ? old : 0;
        let scale = 1;
        for (let k = 0; real && k < inner; k++) {
          const term = weight(unit, k) * input.at(panel, k, place % 8);
          sum += term;
          scale += Math.abs(term);
        }
        if (Math.abs(out.values[i]! - sum) > 1e-6 * scale) throw new Error(`unit ${unit}: ${out.values[i]} for ${sum}`);
      });
    }
  });

  it.each([
    [1, 1, 1, 1],
    [4, 2, 1, 1],
    [3, 5, 2, 3],
    [5, 1, 3, 2],
    [1, 9, 1, 4],
    [10, 128, 2, 8],
    [127, 35, 2, 8],
  ])('outer product sum of %i × %i over %i panels, %i steps', (rows, cols, panels, steps) => {
    const a = panelsOf(rows, panels * steps, 'a');
    const b = panelsOf(cols, panels * steps, 'b');
    const acc = instance.reserve(rows * cols + 8);
    const sums = instance.floats(acc, rows * cols + 8).fill(GUARD);
    for (let i = 0; i < rows * cols; i++) sums[i] = i % 10;
    instance.kernels.outerAccumulate!(
      acc,
      rows,
      cols,
      a.address,
      a.stride,
      a.stride * panels,
      b.address,
      b.stride,
      b.stride * panels,
      panels,
      steps,
    );
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++) {
        let sum = (i * cols + j) % 10;
        let scale = sum;
        for (let panel = 0; panel < panels * steps; panel++) {
          for (let lane = 0; lane < 8; lane++) {
            const term = a.at(panel, i, lane) * b.at(panel, j, lane);
            sum += term;
            scale += Math.abs(term);
          }
        }
        if (Math.abs(sums[i * cols + j]! - sum) > 1e-6 * scale) throw new Error(`(${i}, ${j}): ${sum}`);
      }
    }
    expect(sums.subarray(rows * cols).every((value) => value === GUARD)).toBe(true);
  });

  it('an element of an outer product sum does not depend on the block it falls in', () => {
    const a = panelsOf(9, 6, 'a');
    const b = panelsOf(7, 6, 'b');
    const run = (rows: number, cols: number): Float32Array => {
      const acc = instance.reserve(rows * cols);
      instance.kernels.outerAccumulate!(
        acc,
        rows,
        cols,
        a.address,
        a.stride,
        2 * a.stride,
        b.address,
        b.stride,
        2 * b.stride,
        2,
        3,
      );
      return instance.floats(acc, rows * cols);
    };
    const whole = run(9, 7);
    const corner = run(7, 5);
    for (let i = 0; i < 7; i++) for (let j = 0; j < 5; j++) expect(corner[5 * i + j]).toBe(whole[7 * i + j]);
  });

  it.each([1, 3, 4, 9])('sums %i units over rows', (units) => {
    const a = panelsOf(units, 3, 'gather');
    const acc = instance.reserve(units + 4);
    const sums = instance.floats(acc, units + 4).fill(GUARD);
    sums.fill(2, 0, units);
    instance.kernels.gatherAccumulate!(acc, units, a.address, a.stride, 3);
    for (let unit = 0; unit < units; unit++) {
      let sum = 2;
      for (let row = 0; row < 24; row++) sum += a.at(row >> 3, unit, row & 7);
      expect(sums[unit]).toBeCloseTo(sum, 5);
    }
    expect(sums.subarray(units).every((value) => value === GUARD)).toBe(true);
  });
});
