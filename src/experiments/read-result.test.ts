import { describe, expect, it } from 'vitest';
import { optionsFor, tiny, withLines } from '../../test/support/tiny-study.js';
import { createMemoryFiles } from '../platform/memory-files.js';
import { studyJson } from '../result/stored.js';
import { parseResult, readResult } from './read-result.js';
import { reproduceStudy } from './reproduce.js';
import { writeReport } from './write-report.js';

/** The result of a small study. */
async function lines() {
  return (await reproduceStudy(tiny, optionsFor(await withLines()))).result;
}

describe('a result that was written', () => {
  it('is read again as it was, and written again as it stood', async () => {
    const result = await lines();
    const text = studyJson(result);
    expect(parseResult(text, 'results.json')).toEqual(result);
    expect(studyJson(parseResult(text, 'results.json'))).toBe(text);
  });

  it('of version 2 is brought up to date from its own runs', async () => {
    const result = await lines();
    const { overall: _, overallComparisons: __, assembledBy, data, ...rest } = result;
    const { picture: ___, ...old } = data;
    const runs = result.runs.map((run) => ({ ...run, curve: run.curve.map((own) => ({ ...own, seconds: 1.5 })) }));
    const earlier = { ...rest, version: 2, data: old, runs, environment: assembledBy };
    expect(parseResult(JSON.stringify(earlier), 'results.json')).toEqual(result);
    // The source of these data says that they are pictures.
    const digits = { ...earlier, data: { ...old, name: 'mnist-196' } };
    expect(parseResult(JSON.stringify(digits), 'results.json').data.picture).toEqual({
      ...{ rows: 14, columns: 14, range: [0, 1] },
    });
  });

  it('says nothing of training where it is from before studies said what that takes', async () => {
    const { underTrained, ...earlier } = await lines();
    expect(underTrained).toBeNull();
    expect(parseResult(JSON.stringify(earlier), 'results.json').underTrained).toBeNull();
  });

  it('from which points and comparisons were left out has them again', async () => {
    const result = await lines();
    const slim = { ...result, points: [], comparisons: [] };
    expect(parseResult(studyJson(slim), 'results.json')).toEqual(result);
  });

  it('is refused where it is missing, cut off, of another kind or version, or incomplete', async () => {
    const result = await lines();
    const text = studyJson(result);
    const read = (own: string) => () => parseResult(own, 'r.json');
    expect(read(text.slice(0, text.length / 2))).toThrow('cut off');
    expect(read('model,accuracy')).toThrow('r.json is not the result of a study');
    expect(read('{"format":"noisy-rnn/run"}')).toThrow('not the result of a study');
    expect(read(JSON.stringify({ ...result, version: 1 }))).toThrow('version 1, expected 2 or 3');
    expect(read(JSON.stringify({ ...result, runs: undefined }))).toThrow('without runs');
    await expect(readResult(createMemoryFiles(), 'r.json')).rejects.toThrow('r.json is missing');
  });
});

describe('a report written anew', () => {
  it('is the one that the study wrote, byte by byte', async () => {
    const files = await withLines();
    await reproduceStudy(tiny, optionsFor(files));
    const { paths } = await writeReport(files, 'out/results.json', 'again');
    expect(paths).toEqual(
      ['report.html', 'tables.md', 'tables.tex', 'accuracies.csv', 'comparisons.csv'].map((name) => `again/${name}`),
    );
    for (const path of paths) expect(await files.read(path)).toEqual(await files.read(path.replace('again', 'out')));
  });
});
