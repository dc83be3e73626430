import { describe, expect, it } from 'vitest';
import { createReferenceEngine } from '../../engine/reference/reference-engine.js';
import { carry, phase } from '../../program/index.js';
import { crossEntropy, type Loss, parseLoss } from './index.js';

async function lossAt(loss: Loss, outputs: readonly number[], target: readonly number[]): Promise<number> {
  const node = loss.of(carry('z', outputs.length), carry('y', outputs.length));
  const program = { prepare: {}, phases: [phase('loss', 'once', { carries: { loss: node } })], finish: {} };
  const carries = { z: Float64Array.from(outputs), y: Float64Array.from(target) };
  const found = await createReferenceEngine()
    .compile(program, { carries: ['loss'] })
    .run({ rows: 1, steps: 1, parameters: {}, carries });
  return found.carries.loss![0]!;
}

describe('losses', () => {
  const third = Math.log(3);
  it.each<[string, readonly number[], readonly number[], number]>([
    ['mse', [1, 4], [0, 1], 5],
    ['mae', [1, 4], [0, 1], 2],
    // 1/2 within δ = 1, and 2(3 − 1) beyond δ = 2.
    ['huber', [1, 0.5], [0, 0], (0.5 + 0.125) / 2],
    ['huber:delta=2', [4, 1], [1, 0], (4 + 0.5) / 2],
    ['cross-entropy', [0, 0, 0], [0, 1, 0], third],
    ['cross-entropy', [0, third, 0], [0, 1, 0], Math.log(5 / 3)],
    // y′ = (0.1, 0.8, 0.1).
    ['cross-entropy:smoothing=0.3', [0, third, 0], [0, 1, 0], Math.log(5) - 0.8 * third],
  ])('%s of %j against %j', async (name, outputs, target, expected) => {
    expect(await lossAt(parseLoss(name), outputs, target)).toBeCloseTo(expected, 12);
  });

  it('a class weight multiplies the loss of its class', async () => {
    const weighted = crossEntropy({ weights: [0.5, 3] });
    expect(await lossAt(weighted, [0, 0], [0, 1])).toBeCloseTo(3 * Math.log(2), 12);
    expect(await lossAt(weighted, [0, 0], [1, 0])).toBeCloseTo(0.5 * Math.log(2), 12);
    await expect(lossAt(crossEntropy({ weights: [1] }), [0, 0], [0, 1])).rejects.toThrow('expected 2 class weights');
  });

  it.each(['mse', 'mae', 'huber:delta=2', 'cross-entropy:smoothing=0.3'])('%s is named as it is written', (text) =>
    expect(parseLoss(text).name).toBe(text),
  );

  it('refuses what it does not know', () => {
    expect(() => parseLoss('hubber')).toThrow('did you mean "huber"');
    expect(() => parseLoss('huber:delta=0')).toThrow('above 0');
    expect(() => parseLoss('cross-entropy:smoothing=1')).toThrow('below 1');
  });
});
