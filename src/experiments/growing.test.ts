/** Studies with searches, attacks, measures and levels of noise: what they choose, and how they grow. */
import { describe, expect, it } from 'vitest';
import { optionsFor, tiny, withLines } from '../../test/support/tiny-study.js';
import type { Files } from '../platform/files.js';
import { createGenerator } from '../random/index.js';
import { timeless } from '../result/stored.js';
import type { Trial } from './part.js';
import { reproduceStudy } from './reproduce.js';
import { choose } from './search.js';
import type { Search, Study } from './study.js';
import { localWorker } from './workers.js';

const noises = [0.1, 0.2].map((level) => ({ level, settings: { noise: `sde:add=${level}` } }));

const whole: Study = {
  ...tiny,
  searches: [
    {
      ...{ id: 'rate', label: 'rate', rule: 'best', appliesTo: ['control', 'noisy'] },
      candidates: [0.0001, 0.02].map((lr) => ({ label: `rate ${lr}`, settings: { lr } })),
    },
    {
      ...{ id: 'level', label: 'level', rule: 'strongest', reference: 'rate', appliesTo: ['noisy'] },
      candidates: noises.map(({ level, settings }) => ({ label: `noise ${level}`, settings })),
    },
  ],
  searchSeeds: [101],
  tolerance: 1,
  dose: { base: 'control', label: 'level', levels: [{ level: 0, settings: {} }, ...noises] },
  attacks: { rows: 8, seeds: 1, of: ['sign', 'fgsm', 'pgd'].map((kind) => ({ kind, strengths: [0.5] })) },
  measures: { noise: 'sde:add=0.1', trainingRows: 8, testRows: 4, seeds: 1 },
};

const read = async (files: Files, path: string) => new TextDecoder().decode(await files.read(path));

describe('a study with everything', () => {
  it('searches, aliases levels that are there, attacks and measures the first seeds', async () => {
    const fractions: number[] = [];
    const onProgress = (fraction: number) => fractions.push(fraction);
    const { result } = await reproduceStudy(whole, optionsFor(await withLines(), { onProgress }));
    // One measure of progress for all searches and parts.
    expect(fractions.every((fraction, index) => index === 0 || fraction >= fractions[index - 1]!)).toBe(true);
    expect(fractions[0]).toBeLessThan(0.1);
    expect(fractions.at(-2)).toBeGreaterThan(0.9);
    expect(result.searches.map(({ id, chosen }) => [id, chosen])).toEqual([
      ['rate', 'rate 0.02'],
      ['level', 'noise 0.2'],
    ]);
    for (const { settings } of result.models) expect(settings.lr).toBe(0.02);
    // The level that was chosen is the noisy model itself; only the other one is trained besides.
    expect(result.dose?.levels).toEqual([
      { level: 0, model: 'control' },
      { level: 0.1, model: 'control-0.1' },
      { level: 0.2, model: 'noisy' },
    ]);
    expect(result.runs).toHaveLength(3 * 2);
    for (const { seed, attacks, measures, profile } of result.runs) {
      expect(attacks.map(({ kind }) => kind)).toEqual(seed === 1 ? ['clean', 'sign', 'fgsm', 'pgd'] : []);
      expect(Object.keys(measures).length > 0).toBe(seed === 1);
      expect(profile === undefined).toBe(seed !== 1);
    }
    expect(result.attackOrder.checked).toBe(3 * 2);
    const pgd = result.points.filter(({ kind, strength }) => kind === 'pgd' && strength > 0);
    expect(pgd.map(({ accuracy }) => accuracy.count)).toEqual([1, 1, 1]);
    const doses = result.dose?.points.filter(({ quantity }) => quantity === 'clean') ?? [];
    expect(doses.map(({ difference }) => difference?.count)).toEqual([undefined, 2, 2]);
    expect(result.builds).toEqual({ [result.runs[0]!.build]: 6 });
  });

  it('does not depend on the number of workers', async () => {
    const alone = await reproduceStudy(whole, optionsFor(await withLines()));
    const files = await withLines();
    const startWorker = localWorker(files);
    const together = await reproduceStudy(whole, optionsFor(files, { threads: 3, workers: 3, startWorker }));
    expect(timeless(together.result)).toEqual(timeless(alone.result));
  });

  it('cut off at any write and resumed, ends with the same result', async () => {
    const { result } = await reproduceStudy(whole, optionsFor(await withLines()));
    const generator = createGenerator(7, 'cuts');
    for (let trial = 0; trial < 3; trial++) {
      const files = await withLines();
      for (let left = 1 + generator.integer(60), cuts = 0; cuts < 2; cuts++, left = 1 + generator.integer(60)) {
        const run = reproduceStudy(whole, optionsFor(cutAfter(files, left), { resume: true }));
        await run.catch((error: Error) => expect(error.message).toBe('cut'));
      }
      const resumed = await reproduceStudy(whole, optionsFor(files, { resume: true }));
      expect(timeless(resumed.result)).toEqual(timeless(result));
    }
  });
});

