import { describe, expect, it } from 'vitest';
import { createReferenceEngine } from '../engine/reference/reference-engine.js';
import {
  add,
  broadcastRows,
  exp,
  matmul,
  multiply,
  noise,
  subtract,
  sum,
  sumRows,
  tanh,
  tensor,
  topological,
  transpose,
} from '../graph/index.js';
import {
  adjointProgram,
  carry,
  hoist,
  outputsOf,
  type Program,
  parameterShapes,
  phase,
  prune,
  sequence,
  shapesOf,
  shared,
  tangentProgram,
} from './index.js';

const M = shared('M', [2, 2]);
const skew = subtract(M, transpose(M));
/** h⁺ = tanh((M − Mᵀ) h + x + eᵖ), then a loss; with something no one asks for. */
const program: Program = {
  prepare: {},
  finish: {},
  phases: [
    phase('steps', 'scan', {
      carries: {
        h: tanh(add(add(matmul(skew, carry('h', 2)), sequence('x', 2)), broadcastRows(exp(shared('p', [2]))))),
        idle: add(carry('idle', 1), 1),
      },
      sequences: { trace: multiply(carry('h', 2), 2) },
    }),
    phase('end', 'once', { carries: { loss: sum(multiply(carry('h', 2), carry('target', 2))) } }),
  ],
};
const inputs = {
  rows: 2,
  steps: 3,
  parameters: { M: tensor([2, 2], [0.1, 0.5, -0.3, 0.2]), p: tensor([2], [-1, -0.5]) },
  sequences: { x: Float64Array.of(0.1, -0.2, 0.3, 0.4, -0.5, 0.6, 0.7, -0.8, 0.9, 0.1, 0.2, -0.3) },
  carries: { h: Float64Array.of(0.5, -0.5, 0.25, 1), target: Float64Array.of(1, 2, -1, 0.5) },
};
const engine = createReferenceEngine();

describe('inspection', () => {
  it('finds the names and shapes that a program reads and writes', () => {
    expect([...shapesOf(program, 'carry').keys()].sort()).toEqual(['h', 'idle', 'loss', 'target']);
    expect([...shapesOf(program, 'sequence')].sort()).toEqual([
      ['trace', [2]],
      ['x', [2]],
    ]);
    expect([...parameterShapes(program).keys()].sort()).toEqual(['M', 'p']);
    expect([...parameterShapes(hoist(program)).keys()].sort()).toEqual(['M', 'p']);
  });
});

describe('hoist', () => {
  const hoisted = hoist(program);

  it('leaves no expression of parameters in the loop', () => {
    for (const part of hoisted.phases)
      for (const node of topological(outputsOf(part)))
        expect(node.space === 'shared' ? node.op : 'input').toBe('input');
    expect(topological(Object.values(hoisted.prepare)).map(({ op }) => op)).toContain('transpose');
  });

  it('changes no value and no gradient', async () => {
    const requests = { carries: ['h', 'loss', 'h^'], shared: ['M^', 'p^'] };
    const seeded = { ...inputs, carries: { ...inputs.carries, 'loss^': Float64Array.of(1, 1) } };
    const before = await engine.compile(adjointProgram(program), requests).run(seeded);
    const after = await engine.compile(adjointProgram(hoisted), requests).run(seeded);
    for (const name of ['h', 'loss', 'h^'])
      for (const [i, value] of before.carries[name]!.entries()) expect(after.carries[name]![i]).toBeCloseTo(value, 13);
    for (const name of ['M^', 'p^'])
      for (const [i, value] of before.shared[name]!.data.entries())
        expect(after.shared[name]!.data[i]).toBeCloseTo(value, 13);
  });
});

describe('prune', () => {
  it('keeps what the requested results need and nothing else', () => {
    const [steps, end] = prune(program, { carries: ['loss'] }).phases;
    expect(Object.keys(steps!.carries)).toEqual(['h']);
    expect(Object.keys(steps!.sequences)).toEqual([]);
    expect(Object.keys(end!.carries)).toEqual(['loss']);
  });

  it('drops whole phases, and prepared values that no one reads', () => {
    const pruned = prune(hoist(program), { sequences: ['trace'] });
    expect(pruned.phases.map(({ name }) => name)).toEqual(['steps']);
    expect(prune(hoist(program), { carries: ['idle'] }).prepare).toEqual({});
  });

  it('keeps a carry that only a later step of the same scan needs', () => {
    const lagged: Program = {
      prepare: {},
      finish: {},
      phases: [phase('steps', 'scan', { carries: { now: add(carry('now', 1), 1), before: carry('now', 1) } })],
    };
    expect(Object.keys(prune(lagged, { carries: ['before'] }).phases[0]!.carries).sort()).toEqual(['before', 'now']);
  });
});

