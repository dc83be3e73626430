/** Weights of PyTorch, Keras and Flax as runs: answers as PyTorch's, and refusals by name. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createRunModel } from '../../src/deploy/run-model.js';
import { writeSafetensors } from '../../src/interop/safetensors.js';
import { createMemoryFiles } from '../../src/platform/memory-files.js';
import { type ImportOptions, importWeights } from '../../src/train/import-run.js';
import { readRun } from '../../src/train/load-run.js';

interface Stored {
  readonly shape: number[];
  readonly data: number[];
}
interface Golden {
  /** PyTorch's version; `scripts/golden-recurrent-weights.py` wrote it. */
  readonly source: string;
  readonly cases: readonly {
    readonly name: string;
    readonly tensors: Readonly<Record<string, Stored>>;
    readonly x: number[][][];
    readonly logits: number[][];
  }[];
}
const golden = JSON.parse(readFileSync(new URL('recurrent-weights.json', import.meta.url), 'utf8')) as Golden;

async function imported(tensors: Readonly<Record<string, Stored>>, options: Partial<ImportOptions> = {}) {
  const files = createMemoryFiles();
  const stored = Object.entries(tensors).map(
    ([name, { shape, data }]) => [name, { dtype: 'F64', shape, data: Float64Array.from(data) }] as const,
  );
  await files.write('w.safetensors', writeSafetensors(Object.fromEntries(stored)));
  await importWeights({ files, weights: 'w.safetensors', out: 'run', readoutPrefix: 'fc', ...options });
  return readRun(files, 'run');
}

async function logitsOf(run: Awaited<ReturnType<typeof imported>>, x: number[][][], engine: 'reference' | 'wasm') {
  const model = createRunModel(run, { engine });
  const { logits } = await model.predict(x);
  await model.close();
  return logits;
}

function expectClose(found: readonly (readonly number[])[], expected: readonly (readonly number[])[], most: number) {
  for (const [row, own] of expected.entries())
    for (const [k, value] of own.entries()) expect(Math.abs(found[row]![k]! - value)).toBeLessThanOrEqual(most);
}

describe(`logits of ${golden.source}`, () => {
  it.each(golden.cases)('$name', async ({ tensors, x, logits }) => {
    const run = await imported(tensors);
    expectClose(await logitsOf(run, x, 'reference'), logits, 1e-12);
    expectClose(await logitsOf(run, x, 'wasm'), logits, 1e-6);
    expect(run.preprocessing.classes).toEqual(['0', '1', '2']);
  });
});

const one = (name: string) => golden.cases.find((own) => own.name === name)!;
const transposed = ({ shape: [rows = 0, columns = 0], data }: Stored): Stored => ({
  shape: [columns, rows],
  data: Array.from({ length: rows * columns }, (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]!),
});
const rows = ({ shape: [height = 0, ...rest], data }: Stored, order: readonly number[], parts: number): Stored => {
  const size = data.length / parts;
  return {
    shape: [(height / parts) * order.length, ...rest],
    data: order.flatMap((part) => data.slice(part * size, (part + 1) * size)),
  };
};
const sum = (a: Stored, b: Stored): Stored => ({ shape: a.shape, data: a.data.map((value, i) => value + b.data[i]!) });

