import { describe, expect, it } from 'vitest';
import { cells, parseCell } from '../../cells/index.js';
import { buildModel } from '../../model/index.js';
import { parseNoise } from '../../noise/index.js';
import { adjointName, adjointProgram, hoist, prune } from '../../program/index.js';
import { solverNamed } from '../../solvers/index.js';
import { type Signature, signatureOf } from '../check-inputs.js';
import { lower, maskSums } from './lower.js';
import { type Operand, type Operation, type OuterProduct, printTape, type Tape, whole } from './tape.js';
import { verifyTape } from './verify.js';

const signature: Signature = {
  parameters: new Map(),
  carries: new Map([['h', 4]]),
  given: new Map([['x', 2]]),
  written: new Map([['y', 4]]),
  drawsNoise: false,
};
const h = whole({ kind: 'carry', name: 'h', width: 4 });
const x = whole({ kind: 'sequence', name: 'x', width: 2 });
const y = whole({ kind: 'sequence', name: 'y', width: 4 });
const t = (id: number, width = 4) => whole({ kind: 'temporary', id, width });
const s = (id: number, width = 4) => whole({ kind: 'slot', id, width });
const vector = whole({ kind: 'vector', name: 'b', width: 4 });
const constant: Operand = { place: { kind: 'constant', value: 2 }, start: 0, repeated: true };

const product = (out: Operand, input: Operand, inner: number, accumulate = false, matrix = 'W'): Operation => ({
  code: 'product',
  out,
  args: [input],
  width: 4,
  inner,
  matrix,
  accumulate,
});
const add = (out: Operand, a: Operand, b: Operand, width = 4): Operation => ({
  code: 'elementwise',
  name: 'add',
  out,
  args: [a, b],
  width,
});
const outer = (a: Operand, b: Operand, rows = 4, columns = 4): OuterProduct => ({
  accumulator: 'W^',
  a,
  b,
  rows,
  columns,
});
const tape = (operations: readonly Operation[], outerProducts: readonly OuterProduct[] = []): Tape => ({
  phases: [{ name: 'steps', kind: 'scan', reverse: false, operations, outerProducts }],
});

const sound = tape(
  [
    product(t(1), x, 2, false, 'U'),
    product(t(1), h, 4, true),
    add(t(2), t(1), vector),
    add(y, t(2), constant),
    add(s(3), h, y),
    add(h, h, y),
  ],
  [outer(s(3), y)],
);

describe('verifyTape', () => {
  it('takes a sound tape, and printTape lists it', () => {
    verifyTape(sound, signature);
    expect(printTape(sound)).toBe(
      [
        'steps: scan',
        '  t1 = product(U, sequence:x) [4]',
        '  t1 += product(W, carry:h) [4]',
        '  t2 = add(t1, vector:b) [4]',
        '  sequence:y = add(t2, 2) [4]',
        '  s3 = add(carry:h, sequence:y) [4]',
        '  carry:h = add(carry:h, sequence:y) [4]',
        '  W^ += outer(s3, sequence:y) [4, 4]',
      ].join('\n'),
    );
  });

  it('takes what lowering makes of every kind of cell', () => {
    for (const cell of Object.keys(cells)) {
      const discrete = parseCell(cell).step !== undefined;
      const layer = {
        cell: parseCell(cell),
        units: 5,
        noise: parseNoise('sde:add=0.1,mult=0.1'),
        solver: solverNamed('euler'),
        step: { kind: 'fixed', delta: discrete ? 1 : 0.1 } as const,
      };
      const model = buildModel({ layers: [layer], inputs: 2, outputs: 3, readout: 'every' });
      const requests = { carries: ['loss'], shared: Object.keys(model.parameters).map(adjointName) };
      const program = maskSums(hoist(prune(adjointProgram(model.program({ noisy: true, loss: true })), requests)));
      lower(program, signatureOf(program));
    }
  });

  const at = (operand: Operand, start: number): Operand => ({ ...operand, start });
  const repeated = (operand: Operand): Operand => ({ ...operand, repeated: true });
  const refused: readonly (readonly [string, Tape, RegExp])[] = [
    ['an operand read before it is written', tape([add(t(2), t(1), h)]), /t1 is read before it is written/],
    ['one written only in part', tape([add(t(1), h, h, 2), add(t(2), t(1), h)]), /t1 is read before it is written/],
    ['a sum that nothing started', tape([product(t(1), h, 4, true)]), /t1 is read before it is written/],
    ['a sequence of a later step', tape([add(t(1), y, h), add(y, t(1), h)]), /sequence:y is read before/],
    ['an operand beyond its place', tape([add(t(1), at(h, 2), h)]), /units 2 to 5 are used/],
    ['a negative start', tape([add(t(1), at(h, -1), h)]), /units -1 to 2 are used/],
    ['a result beyond its place', tape([add(t(1, 3), h, h)]), /units 0 to 3 are used/],
    ['widths that disagree', tape([add(t(1), h, whole({ kind: 'carry', name: 'h', width: 8 }))]), /carry h has size/],
    ['an unknown carry', tape([add(t(1), h, whole({ kind: 'carry', name: 'g', width: 4 }))]), /no carry g/],
    ['a product over its input', tape([product(h, h, 4)]), /cannot write over its input/],
    ['a product of a repeated value', tape([product(t(1), repeated(h), 4)]), /does not have 4 units of its own/],
    ['a product of a vector', tape([product(t(1), vector, 4)]), /does not have 4 units of its own/],
    ['one matrix of two shapes', tape([product(t(1), h, 4), product(t(2), x, 2)]), /matrix W has size \[4, 4\]/],
    ['a constant as result', tape([add(constant, h, h)]), /cannot be written/],
    ['a vector as result', tape([add(vector, h, h)]), /cannot be written/],
    ['a repeated result', tape([add(repeated(h), h, h)]), /cannot be written/],
    ['a given sequence as result', tape([add(x, h, h, 2)]), /is given and cannot be written/],
    ['an operand overwritten while read', tape([add(h, repeated(h), h)]), /overwritten while it is read/],
    [
      'an unknown operation',
      tape([{ ...add(t(1), h, h), code: 'power' } as unknown as Operation]),
      /no operation power/,
    ],
    [
      'an unknown name',
      tape([{ ...add(t(1), h, h), name: 'power' } as unknown as Operation]),
      /no function called power/,
    ],
    ['no units', tape([add(t(1), h, h, 0)]), /0 units/],
    ['sums over rows of what is not kept', tape([add(t(1), h, h)], [outer(t(1), x, 4, 2)]), /not kept for a block/],
    ['sums over rows of what is not written', tape([], [outer(s(1), x, 4, 2)]), /s1 is read before it is written/],
    [
      'one accumulator of two sizes',
      tape([add(y, h, h)], [outer(y, y), outer(y, x, 4, 2)]),
      /accumulator W\^ has size/,
    ],
    [
      'a step of a sequence in a phase that has none',
      { phases: [{ ...tape([add(t(1), x, x, 2)]).phases[0]!, kind: 'once' }] },
      /runs once has no step/,
    ],
  ];
  it.each(refused)('refuses %s', (_, bad, fault) => {
    expect(() => verifyTape(bad, signature)).toThrow(fault);
    expect(() => verifyTape(bad, signature)).toThrow(/^malformed tape: steps/);
  });
});
