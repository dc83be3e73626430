import { describe, expect, it } from 'vitest';
import { optionsFor, tiny, withLines } from '../../test/support/tiny-study.js';
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import { createMemoryFiles } from '../platform/memory-files.js';
import { timeless } from '../result/stored.js';
import { InterruptedError } from '../train/index.js';
import { findStudy, reproduce, reproduceStudy } from './reproduce.js';
import { studies } from './studies/index.js';

async function read(files: Files, path: string): Promise<string> {
  return new TextDecoder().decode(await files.read(path));
}

describe('a small study', () => {
  it('runs end to end', async () => {
    const files = await withLines();
    const fractions: number[] = [];
    const table = () => 'the table\n';
    const onProgress = (fraction: number) => fractions.push(fraction);
    const { result, text, paths } = await reproduceStudy(tiny, optionsFor(files, { onProgress, table }));

    const others = ['tables.md', 'tables.tex', 'accuracies.csv', 'comparisons.csv'];
    expect(paths).toEqual(['results.json', 'report.html', ...others].map((name) => `out/${name}`));
    expect(JSON.parse(await read(files, 'out/results.json'))).toEqual(result);
    expect(await read(files, 'out/report.html')).toContain('Up or down?');
    expect(text).toBe(`Lines\n\nthe table\n\n${result.answer}\n`);
    expect(await files.list('out/parts')).toHaveLength(4);

    expect(result.data).toMatchObject({ train: 24, validation: 10, test: 20, steps: 6, classes: ['-1', '1'] });
    expect(result.runs.map(({ model, seed }) => `${model} ${seed}`)).toEqual([
      'noisy 1',
      'control 1',
      'noisy 2',
      'control 2',
    ]);
    for (const { curve, test, perturbations, bestEpoch } of result.runs) {
      expect(curve.map(({ epoch }) => epoch)).toEqual([1, 2]);
      const best = Math.max(...curve.map(({ validationAccuracy }) => validationAccuracy));
      expect(curve[bestEpoch - 1]!.validationAccuracy).toBe(best);
      expect(test.count).toBe(20);
      expect(perturbations.map(({ accuracies }) => accuracies.length)).toEqual([2, 2, 2]);
    }
    expect(result.points).toHaveLength(2 * 4);
    expect(result.comparisons).toHaveLength(4);
    expect(result.command).toBe('noisy-rnn reproduce tiny --engine reference --out out');
    expect(result.models.map(({ settings }) => settings.noise)).toEqual(['sde:add=0.1', 'none']);
    const differing = Object.keys(result.models[0]!.settings).filter(
      (name) => result.models[0]!.settings[name] !== result.models[1]!.settings[name],
    );
    expect(differing).toEqual(['noise']);

    expect(result.examples.map(({ trueLabel }) => trueLabel)).toEqual(['-1', '1']);
    for (const { clean, perturbed, predictions } of result.examples) {
      expect(clean).toHaveLength(6);
      expect(perturbed.map(({ kind, strength }) => [kind, strength])).toEqual([['white', 0.5]]);
      expect(perturbed[0]!.values).not.toEqual(clean);
      expect(Object.keys(predictions)).toEqual(['noisy', 'control']);
      for (const { probability } of Object.values(predictions)) expect(probability).toBeGreaterThanOrEqual(0.5);
    }

    expect(fractions.every((fraction, index) => index === 0 || fraction >= fractions[index - 1]!)).toBe(true);
    expect(fractions[0]).toBeGreaterThan(0);
    expect(fractions.at(-1)).toBe(1);
  });

  it('stopped and resumed, computes only what is missing and ends with the same result', async () => {
    const whole = await reproduceStudy(tiny, optionsFor(await withLines()));
    const files = await withLines();
    const controller = new AbortController();
    const stop = (_: number, label: string) => {
      if (label.startsWith('Noisy, seed 2')) controller.abort();
    };
    const interrupted = reproduceStudy(tiny, optionsFor(files, { onProgress: stop, signal: controller.signal }));
    await expect(interrupted).rejects.toThrow(InterruptedError);
    expect(await files.list('out/parts')).toEqual(['control-seed1.json', 'noisy-seed1.json']);
    await expect(reproduceStudy(tiny, optionsFor(files))).rejects.toThrow('--resume');

    const labels = new Set<string>();
    const onProgress = (fraction: number, label: string) => {
      expect(fraction).toBeGreaterThan(0.5);
      labels.add(label.split(':')[0]!);
    };
    const resumed = await reproduceStudy(tiny, optionsFor(files, { resume: true, onProgress }));
    expect([...labels]).toEqual(['Noisy, seed 2', 'Control, seed 2', 'writing the report']);
    expect(timeless(resumed.result)).toEqual(timeless(whole.result));

    const notes: string[] = [];
    const onNote = (note: string) => notes.push(note);
    const again = await reproduceStudy(tiny, optionsFor(files, { resume: true, onNote }));
    expect(notes).toEqual(['all 4 runs are there already; nothing is computed']);
    expect(again.result.runs).toEqual(resumed.result.runs);
  });

  it('takes more seeds to what is there, and refuses parts of other settings', async () => {
    const files = await withLines();
    const { result: one } = await reproduceStudy(tiny, optionsFor(files, { seeds: 1 }));
    expect(one.answer).toMatch(/^Unclear: .*no interval/);
    const { result } = await reproduceStudy(tiny, optionsFor(files, { resume: true }));
    expect(result.runs[0]).toEqual(one.runs[0]);
    expect(result.seeds).toEqual([1, 2]);
    const other = { ...tiny, settings: { ...tiny.settings, lr: 0.01 } };
    await expect(reproduceStudy(other, optionsFor(files, { resume: true }))).rejects.toThrow('other settings');
  });

  it('takes an empty folder; refuses others, and leaves nothing behind after a mistake', async () => {
    const files = await withLines();
    await expect(reproduceStudy(tiny, optionsFor(files, { seeds: 0 }))).rejects.toThrow(InputError);
    const unknown = { ...tiny, settings: { ...tiny.settings, schedule: 'cosin' } };
    await expect(reproduceStudy(tiny, optionsFor(files, { out: 'data' }))).rejects.toThrow('holds no study');
    await expect(reproduceStudy(tiny, optionsFor(files, { out: 'data', resume: true }))).rejects.toThrow(InputError);
    await expect(reproduceStudy(tiny, optionsFor(files, { out: 'data/Lines_TEST.tsv' }))).rejects.toThrow('is a file');
    const noData = { ...tiny, settings: { ...tiny.settings, data: 'ecg5000' } };
    await expect(reproduceStudy(noData, optionsFor(files))).rejects.toThrow('--data-dir');
    expect(await files.kind('out')).toBe('missing');
    await expect(reproduceStudy(unknown, optionsFor(files))).rejects.toThrow('did you mean "cosine"');
    await files.makeFolder('empty');
    await reproduceStudy(tiny, optionsFor(files, { out: 'empty', seeds: 1 }));
    expect(await files.kind('empty/report.html')).toBe('file');
  });

  it('refuses a part that is not one', async () => {
    const files = await withLines();
    await files.makeFolder('out/runs');
    await files.makeFolder('out/parts');
    await files.write('out/parts/noisy-seed1.json', '{');
    await expect(reproduceStudy(tiny, optionsFor(files, { resume: true }))).rejects.toThrow('not a part of a study');
  });
});

describe('the studies', () => {
  it('are found by name', async () => {
    expect(() => findStudy('quik')).toThrow('did you mean "quick"');
    await expect(reproduce('quik', optionsFor(createMemoryFiles()))).rejects.toThrow(InputError);
  });

  it.each([...studies.values()])(
    '$name compares models that it has, and its control differs in noise alone',
    (study) => {
      const settingsOf = (id: string) => study.models.find((model) => model.id === id)?.settings;
      for (const { first, second } of [study.primary, ...study.others])
        expect([settingsOf(first), settingsOf(second)]).not.toContain(undefined);
      const { noise, ...first } = settingsOf(study.primary.first)!;
      const { noise: off, ...second } = settingsOf(study.primary.second)!;
      expect(second).toEqual(first);
      expect([noise, off]).not.toEqual(['none', off]);
      expect(off).toBe('none');
    },
  );
});
