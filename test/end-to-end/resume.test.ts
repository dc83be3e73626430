import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import type { Files } from '../../src/platform/files.js';
import type { GivenConfiguration } from '../../src/train/configuration.js';
import { resumeRun, trainRun } from '../../src/train/train-run.js';
import { TrainingError } from '../../src/train/training-error.js';
import { filesWithData, outcome, settings, trainInPieces } from './pieces.js';
import { tinyUcr } from './tiny-data.js';

describe('a run that is interrupted and resumed', () => {
  it.each([
    ['the first batch', 1],
    ['mid-epoch', 5],
    ['the end of an epoch, before validation', 7],
    ['mid-epoch later', 10],
  ])('ends in the same bits: after %s', async (_, batches) => {
    const whole = await filesWithData();
    await trainRun({ files: whole, settings, out: 'run' });
    const pieces = await filesWithData();
    expect(await trainInPieces(pieces, settings, batches)).toBeGreaterThan(1);
    expect(await outcome(pieces)).toEqual(await outcome(whole));
  });

  it.each<GivenConfiguration>([
    { antithetic: true },
    { regularizer: 'explicit' },
    { antithetic: true, engine: 'wasm' },
    { regularizer: 'explicit', engine: 'wasm', noise: 'published:mult=0.1,add=0.1' },
  ])('ends in the same bits with %j, which are not those of plain noise', async (own) => {
    const given = { ...settings, epochs: 2, ...own };
    const [whole, pieces, plain] = [await filesWithData(), await filesWithData(), await filesWithData()];
    await trainRun({ files: whole, settings: given, out: 'run' });
    expect(await trainInPieces(pieces, given, 5)).toBeGreaterThan(1);
    const expected = await outcome(whole);
    expect(await outcome(pieces)).toEqual(expected);
    await trainRun({ files: plain, settings: { ...given, antithetic: false, regularizer: 'none' }, out: 'run' });
    expect((await outcome(plain)).last).not.toEqual(expected.last);
  });

  it('goes on from a checkpoint within an epoch', async () => {
    const given = { ...settings, checkpointEvery: 3 };
    const whole = await filesWithData();
    await trainRun({ files: whole, settings: given, out: 'run' });
    const killed = await filesWithData();
    const last = 'run/checkpoints/last.safetensors';
    let batch = 0;
    const stop = new Error('as if killed');
    const onProgress = () => {
      if (++batch === 12) throw stop;
    };
    await expect(trainRun({ files: killed, settings: given, out: 'run', onProgress })).rejects.toBe(stop);
    expect(new TextDecoder().decode(await killed.read(last))).toContain('"progress/updates":"9"');
    await resumeRun({ files: killed, run: 'run' });
    expect(await outcome(killed)).toEqual(await outcome(whole));
  });

  it('writes the same result, letter by letter, when cut off just before it', async () => {
    const textOf = async (files: Files) =>
      new TextDecoder().decode(await files.read('run/result.json')).replace(/"seconds": ?[^,]+,/, '');
    const whole = await filesWithData();
    await trainRun({ files: whole, settings, out: 'run' });
    const killed = await filesWithData();
    const failing: Files = {
      ...killed,
      write: async (path, bytes) => {
        if (path.endsWith('result.json')) throw new Error('as if killed');
        return killed.write(path, bytes);
      },
    };
    await expect(trainRun({ files: failing, settings, out: 'run' })).rejects.toThrow('as if killed');
    await resumeRun({ files: killed, run: 'run' });
    expect(await textOf(killed)).toBe(await textOf(whole));
  });

  it('gives its result again when it is done, and refuses a second start', async () => {
    const files = await filesWithData();
    const result = await trainRun({ files, settings, out: 'run' });
    expect(await resumeRun({ files, run: 'run' })).toEqual(result);
    await expect(trainRun({ files, settings, out: 'run' })).rejects.toThrow('holds a run already');
  });

  it('is refused on another engine build unless told', async () => {
    const files = await filesWithData();
    await expect(
      trainRun({
        files,
        settings,
        out: 'run',
        onProgress: () => {
          throw new Error('as if killed');
        },
      }),
    ).rejects.toThrow('as if killed');
    const config = new TextDecoder().decode(await files.read('run/config.yaml'));
    await files.write('run/config.yaml', config.replace('engine: reference', 'engine: wasm'));
    await expect(resumeRun({ files, run: 'run' })).rejects.toThrow(InputError);
    await expect(resumeRun({ files, run: 'run' })).rejects.toThrow('--allow-other-engine');
    expect((await resumeRun({ files, run: 'run', allowOtherEngine: true })).engine).toBe('wasm');
  });
});

describe('a run that diverges', () => {
  it('stops with an explanation and keeps the last good checkpoint', async () => {
    const files = await filesWithData();
    const given: GivenConfiguration = {
      ...settings,
      noise: 'none',
      clip: 'none',
      optimizer: 'sgd',
      lr: 1e30,
      groups: [],
    };
    const run = trainRun({ files, settings: { ...given, schedule: 'step:every=1,gamma=1' }, out: 'run' });
    await expect(run).rejects.toThrow(TrainingError);
    await expect(run).rejects.toThrow(/diverged in epoch 1, batch \d.*smaller learning rate.*kept in run/s);
    expect(await files.kind('run/checkpoints/last.safetensors')).toBe('file');
    await expect(resumeRun({ files, run: 'run' })).rejects.toThrow(TrainingError);
  });
});

it('looks before the first epoch whether the test data fit, scores them once at the very end, and learns nothing from them', async () => {
  const files = await filesWithData();
  const events: string[] = [];
  const spying: Files = {
    ...files,
    read: async (path) => {
      if (path.endsWith('.tsv')) events.push(path);
      return files.read(path);
    },
    append: async (path, text) => {
      events.push('epoch');
      return files.append(path, text);
    },
  };
  await trainRun({ files: spying, settings, out: 'run' });
  const epochs = Array.from({ length: 4 }, () => 'epoch');
  const test = 'data/Tiny_TEST.tsv';
  expect(events).toEqual(['data/Tiny_TRAIN.tsv', 'data/Tiny_VALIDATION.tsv', test, ...epochs, test]);
  const others = await filesWithData();
  await others.write(test, tinyUcr(20, 99));
  await trainRun({ files: others, settings, out: 'run' });
  for (const name of ['last', 'best'].map((own) => `run/checkpoints/${own}.safetensors`))
    expect(await others.read(name)).toEqual(await files.read(name));
});