describe('phases', () => {
  it('read all carries before any is written, forwards and in reverse', async () => {
    const swap = { a: carry('b', 1), b: carry('a', 1) };
    const swapped: Program = { prepare: {}, finish: {}, phases: [phase('swap', 'scan', { carries: swap })] };
    const kernel = engine.compile(swapped, { carries: ['a', 'b'] });
    const { carries } = await kernel.run({
      rows: 1,
      steps: 3,
      parameters: {},
      carries: { a: Float64Array.of(1), b: Float64Array.of(2) },
    });
    expect([carries.a![0], carries.b![0]]).toEqual([2, 1]);
    const running = multiply(0.5, add(carry('s', 1), sequence('x', 1)));
    const reverse: Program = {
      prepare: {},
      finish: {},
      phases: [phase('sum', 'scan', { carries: { s: running }, sequences: { y: running }, reverse: true })],
    };
    const back = await engine
      .compile(reverse, { sequences: ['y'] })
      .run({ rows: 1, steps: 3, parameters: {}, sequences: { x: Float64Array.of(8, 16, 32) } });
    expect(back.sequences.y).toEqual(Float64Array.of(12, 16, 16));
  });

  it('sum accumulators over rows and steps', async () => {
    const counted: Program = {
      prepare: {},
      finish: { total: multiply(2, shared('S', [1])) },
      phases: [phase('count', 'scan', { accumulators: { S: sumRows(sequence('x', 1)) } })],
    };
    const { shared: found } = await engine
      .compile(counted, { shared: ['total'] })
      .run({ rows: 2, steps: 2, parameters: {}, sequences: { x: Float64Array.of(1, 2, 3, 4) } });
    expect(found.total!.data).toEqual(Float64Array.of(20));
  });

  it('that run once cannot read a sequence', () => {
    const wrong: Program = {
      prepare: {},
      finish: {},
      phases: [phase('end', 'once', { carries: { a: sequence('x', 1) } })],
    };
    expect(() => engine.compile(wrong, { carries: ['a'] })).toThrow(/phase end.*no step/);
  });
});

describe('adjointProgram', () => {
  it('stores products and transcendental values, draws noise again, and stores no noise', () => {
    const noisy: Program = {
      prepare: {},
      finish: {},
      phases: [phase('steps', 'scan', { carries: { h: multiply(tanh(carry('h', 2)), noise('normal', 0, 2)) } })],
    };
    const { phases } = prune(adjointProgram(noisy), { carries: ['h^'] });
    expect(phases.map(({ reverse }) => reverse)).toEqual([false, true]);
    expect(Object.values(phases[0]!.sequences).map((node) => node.op)).toEqual(['elementwise']);
    expect(topological(outputsOf(phases[1]!)).some((node) => node.op === 'noise')).toBe(true);
  });

  it('refuses a program that already sums over rows, and says what to do', () => {
    expect(() => adjointProgram(adjointProgram(program))).toThrow(/take its tangent instead/);
  });

  it('resets the adjoint of a carry that is written without being read', async () => {
    const overwritten: Program = {
      prepare: {},
      finish: {},
      phases: [phase('steps', 'scan', { carries: { h: sequence('x', 1) } })],
    };
    const kernel = engine.compile(adjointProgram(overwritten, { sequences: ['x'] }), {
      carries: ['h^'],
      sequences: ['x^'],
    });
    const found = await kernel.run({
      rows: 1,
      steps: 3,
      parameters: {},
      sequences: { x: Float64Array.of(1, 2, 3) },
      carries: { 'h^': Float64Array.of(5) },
    });
    expect(found.carries['h^']).toEqual(Float64Array.of(0));
    expect(found.sequences['x^']).toEqual(Float64Array.of(0, 0, 5));
  });

  it('adds up the cotangents of a sequence that several phases read', async () => {
    const twice: Program = {
      prepare: {},
      finish: {},
      phases: [
        phase('first', 'scan', { carries: { a: add(carry('a', 1), sequence('x', 1)) } }),
        phase('second', 'scan', { carries: { b: add(carry('b', 1), multiply(3, sequence('x', 1))) }, reverse: true }),
      ],
    };
    const kernel = engine.compile(adjointProgram(twice, { sequences: ['x'] }), { sequences: ['x^'] });
    const found = await kernel.run({
      rows: 1,
      steps: 2,
      parameters: {},
      sequences: { x: Float64Array.of(1, 2) },
      carries: { 'a^': Float64Array.of(1), 'b^': Float64Array.of(10) },
    });
    expect(found.sequences['x^']).toEqual(Float64Array.of(31, 31));
  });
});

describe('tangentProgram', () => {
  it('moves only what its direction names, and makes carries that it reaches through the loop move', () => {
    const chain: Program = {
      prepare: {},
      finish: {},
      phases: [
        phase('steps', 'scan', {
          carries: { c: carry('b', 1), b: carry('a', 1), a: sequence('x', 1), still: carry('still', 1) },
        }),
      ],
    };
    const { phases } = tangentProgram(chain, { label: 'v', sequences: ['x'] });
    expect(Object.keys(phases[0]!.carries).sort()).toEqual(['a', 'a~v', 'b', 'b~v', 'c', 'c~v', 'still']);
  });

  it('clears the tangent of a carry that is overwritten by something still', async () => {
    const cleared: Program = {
      prepare: {},
      finish: {},
      phases: [phase('steps', 'scan', { carries: { h: sequence('x', 1) } })],
    };
    const kernel = engine.compile(tangentProgram(cleared, { label: 'v', carries: ['h'] }), { carries: ['h~v'] });
    const run = {
      rows: 1,
      steps: 1,
      parameters: {},
      sequences: { x: Float64Array.of(1) },
      carries: { 'h~v': Float64Array.of(3) },
    };
    expect((await kernel.run(run)).carries['h~v']).toEqual(Float64Array.of(0));
  });
});