describe('a study that grows', () => {
  it('takes runs and searches over from a result, and computes the rest alone', async () => {
    const { result } = await reproduceStudy(whole, optionsFor(await withLines()));
    const files = await withLines();
    await reproduceStudy(whole, optionsFor(files, { seeds: 1, out: 'first' }));
    const labels = new Set<string>();
    const onProgress = (_: number, label: string) => labels.add(label.split(':')[0]!);
    const from = ['first/results.json'];
    const grown = await reproduceStudy(whole, optionsFor(files, { from, onProgress }));
    expect([...labels]).toEqual(['Noisy, seed 2', 'Control, seed 2', 'Noise 0.1, seed 2', 'writing the report']);
    expect(timeless(grown.result)).toEqual(timeless(result));
  });

  it('counts runs that are there as done while it still searches', async () => {
    const files = await withLines();
    await reproduceStudy(whole, optionsFor(files, { out: 'first' }));
    const [rate, level] = whole.searches!;
    const slowest = { label: 'rate 0', settings: { lr: 1e-9 } };
    const wider = { ...whole, searches: [{ ...rate!, candidates: [...rate!.candidates, slowest] }, level!] };
    const fractions: number[] = [];
    const onProgress = (fraction: number) => fractions.push(fraction);
    const { result } = await reproduceStudy(wider, optionsFor(files, { from: ['first/results.json'], onProgress }));
    expect(result.searches[0]?.chosen).toBe('rate 0.02');
    // Known then: two trials of the first search and six parts, of five trials and eight parts.
    expect(fractions[0]).toBeGreaterThan(0.6);
    expect(fractions.toSorted()).toEqual(fractions);
  });

  it('by models: those asked for alone', async () => {
    const files = await withLines();
    const { result } = await reproduceStudy(tiny, optionsFor(files, { models: ['control'], out: 'first' }));
    expect(result.answer).toContain('not both run');
    const both = await reproduceStudy(tiny, optionsFor(files, { from: ['first/results.json'] }));
    expect(both.result.runs.filter(({ model }) => model === 'control')).toEqual(result.runs);
    await expect(reproduceStudy(tiny, optionsFor(files, { models: ['controll'] }))).rejects.toThrow(
      'did you mean "control"',
    );
  });

  it('scores kept runs anew for other perturbations, without training them', async () => {
    const files = await withLines();
    const { result } = await reproduceStudy(tiny, optionsFor(files));
    const more = { ...tiny, perturbations: [{ kind: 'white', strengths: [1] }] };
    const labels: string[] = [];
    const onProgress = (_: number, label: string) => labels.push(label);
    const again = await reproduceStudy(more, optionsFor(files, { resume: true, onProgress }));
    expect(labels.filter((label) => label.includes('epoch'))).toEqual([]);
    expect(again.result.runs.map(({ test }) => test)).toEqual(result.runs.map(({ test }) => test));
    expect(again.result.runs[0]!.perturbations.map(({ strength }) => strength)).toEqual([1]);
  });

  it('computes runs of other settings anew, and says so', async () => {
    const files = await withLines();
    await reproduceStudy(tiny, optionsFor(files, { out: 'first' }));
    const from = ['first/results.json'];
    const slower = { ...tiny, settings: { ...tiny.settings, lr: 0.01 } };
    const notes: string[] = [];
    const onNote = (line: string) => notes.push(line);
    const again = await reproduceStudy(slower, optionsFor(files, { from, onNote }));
    const alone = await reproduceStudy(slower, optionsFor(files, { out: 'alone' }));
    expect(timeless(again.result)).toEqual(timeless(alone.result));
    expect(notes.join()).toContain('4 of the runs in --from are of other settings and computed anew');
    expect(notes.join()).toContain('lr: 0.02 there, 0.01 here');
  });

  it('refuses results of another study and of another build, unless builds may mix', async () => {
    const files = await withLines();
    await reproduceStudy(tiny, optionsFor(files, { out: 'first' }));
    const from = ['first/results.json'];
    await expect(reproduceStudy({ ...tiny, name: 'other' }, optionsFor(files, { from, out: 'b' }))).rejects.toThrow(
      'of the study "tiny"',
    );
    const text = await read(files, 'first/results.json');
    const build = /"build":"([^"]+)"/.exec(text)![1]!;
    await files.write('first/results.json', text.replaceAll(build, 'older'));
    await expect(reproduceStudy(tiny, optionsFor(files, { from, out: 'c' }))).rejects.toThrow('--mix-builds');
    const mixed = await reproduceStudy(tiny, optionsFor(files, { from, mixBuilds: true, seeds: 3, out: 'd' }));
    expect(mixed.result.builds).toEqual({ older: 4, [build]: 2 });
    expect(await read(files, 'd/report.html')).toContain('builds round differently');
  });
});

