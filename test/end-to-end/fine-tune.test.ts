/** Training that starts from another run. */
import { describe, expect, it } from 'vitest';
import type { Files } from '../../src/platform/files.js';
import type { GivenConfiguration } from '../../src/train/configuration.js';
import { readRun } from '../../src/train/load-run.js';
import { decodeState } from '../../src/train/run-state.js';
import { resumeRun, trainRun } from '../../src/train/train-run.js';
import { filesWithData, outcome, settings, trainInPieces } from './pieces.js';

const text = async (files: Files, path: string) => new TextDecoder().decode(await files.read(path));

/** A trained run `base`, and beside its data others: shifted, and with other classes. */
async function withBase(given: GivenConfiguration = {}): Promise<Files> {
  const files = await filesWithData();
  await trainRun({ files, settings: { ...settings, epochs: 2, ...given }, out: 'base' });
  for (const folder of ['shifted', 'renamed']) {
    await files.makeFolder(folder);
    for (const part of ['TRAIN', 'VALIDATION', 'TEST']) {
      const rows = (await text(files, `data/Tiny_${part}.tsv`)).trim().split('\n');
      const changed = rows.map((row) => {
        const [label, ...values] = row.split('\t');
        if (folder === 'renamed') return [`${Number(label) + 4}`, ...values].join('\t');
        return [label, ...values.map((value) => Number(value) + 5)].join('\t');
      });
      await files.write(`${folder}/Tiny_${part}.tsv`, `${changed.join('\n')}\n`);
    }
  }
  return files;
}

const own = { engine: 'reference', epochs: 1, batchSize: 6, from: 'base' } as const;

async function tuned(files: Files, given: GivenConfiguration) {
  const notes: string[] = [];
  await trainRun({
    files,
    settings: { ...own, data: 'data', ...given },
    out: 'run',
    onNote: (line) => notes.push(line),
  });
  const [run, base] = [await readRun(files, 'run'), await readRun(files, 'base')];
  const changed = Object.keys(run.parameters).filter(
    (name) => run.parameters[name]!.data.join() !== base.parameters[name]!.data.join(),
  );
  return { run, base, changed, notes };
}

describe('fine-tuning', () => {
  it('starts from the weights, model and scaling of the run', async () => {
    const { run, base, changed, notes } = await tuned(await withBase(), { data: 'shifted', lr: 0 });
    expect(changed).toEqual([]);
    expect(run.settings).toMatchObject({ units: 4, noise: 'sde:add=0.1,mult=0.1', from: 'base' });
    const { mean, scale, classes } = base.preprocessing;
    expect(run.preprocessing).toMatchObject({ mean, scale, classes });
    expect(notes).toEqual(['starting from base, with its normalisation of the inputs and its readout']);
  });

  it('scales by the new data where a normalisation is given', async () => {
    const { run, base, notes } = await tuned(await withBase(), { data: 'shifted', normalisation: 'standard' });
    expect(run.preprocessing.mean[0]).toBeCloseTo(base.preprocessing.mean[0]! + 5, 3);
    expect(notes[0]).toContain('with a normalisation of the new data');
  });

  it('makes a new readout for other classes, and nothing else anew', async () => {
    const { run, changed, notes } = await tuned(await withBase(), { data: 'renamed', lr: 0 });
    expect(changed.toSorted()).toEqual(['readout.bias', 'readout.weight']);
    expect(run.preprocessing.classes).toEqual(['5', '6']);
    expect(notes[0]).toContain('a new readout for other classes');
  });

  it('leaves frozen parameters as they are', async () => {
    const files = await withBase({ stack: [{}, { model: 'gru', units: 3 }], groups: [] });
    const { changed } = await tuned(files, { freeze: ['*', '!readout.*'], groups: ['*:weightDecay=0.5'] });
    expect(changed.toSorted()).toEqual(['readout.bias', 'readout.weight']);
  });

  it('is resumed to the same bits', async () => {
    const given = { ...own, data: 'shifted', epochs: 3, freeze: ['b'] };
    const whole = await withBase();
    await trainRun({ files: whole, settings: given, out: 'run' });
    const pieces = await withBase();
    expect(await trainInPieces(pieces, given, 3)).toBeGreaterThan(1);
    expect(await outcome(pieces)).toEqual(await outcome(whole));
    expect(decodeState(await whole.read('run/checkpoints/last.safetensors')).position.epoch).toBe(3);
    expect((await resumeRun({ files: whole, run: 'run' })).epochs).toBe(3);
  });

  it.each<[string, GivenConfiguration, string]>([
    ['another model', { units: 5 }, 'is [5,5] here and [4,4] in base; leave out what changes the model'],
    ['a run that is not there', { from: 'nowhere' }, 'nowhere: not found'],
    ['everything frozen', { freeze: ['*'] }, 'nothing is left to train'],
    ['a pattern of nothing', { freeze: ['V'] }, 'freeze "V" matches no parameter'],
  ])('is refused: %s', async (_, given, message) => {
    const files = await withBase();
    await expect(tuned(files, given)).rejects.toThrow(message);
    expect(await files.kind('run')).toBe('missing');
  });
});
