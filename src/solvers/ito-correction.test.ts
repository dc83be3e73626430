/**
 * The drift f − ½ ε² Σ_b (Dg_b) g_b, built from expressions, against brute force: g as a function of the whole state,
 * differenced along every Brownian motion.
 */
import { describe, expect, it } from 'vitest';
import { generatorOf, randomLike, valuesOf } from '../../test/support/graph-values.js';
import { along, relativeError } from '../../test/support/numbers.js';
import { oscillatorsCell, pendulumCell } from '../../test/support/users-cells.js';
import { antisymmetricCell, type Cell, defineCell, measure, noisyCell, normal } from '../cells/index.js';
import { InputError } from '../errors.js';
import { input, matmul, type Node, sin, tanh } from '../graph/index.js';
import { type DiffusionScheme, motionsOf, parseNoise } from '../noise/index.js';
import { itoCorrection } from './ito-correction.js';
import type { Components, System } from './solver.js';

const rows = 2;

/** Everything of a cell at a random state: leaves with values, the system, and the drift's nodes. */
function situation(cell: Cell, noise: string, units: number) {
  const generator = generatorOf(31);
  const values = new Map<Node, Float64Array>();
  const leaf = (role: 'carry' | 'sequence' | 'shared', name: string, shape: readonly number[]) => {
    const node = input(role, name, shape);
    values.set(
      node,
      randomLike(node, rows, generator).map((x) => 0.5 * x),
    );
    return node;
  };
  const { state: widths, parameters: specs } = measure(cell, { units, inputs: 2 });
  const state = Object.fromEntries(Object.entries(widths).map(([name, width]) => [name, leaf('carry', name, [width])]));
  const parameters = Object.fromEntries(
    Object.entries(specs).map(([name, { shape }]) => [name, leaf('shared', name, shape)]),
  );
  const x = leaf('sequence', 'x', [2]);
  const rule = (at: Components): Components =>
    Object.fromEntries(
      Object.entries(
        cell.drift!({ state: at, input: x, time: x, exogenous: {}, parameters, preactivation: (u) => u }),
      ).map(([name, node]) => {
        if (typeof node === 'number') throw new Error('these cells return nodes');
        return [name, node];
      }),
    );
  const scheme = parseNoise(noise) as DiffusionScheme;
  const noisy = cell.noisy ?? Object.keys(widths);
  const contextAt = (at: Components, of: Components) => ({
    ...{ state: at, drift: of, noisy, input: x, time: x, exogenous: {}, parameters: {} },
  });
  const system: System = {
    drift: rule,
    motions: (at, drift) => (scheme.scale === 0 ? [] : motionsOf(scheme, contextAt(at, drift))),
    noisy: cell.noisy ?? Object.keys(widths),
    stepSize: {},
    rootStep: {},
    scale: scheme.scale,
    normals: () => ({}),
  };
  return { state, system, values, drift: rule(state) };
}

/** The same by central differences: one Brownian motion after another. */
function bruteForce({ state, system, values, drift }: ReturnType<typeof situation>): Record<string, Float64Array> {
  const names = Object.keys(state);
  const evaluate = (nodes: Components, at: ReadonlyMap<Node, Float64Array>) =>
    Object.fromEntries(
      Object.entries(nodes).map(([name, node]): [string, Float64Array] => [name, valuesOf([node], at, rows)[0]!]),
    );
  const result = evaluate(drift, values);
  for (const channel of system.motions(state, drift)) {
    const g = Object.fromEntries(system.noisy.map((name) => [name, channel.terms[name]!.amplitude!] as const));
    const here = evaluate(g, values);
    // A scalar motion moves every noisy unit by its amplitude; a diagonal one moves one unit by its own.
    const units = system.noisy.flatMap((name) =>
      Array.from({ length: state[name]!.shape[0]! }, (_, unit) => ({ name, unit })),
    );
    const motions = channel.kind === 'scalar' ? [units] : units.map((each) => [each]);
    for (const moving of motions) {
      const column = (name: string) =>
        Float64Array.from({ length: values.get(state[name]!)!.length }, (_, i) => {
          const width = state[name]!.shape[0]!;
          return moving.some((each) => each.name === name && each.unit === i % width) ? here[name]![i]! : 0;
        });
      const displaced = (t: number) => {
        const moved = new Map(values);
        for (const name of names)
          if (system.noisy.includes(name)) moved.set(state[name]!, along(values.get(state[name]!)!, t, column(name)));
        return evaluate(g, moved);
      };
      const h = 1e-4;
      const [ahead, behind] = [displaced(h), displaced(-h)];
      for (const name of system.noisy)
        for (const [i, value] of ahead[name]!.entries()) {
          // b's own column of g is differentiated along itself: for a diagonal channel only its one entry is not zero.
          const width = state[name]!.shape[0]!;
          if (!moving.some((each) => each.name === name && each.unit === i % width)) continue;
          result[name]![i]! -= 0.5 * Number(system.scale) ** 2 * ((value - behind[name]![i]!) / (2 * h));
        }
    }
  }
  return result;
}

