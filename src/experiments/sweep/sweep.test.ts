import { describe, expect, it } from 'vitest';
import { withLines } from '../../../test/support/tiny-study.js';
import { InputError } from '../../errors.js';
import type { Files } from '../../platform/files.js';
import type { SweepResult } from '../../result/sweep.js';
import { InterruptedError } from '../../train/index.js';
import { localWorker } from '../workers.js';
import { armsOf, readSpace } from './space.js';
import { type SweepOptions, sweep } from './sweep.js';
import { rungEpochsOf } from './sweep-agenda.js';

const base = { data: 'data', units: 3, batchSize: 8, epochs: 4 };
const halving = {
  ...base,
  method: 'halving',
  factor: 2,
  trials: 6,
  seeds: [1, 2],
  lr: 'log(1e-3, 0.3)',
  noise: ['none', 'sde:add=0.2'],
};

function optionsOf(files: Files, space: unknown, more: Partial<SweepOptions> = {}): SweepOptions {
  const fixed = {
    where: 'space.yaml',
    out: 'out',
    engine: 'reference',
    threads: 1,
    command: 'c',
    onProgress: () => {},
  } as const;
  return { ...fixed, files, space, ...more };
}

/** All but the clock. */
const timeless = ({ seconds: _, ...result }: SweepResult) => result;

describe('a space', () => {
  it('is a grid of lists and points, numbered in order', () => {
    const space = readSpace({ ...base, lr: 'log(1e-4, 1e-1, 4)', model: ['noisy', 'elman'] }, 's');
    expect(space.method).toBe('grid');
    const arms = armsOf(space, null);
    expect(arms).toHaveLength(8);
    expect(arms[1]!.values).toEqual({ lr: 1e-4, model: 'elman' });
    expect(arms.map(({ settings }) => settings.lr)).toEqual([1e-4, 1e-4, 1e-3, 1e-3, 0.01, 0.01, 0.1, 0.1]);
    const some = armsOf(space, 3);
    expect(some).toHaveLength(3);
    for (const arm of some) expect(arms).toContainEqual(arm);
  });

  it('draws on the scale that is asked for, within texts too, and more arms leave the first ones as they are', () => {
    const given = {
      ...base,
      lr: 'log(1e-4, 1e-1)',
      noise: 'sde:add=uniform(0, 1),mult=log(0.01, 0.1)',
      layers: 'int(1, 3)',
    };
    const arms = armsOf(readSpace({ ...given, trials: 400 }, 's'), null);
    expect(armsOf(readSpace({ ...given, trials: 30 }, 's'), null)).toEqual(arms.slice(0, 30));
    const below = arms.filter(({ values }) => Number(values.lr) < 10 ** -2.5).length;
    // Half of them; 400 draws are within 75 of 200 but once in 10¹³.
    expect(Math.abs(below - 200)).toBeLessThan(75);
    expect(new Set(arms.map(({ values }) => values.layers))).toEqual(new Set([1, 2, 3]));
    expect(Object.keys(arms[0]!.values)).toEqual(['lr', 'noise.add', 'noise.mult', 'layers']);
    expect(arms[0]!.settings.noise).toBe(
      `sde:add=${arms[0]!.values['noise.add']},mult=${arms[0]!.values['noise.mult']}`,
    );
  });

  it.each<[object, RegExp]>([
    [{ lr: 'log(1e-4, 1e-1)' }, /trials: 30.*log\(1e-4, 1e-1, 7\)/],
    [{ lr: 'lgo(1e-4, 1e-1)' }, /expected log\(low, high\)/],
    [{ lr: 'log(0, 1)', trials: 3 }, /above 0/],
    [{ lr: 'log(1, 0.1)', trials: 3 }, /lower number first/],
    [{ lrr: [1, 2] }, /did you mean "lr"/],
    [{ lr: 0.1 }, /nothing varies/],
    [{ seed: [1, 2] }, /seeds: \[1, 2, 3\]/],
    [{ lr: [0.1, 'log(1, 2)'] }, /within a list/],
    [{ lr: [0.1], method: 'bayes' }, /expected grid, random/],
    [{ units: 'int(1.5, 3)', trials: 2 }, /whole numbers/],
    [{ lr: [0.1, -3] }, /lr/],
    [{ lr: [] }, /empty list/],
  ])('refuses %j', async (own, message) => {
    const run = sweep(optionsOf(await withLines(), { data: 'data', ...own }));
    await expect(run).rejects.toThrow(InputError);
    await expect(run).rejects.toThrow(message);
  });

  it('has rungs that end with all epochs', () => {
    const of = (method: string, epochs: number, factor: number, first: number) =>
      rungEpochsOf(readSpace({ ...base, lr: [0.1, 0.2], method, factor, first }, 's'), epochs);
    expect(of('halving', 27, 3, 1)).toEqual([1, 3, 9, 27]);
    expect(of('halving', 30, 4, 2)).toEqual([2, 8, 30]);
    expect(of('grid', 30, 3, 1)).toEqual([30]);
  });
});

