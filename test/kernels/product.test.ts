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
        32,
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

  /** Runs an outer product kernel on panels that follow step by step, adding to what `sums` holds. */
  function outer(
    kind: 'packed' | 'narrow',
    a: { address: number; stride: number },
    b: { address: number; stride: number },
    sums: { address: number; rows: number; cols: number },
    counts: { panels: number; steps: number },
  ): void {
    const { rows, cols } = sums;
    const { panels, steps } = counts;
    const inner = 8 * panels * steps;
    const { packLeft, packRight, outerPacked, outerNarrow } = instance.kernels;
    if (kind === 'narrow') {
      const factors = [a, b].flatMap(({ address, stride }) => [address, stride, stride * panels]);
      outerNarrow!(sums.address, rows, cols, ...factors, panels, steps);
      return;
    }
    const left = instance.reserve(Math.ceil(rows / 6) * 6 * inner);
    const right = instance.reserve(Math.ceil(cols / 8) * 8 * inner);
    packLeft!(left, a.address, a.stride, a.stride * panels, rows, panels, steps);
    packRight!(right, b.address, b.stride, b.stride * panels, cols, panels, steps);
    outerPacked!(sums.address, rows, cols, left, right, inner, instance.reserve(8 * rows));
  }

  describe.each(['packed', 'narrow'] as const)('%s outer products', (kind) => {
    it.each([
      [1, 1, 1, 1],
      [4, 2, 1, 1],
      [3, 5, 2, 3],
      [5, 1, 3, 2],
      [1, 9, 1, 4],
      [6, 8, 1, 1],
      [10, 128, 2, 8],
      [128, 16, 4, 2],
      [127, 35, 2, 8],
    ])('sum of %i × %i over %i panels, %i steps', (rows, cols, panels, steps) => {
      const a = panelsOf(rows, panels * steps, 'a');
      const b = panelsOf(cols, panels * steps, 'b');
      const address = instance.reserve(rows * cols + 8);
      const sums = instance.floats(address, rows * cols + 8).fill(GUARD);
      for (let i = 0; i < rows * cols; i++) sums[i] = i % 10;
      outer(kind, a, b, { address, rows, cols }, { panels, steps });
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

    it('an element does not depend on the block it falls in', () => {
      const a = panelsOf(9, 6, 'a');
      const b = panelsOf(17, 6, 'b');
      const run = (rows: number, cols: number): Float32Array => {
        const address = instance.reserve(rows * cols);
        outer(kind, a, b, { address, rows, cols }, { panels: 2, steps: 3 });
        return instance.floats(address, rows * cols);
      };
      const whole = run(9, 17);
      const corner = run(7, 13);
      for (let i = 0; i < 7; i++) for (let j = 0; j < 13; j++) expect(corner[13 * i + j]).toBe(whole[17 * i + j]);
    });
  });

  it.each([1, 3, 4, 9])('sums %i units over rows', (units) => {
    const a = panelsOf(units, 3, 'gather');
    const acc = instance.reserve(units + 4);
    const sums = instance.floats(acc, units + 4).fill(GUARD);
    sums.fill(2, 0, units);
    instance.kernels.sumRowsInto!(acc, units, a.address, a.stride, 3);
    for (let unit = 0; unit < units; unit++) {
      let sum = 2;
      for (let row = 0; row < 24; row++) sum += a.at(row >> 3, unit, row & 7);
      expect(sums[unit]).toBeCloseTo(sum, 5);
    }
    expect(sums.subarray(units).every((value) => value === GUARD)).toBe(true);
  });
});
