import { describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import * as graph from './index.js';
import { constant, input, type Node } from './index.js';

const x = input('carry', 'x', [4]);
const y = input('sequence', 'y', [3]);
const W = input('shared', 'W', [3, 4]);
const b = input('shared', 'b', [4]);

describe('shape errors name the operation and the nodes', () => {
  it.each<[string, () => Node, RegExp[]]>([
    ['add', () => graph.add(x, y), [/^add/, /x: row \[4\]/, /y: row \[3\]/]],
    [
      'a nested operand',
      () => graph.multiply(graph.tanh(graph.matmul(W, x)), x),
      [/multiply/, /tanh\(matmul\(W, x\)\)/],
    ],
    ['matmul', () => graph.matmul(W, y), [/matmul/, /W: shared \[3,4\]/, /y: row \[3\] has 3 entries/]],
    ['matmul by a vector', () => graph.matmul(b, x), [/must be a shared matrix, got b: shared \[4\]/]],
    ['matmul of a shared vector', () => graph.matmul(W, b), [/use broadcastRows/, /b: shared \[4\]/]],
    ['a matrix with a row vector', () => graph.add(W, x), [/add/, /W: shared \[3,4\]/]],
    ['slice', () => graph.slice(x, 2, 3), [/entries 2…4/, /x: row \[4\]/]],
    ['empty slice', () => graph.slice(x, 2, 0), [/slice/, /x: row \[4\]/]],
    ['concat of a matrix', () => graph.concat([W, W]), [/concat/, /W: shared \[3,4\]/]],
    ['concat of nothing', () => graph.concat([]), [/concat: nothing/]],
    ['broadcastRows', () => graph.broadcastRows(W), [/broadcastRows/, /W: shared \[3,4\]/]],
    ['sumRows', () => graph.sumRows(b), [/sumRows/, /b: shared \[4\]/]],
    ['outer', () => graph.outer(x, b), [/outer/, /b: shared \[4\]/]],
    ['transpose', () => graph.transpose(x), [/transpose/, /x: row \[4\]/]],
    ['diagonal', () => graph.diagonal(W), [/square/, /W: shared \[3,4\]/]],
    ['diagonalMatrix', () => graph.diagonalMatrix(x), [/diagonalMatrix/, /x: row \[4\]/]],
    ['submatrix', () => graph.submatrix(W, 2, 0, 2, 4), [/rows 2…3 and columns 0…3/, /W: shared \[3,4\]/]],
    ['submatrix of a vector', () => graph.submatrix(b, 0, 0, 1, 1), [/shared matrix/, /b: shared \[4\]/]],
    ['placeMatrix', () => graph.placeMatrix(W, 1, 1, 4, 4), [/W: shared \[3,4\] at \(1, 1\)/, /\[4,4\]/]],
    ['upperTriangle', () => graph.upperTriangle(b), [/n\(n−1\)\/2 entries/, /b: shared \[4\]/]],
    ['upperEntries', () => graph.upperEntries(W), [/square/, /W: shared \[3,4\]/]],
    ['matrixExponential', () => graph.matrixExponential(W), [/square/, /W: shared \[3,4\]/]],
    [
      'frechetExponential',
      () => graph.frechetExponential(graph.identityMatrix(2), graph.identityMatrix(3)),
      [/one size/],
    ],
    ['broadcast', () => graph.broadcast(x, [8]), [/one entry/, /x: row \[4\]/]],
    ['logSumExp', () => graph.logSumExp(W), [/logSumExp/, /W: shared \[3,4\]/]],
    ['select', () => graph.select(y, x, x), [/select/, /y: row \[3\]/]],
    ['input', () => input('carry', 'z', [0]), [/input z/, /positive integer/]],
    ['sharedConstant', () => graph.sharedConstant([2, 2], [1, 2, 3]), [/\[2,2\] needs 4 values, got 3/]],
  ])('%s', (_, build, messages) => {
    expect(build).toThrow(InputError);
    for (const message of messages) expect(build).toThrow(message);
  });
});

describe('simplification at construction', () => {
  it('drops neutral elements', () => {
    expect(graph.add(x, 0)).toBe(x);
    expect(graph.subtract(x, 0)).toBe(x);
    expect(graph.multiply(1, x)).toBe(x);
    expect(graph.divide(x, 1)).toBe(x);
    expect(graph.negate(graph.negate(x))).toBe(x);
    expect(graph.transpose(graph.transpose(W))).toBe(W);
    expect(graph.slice(x, 0, 4)).toBe(x);
    expect(graph.concat([x])).toBe(x);
    expect(graph.submatrix(W, 0, 0, 3, 4)).toBe(W);
    expect(graph.placeMatrix(W, 0, 0, 3, 4)).toBe(W);
    expect(graph.sum(input('carry', 'one', [1])).op).toBe('input');
  });

  it('folds constants and keeps the space and shape of the result', () => {
    const zero = graph.multiply(x, 0);
    expect(zero).toMatchObject({ op: 'constant', attributes: { value: 0 }, space: 'row', shape: [4] });
    expect(graph.add(constant(2, [1], 'shared'), 3)).toMatchObject({ op: 'constant', attributes: { value: 5 } });
    expect(graph.matmul(W, zero)).toMatchObject({ op: 'constant', space: 'row', shape: [3] });
    expect(graph.concat([zero, graph.multiply(y, 0)])).toMatchObject({ op: 'constant', shape: [7] });
    const none = graph.multiply(W, 0);
    expect(graph.submatrix(none, 1, 1, 1, 2)).toMatchObject({ op: 'constant', shape: [1, 2] });
    expect(graph.placeMatrix(none, 1, 1, 5, 6)).toMatchObject({ op: 'constant', shape: [5, 6] });
    expect(graph.add(x, graph.negate(x))).toMatchObject({ op: 'elementwise', attributes: { name: 'subtract' } });
  });

  it('spreads a shared vector that meets rows and broadcasts a single entry', () => {
    expect(graph.add(b, x)).toMatchObject({ space: 'row', shape: [4] });
    expect(graph.add(b, x).args[0]!.op).toBe('broadcastRows');
    expect(graph.multiply(input('sequence', 'dt', [1]), x).args[0]!.op).toBe('broadcast');
    expect(graph.multiply(W, 2)).toMatchObject({ space: 'shared', shape: [3, 4] });
  });
});

describe('tensors', () => {
  it('hold as many values as their shape says', () => {
    expect(graph.tensor([2, 2], [1, 2, 3, 4]).data).toEqual(Float64Array.of(1, 2, 3, 4));
    expect(() => graph.tensor([2, 2], [1])).toThrow('needs 4 values, got 1');
    expect(graph.zeros([3, 2]).data.length).toBe(6);
  });
});
