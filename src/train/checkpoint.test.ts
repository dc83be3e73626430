import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import { tensor } from '../graph/tensor.js';
import { readSafetensors, writeSafetensors } from '../interop/safetensors.js';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.js';
import { createOptimiser } from './optimisers/index.js';

const checkpoint: Checkpoint = {
  parameters: { 'cell/W': tensor([2, 2], [0.5, -1, 2, 0.25]), b: tensor([1], [-0]) },
  optimiser: { 'adam.step': tensor([], [7]), 'adam.m/cell/W': tensor([2, 2], [0.1, 0.2, 0.3, 1e-300]) },
  progress: { epoch: 3, seed: 12345678901, engine: 'wasm "simd"', bestLoss: Number.POSITIVE_INFINITY, format: 'mine' },
};

describe('checkpoint', () => {
  it.each(['F32', 'F64'] as const)('comes back as it was, parameters stored as %s', (type) => {
    const bytes = encodeCheckpoint(checkpoint, type);
    expect(decodeCheckpoint(bytes)).toEqual(checkpoint);
    const { tensors } = readSafetensors(bytes);
    expect(tensors['parameter/b']!.dtype).toBe(type);
    expect(tensors['optimiser/adam.step']!.dtype).toBe('F64');
  });

  it('has bytes that depend on the contents only', () => {
    const reverse = <T>(record: Readonly<Record<string, T>>) => Object.fromEntries(Object.entries(record).reverse());
    const reversed = {
      parameters: reverse(checkpoint.parameters),
      optimiser: reverse(checkpoint.optimiser),
      progress: reverse(checkpoint.progress),
    };
    expect(encodeCheckpoint(reversed)).toEqual(encodeCheckpoint(checkpoint));
  });

  it('keeps any number and any text of the progress', () => {
    const value = fc.oneof(fc.double(), fc.string(), fc.constantFrom('NaN', '1', '"', ''));
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value, { noNullPrototype: true }), (progress) => {
        expect(decodeCheckpoint(encodeCheckpoint({ parameters: {}, optimiser: {}, progress })).progress).toEqual(
          progress,
        );
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  it('carries an optimiser across', () => {
    const rates = () => ({ lr: 0.1, weightDecay: 0 });
    const parameters = { W: tensor([2], [1, 2]) };
    const gradient = { W: tensor([2], [0.3, -0.7]) };
    const optimiser = createOptimiser({ name: 'adam' });
    optimiser.step(parameters, gradient, rates);
    const saved = decodeCheckpoint(encodeCheckpoint({ parameters, optimiser: optimiser.state(), progress: {} }));
    optimiser.step(parameters, gradient, rates);
    const resumed = createOptimiser({ name: 'adam' });
    resumed.load(saved.optimiser);
    resumed.step(saved.parameters, gradient, rates);
    expect(saved.parameters).toEqual(parameters);
    expect(resumed.state()).toEqual(optimiser.state());
  });

  it('refuses to lose digits', () => {
    const fine = { ...checkpoint, parameters: { W: tensor([1], [0.1]) } };
    expect(() => encodeCheckpoint(fine, 'F32')).toThrow('0.1 is not a float32');
    const diverged = { ...checkpoint, parameters: { W: tensor([2], [Number.NaN, Number.POSITIVE_INFINITY]) } };
    expect(decodeCheckpoint(encodeCheckpoint(diverged, 'F32'))).toEqual(diverged);
  });

  it.each<[string, Uint8Array, string]>([
    ['bytes that are no safetensors', new Uint8Array(3), 'not a usable safetensors file'],
    ['other weights', writeSafetensors({}, { format: 'pt' }), 'format "pt", expected "noisy-rnn/checkpoint"'],
    ['no format', writeSafetensors({}), 'format none'],
    ['another version', writeSafetensors({}, { format: 'noisy-rnn/checkpoint', version: '9' }), 'version "9"'],
    [
      'an unknown section',
      writeSafetensors(
        { W: { dtype: 'F64', shape: [], data: Float64Array.of(1) } },
        { format: 'noisy-rnn/checkpoint', version: '1' },
      ),
      'tensor "W"',
    ],
    ...['', ' ', 'soon', '"half'].map((text): [string, Uint8Array, string] => [
      `the progress ${JSON.stringify(text)}`,
      writeSafetensors({}, { format: 'noisy-rnn/checkpoint', version: '1', 'progress/epoch': text }),
      'progress/epoch is',
    ]),
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeCheckpoint(bytes)).toThrow(InputError);
    expect(() => decodeCheckpoint(bytes)).toThrow(message);
  });
});