describe('a study of models on part of the training data', () => {
  it('says so in their settings, and counts the rows of the whole', async () => {
    const fewer = { ...tiny.models[1]!, id: 'fewer', settings: { ...tiny.models[1]!.settings, limitTrain: 12 } };
    const some = { ...tiny, models: [...tiny.models, fewer] };
    const { result } = await reproduceStudy(some, optionsFor(await withLines(), { seeds: 1 }));
    expect(result.data.train).toBe(24);
    expect(result.models.map(({ settings }) => settings.limitTrain)).toEqual([undefined, undefined, 12]);
    const [, control, limited] = result.runs.map(({ curve }) => curve[0]!.trainLoss);
    expect(limited).not.toBe(control);
  });
});

describe('choosing', () => {
  const search: Search = {
    ...{ id: 's', label: 's', appliesTo: ['noisy'], rule: 'best' },
    candidates: ['a', 'b', 'c'].map((label) => ({ label, settings: {} })),
  };
  const trial = (accuracy: number, loss: number | null): Trial => ({
    ...{ format: 'noisy-rnn/study-trial', version: 1, settings: {}, seed: 1, build: 'x', seconds: 0 },
    ...{ accuracy, loss },
  });
  const chosen = (rule: Search['rule'], trials: Trial[][], bar?: number) => {
    const reference = { ...search, id: 'r' };
    const done =
      bar === undefined ? [] : [choose(tiny, reference, [[trial(bar, 1)], [trial(0, 1)], [trial(0, 1)]], [])];
    return choose(tiny, { ...search, rule, reference: 'r' }, trials, done).chosen;
  };

  it('takes the highest mean accuracy, ties by the lower loss, and never one that diverged', () => {
    expect(chosen('best', [[trial(0.8, 1)], [trial(0.9, 1)], [trial(0.85, 0)]])).toBe('b');
    expect(chosen('best', [[trial(0.9, 1)], [trial(0.9, 0.5)], [trial(0.9, 0.7)]])).toBe('b');
    expect(chosen('best', [[trial(0, null)], [trial(0, null)], [trial(0.1, 9)]])).toBe('c');
    expect(
      chosen('best', [
        [trial(1, 1), trial(0.5, 1)],
        [trial(0.8, 1), trial(0.8, 1)],
        [trial(0, 1), trial(0, 1)],
      ]),
    ).toBe('b');
  });

  it('takes the strongest that keeps within half a point of the reference, or the weakest', () => {
    const trials = [0.98, 0.976, 0.974].map((accuracy) => [trial(accuracy, 1)]);
    expect(chosen('strongest', trials, 0.98)).toBe('b');
    expect(chosen('strongest', trials, 0.979)).toBe('c');
    expect(chosen('strongest', trials, 1)).toBe('a');
  });
});

/** The same files, until so many writes are done: then every one fails, as after a kill. */
function cutAfter(files: Files, writes: number): Files {
  let left = writes;
  const spend = () => {
    left -= 1;
    if (left < 0) throw new Error('cut');
  };
  return {
    ...files,
    write: async (path, content) => {
      spend();
      await files.write(path, content);
    },
    append: async (path, text) => {
      spend();
      await files.append(path, text);
    },
  };
}