const deepCell: Cell = defineCell({
  name: 'deep',
  state: ({ units }) => ({ h: units }),
  parameters: ({ units }) => ({
    V: { shape: [units, units], initial: normal(0.3) },
    W: { shape: [units, units], initial: normal(0.3) },
  }),
  drift: ({ state: { h }, parameters: { V, W } }) => ({ h: tanh(matmul(V, sin(matmul(W, h)))) }),
});

const noisy = noisyCell({ beta: 0.75, gammaA: 0.01, gammaW: 0.02 });

describe('the Itô correction', () => {
  it.each<[string, Cell, string, number]>([
    ['noisy, closed form', noisy, 'sde:add=0.3,mult=0.7,eps=0.9', 5],
    ['noisy, closed form at any width', noisy, 'sde:add=0.3,mult=0.7', 24],
    ['noisy, two channels', noisy, 'independent:add=0.3,mult=0.7', 5],
    ['noisy, one motion for all', noisy, 'scalar:mult=0.6', 5],
    ['antisymmetric', antisymmetricCell({ gamma: 0.1 }), 'sde:mult=0.8', 20],
    ['one tangent a unit', deepCell, 'sde:add=0.3,mult=0.7', 6],
    ['one tangent a unit, at the limit', deepCell, 'sde:mult=0.7', 16],
    ['noise on one component', pendulumCell, 'sde:add=0.2,mult=0.9', 1],
    ['one motion for all, on one component', pendulumCell, 'scalar:mult=0.9', 1],
  ])('%s', (_, cell, noise, units) => {
    const found = situation(cell, noise, units);
    const corrected = itoCorrection(found.state, found.drift, found.system);
    const expected = bruteForce(found);
    const plain = valuesOf(Object.values(found.drift), found.values, rows);
    for (const [index, name] of Object.keys(found.state).entries()) {
      const [value] = valuesOf([corrected[name]!], found.values, rows);
      expect(relativeError(value!, expected[name]!), name).toBeLessThan(1e-7);
      if (found.system.noisy.includes(name)) expect(relativeError(value!, plain[index]!)).toBeGreaterThan(1e-4);
    }
  });

  it('several components, sliced and joined', () => {
    const found = situation(
      {
        ...oscillatorsCell,
        drift: (context) => ({ ...oscillatorsCell.drift!(context), phase: sin(context.state.phase!) }),
      },
      'sde:add=0.2,mult=0.5',
      3,
    );
    const corrected = itoCorrection(found.state, found.drift, found.system);
    const expected = bruteForce(found);
    for (const name of ['phase', 'motion'])
      expect(relativeError(valuesOf([corrected[name]!], found.values, rows)[0]!, expected[name]!)).toBeLessThan(1e-7);
  });

  it('is nothing for additive noise, without noise and at ε = 0', () => {
    for (const noise of ['none', 'sde:add=0.5', 'sde:mult=0.5,eps=0']) {
      const { state, system, drift } = situation(noisy, noise, 4);
      const corrected = itoCorrection(state, drift, system);
      expect(corrected.h).toBe(drift.h);
    }
  });

  it('refuses what it cannot do, and names the way out', () => {
    const { state, system, drift } = situation(deepCell, 'sde:mult=0.5', 17);
    expect(() => itoCorrection(state, drift, system)).toThrow(InputError);
    expect(() => itoCorrection(state, drift, system)).toThrow(
      /up to 16 units and here there are 17; use --solver euler/,
    );
  });
});