describe('the same weights under the names of other libraries', () => {
  const at = (tensors: Readonly<Record<string, Stored>>, leaf: string, suffix = '_l0') =>
    tensors[`rnn.${leaf}${suffix}`]!;
  const readout = (tensors: Readonly<Record<string, Stored>>) => ({
    'fc/kernel': transposed(tensors['fc.weight']!),
    'fc/bias': tensors['fc.bias']!,
  });

  it('Keras: GRU with both biases (gates z, r, h), LSTM and SimpleRNN in both directions', async () => {
    const gru = one('nn.GRU, 1 layer');
    const zrh = (of: Stored) => rows(of, [1, 0, 2], 3);
    const bias = [zrh(at(gru.tensors, 'bias_ih')), zrh(at(gru.tensors, 'bias_hh'))];
    const kerasGru = {
      'gru/gru_cell/kernel:0': transposed(zrh(at(gru.tensors, 'weight_ih'))),
      'gru/gru_cell/recurrent_kernel:0': transposed(zrh(at(gru.tensors, 'weight_hh'))),
      'gru/gru_cell/bias:0': { shape: [2, 9], data: bias.flatMap(({ data }) => data) },
      ...readout(gru.tensors),
    };
    expectClose(await logitsOf(await imported(kerasGru), gru.x, 'reference'), gru.logits, 1e-12);
    for (const name of ['nn.RNN, 1 layer, both directions', 'nn.LSTM, 1 layer, both directions']) {
      const { tensors, x, logits } = one(name);
      const half = (direction: string, suffix: string) => ({
        [`bidirectional/${direction}/kernel`]: transposed(at(tensors, 'weight_ih', suffix)),
        [`bidirectional/${direction}/recurrent_kernel`]: transposed(at(tensors, 'weight_hh', suffix)),
        [`bidirectional/${direction}/bias`]: sum(at(tensors, 'bias_ih', suffix), at(tensors, 'bias_hh', suffix)),
      });
      const both = { ...half('forward_rnn', '_l0'), ...half('backward_rnn', '_l0_reverse'), ...readout(tensors) };
      expectClose(await logitsOf(await imported(both), x, 'reference'), logits, 1e-12);
    }
    const old = { ...kerasGru, 'gru/gru_cell/bias:0': { shape: [9], data: bias[0]!.data } };
    await expect(imported(old)).rejects.toThrow(/reset_after=False is another cell/);
  });

  it('Flax: GRUCell, LSTMCell and SimpleCell', async () => {
    for (const [name, gates, cell] of [
      ['nn.GRU, 1 layer', ['r', 'z', 'n'], 'GRUCell_0'],
      ['nn.LSTM, 1 layer', ['i', 'f', 'g', 'o'], 'OptimizedLSTMCell_0'],
      ['nn.RNN, 1 layer', [''], 'SimpleCell_0'],
    ] as const) {
      const { tensors, x, logits } = one(name);
      const renamed: Record<string, Stored> = readout(tensors);
      for (const [part, gate] of gates.entries()) {
        const own = (leaf: string) => rows(at(tensors, leaf), [part], gates.length);
        renamed[`${cell}/i${gate}/kernel`] = transposed(own('weight_ih'));
        renamed[`${cell}/i${gate}/bias`] = own('bias_ih');
        renamed[`${cell}/h${gate}/kernel`] = transposed(own('weight_hh'));
        renamed[`${cell}/h${gate}/bias`] = own('bias_hh');
      }
      expectClose(await logitsOf(await imported(renamed), x, 'reference'), logits, 1e-12);
    }
  });
});

describe('what is refused, by name', () => {
  const { tensors } = one('nn.LSTM, 1 layer');
  const extra = (name: string, shape: number[]): Record<string, Stored> => ({
    ...tensors,
    [name]: { shape, data: new Array(shape.reduce((a, b) => a * b, 1)).fill(0) },
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'relu',
      () => imported(one('nn.RNN, 1 layer').tensors, { model: 'relu' }),
      /nonlinearity "relu" cannot be imported/,
    ],
    ['projections', () => imported(extra('rnn.weight_hr_l0', [2, 3])), /"rnn\.weight_hr_l0": an LSTM with projections/],
    ['an unknown name', () => imported(extra('norm.gamma', [3])), /tensor "norm\.gamma" is neither/],
    ['no readout named', () => imported(tensors, { readoutPrefix: undefined }), /--readout-prefix fc/],
    [
      'another readout',
      () => imported(tensors, { readoutPrefix: 'head' }),
      /"head\.weight" is missing; the file has fc\.bias, fc\.weight/,
    ],
    ['two modules', () => imported(extra('other.weight_hh_l0', [3, 3])), /2 recurrent modules/],
    ['another model', () => imported(tensors, { model: 'gru' }), /of the model lstm, not gru/],
    ['labels that do not fit', () => imported(tensors, { classes: ['a', 'b'] }), /--classes: got 2 labels, expected 3/],
  ])('%s', async (_, attempt, message) => {
    await expect(attempt()).rejects.toThrow(message);
  });

  it('a pickle, with the two lines that convert it', async () => {
    const files = createMemoryFiles();
    await files.write('model.pt', Uint8Array.of(0x50, 0x4b, 3, 4));
    await expect(importWeights({ files, weights: 'model.pt', out: 'run' })).rejects.toThrow(
      /import torch; from safetensors\.torch import save_file\n {2}save_file\(\{.*torch\.load\("model\.pt", weights_only=True\)/,
    );
  });

  it('numbers in place of classes', async () => {
    const run = await imported(tensors, { task: 'regress' });
    const { x, logits } = one('nn.LSTM, 1 layer');
    const model = createRunModel(run, { engine: 'reference' });
    expectClose((await model.predict(x)).values!, logits, 1e-12);
    await model.close();
  });
});