describe('successive halving', () => {
  it('comes to the same whoever computes what, and however it is cut off; the best is what it would be by itself', async () => {
    const files = await withLines();
    const { result, paths } = await sweep(optionsOf(files, halving));
    expect(paths).toEqual(['out/results.json', 'out/report.html', 'out/best.yaml']);
    expect(result.rungEpochs).toEqual([1, 2, 4]);
    expect(result.arms.map(({ rungs }) => rungs.length).sort()).toEqual([1, 1, 1, 2, 2, 3]);
    expect(result.epochs).toEqual({ trained: 2 * (6 * 1 + 3 * 1 + 1 * 2), full: 2 * 6 * 4 });
    const page = new TextDecoder().decode(await files.read('out/report.html'));
    for (const part of ['Settings and accuracy', 'Slice: lr', 'Slice: noise', '<svg']) expect(page).toContain(part);
    expect(await files.kind('data/Lines_TEST.tsv')).toBe('file');

    // Three workers, and two that join.
    const shared = await withLines();
    const startWorker = localWorker(shared);
    await sweep(optionsOf(shared, halving, { threads: 3, workers: 3, startWorker }));
    expect(timeless(JSON.parse(new TextDecoder().decode(await shared.read('out/results.json'))))).toEqual(
      timeless(result),
    );

    // Cut off within the arms, again and again.
    const cut = await withLines();
    for (let left = 7; ; left += 6) {
      const controller = new AbortController();
      let steps = left;
      const onProgress = () => {
        if (--steps === 0) controller.abort();
      };
      const run = sweep(optionsOf(cut, halving, { resume: true, signal: controller.signal, onProgress }));
      const ended = await run.catch((error: unknown) => error);
      if (!(ended instanceof InterruptedError)) {
        expect(timeless((ended as Awaited<typeof run>).result)).toEqual(timeless(result));
        break;
      }
    }

    // The winner, trained in one go by a grid of one.
    const alone = await withLines();
    const best = result.arms.find(({ arm }) => arm === result.best!.arm)!;
    const single = { ...base, seeds: [1, 2], lr: [best.values.lr], noise: [best.values.noise] };
    const [own] = (await sweep(optionsOf(alone, single))).result.arms;
    expect(own!.rungs[0]!.accuracies).toEqual(best.rungs.at(-1)!.accuracies);
    expect(own!.rungs[0]!.losses).toEqual(best.rungs.at(-1)!.losses);
  });

  it('reads no test data', async () => {
    const files = await withLines();
    await files.remove('data/Lines_TEST.tsv');
    const { result } = await sweep(optionsOf(files, { ...base, epochs: 1, lr: [0.01, 0.02] }));
    expect(result.best).not.toBeNull();
  });

  it('goes on with the same space alone, and is limited to so many arms', async () => {
    const files = await withLines();
    const space = { ...base, epochs: 1, lr: 'log(1e-3, 0.1)', trials: 2 };
    await sweep(optionsOf(files, space));
    await expect(sweep(optionsOf(files, space))).rejects.toThrow('--resume');
    await expect(sweep(optionsOf(files, { ...space, lr: 'log(1e-3, 0.2)' }, { resume: true }))).rejects.toThrow(
      'another space',
    );
    const more = await sweep(optionsOf(files, { ...space, trials: 5 }, { resume: true, limitArms: 3 }));
    expect(more.result.arms.map(({ arm }) => arm)).toEqual([1, 2, 3]);
    expect(more.result.limit).toBe(3);
    const none = await sweep(optionsOf(files, { ...space, trials: 5 }, { resume: true, limitSeconds: 1e-9 }));
    expect(none.result.arms.map(({ status }) => status)).toEqual([
      'completed',
      'completed',
      'completed',
      'left',
      'left',
    ]);
  });

  it('asynchronously keeps its decisions, and says that they are not reproducible', async () => {
    const { result } = await sweep(optionsOf(await withLines(), { ...halving, method: 'asha' }));
    expect(result.reproducible).toBe(false);
    expect(result.decisions.length).toBeGreaterThan(0);
    expect(result.best).not.toBeNull();
    expect(result.arms.every(({ rungs }) => rungs.length > 0)).toBe(true);
  });
});
