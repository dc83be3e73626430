/** The C99 header, compiled with every warning an error and run as a program against our own predictions. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRunModel } from '../../src/deploy/run-model.js';
import { c } from '../../src/export/c/exporter.js';
import type { ExportSettings } from '../../src/export/exporter.js';
import { createMemoryFiles } from '../../src/platform/memory-files.js';
import type { LoadedRun } from '../../src/train/load-run.js';
import { temporaryFolder } from '../end-to-end/run-cli.js';
import { exportedRuns, runOf, seriesFor } from './runs.js';

const strict = ['-std=c99', '-Wall', '-Wextra', '-Wpedantic', '-Werror', '-O1'];
const compiler = ['gcc', 'clang', 'cc'].find((name) => {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});
if (compiler === undefined) console.warn('no C compiler: the tests of the C export are skipped');

const folder = temporaryFolder();
let last = 0;

async function exported(run: LoadedRun, settings: ExportSettings = {}) {
  last += 1;
  const own = join(folder, String(last));
  mkdirSync(own);
  const context = {
    files: createMemoryFiles(),
    run,
    settings,
    version: undefined,
    horizon: null,
    out: join(own, 'network.h'),
  };
  const made = await c.create(context);
  for (const { path, content } of made.files) writeFileSync(path, content);
  return { own, made, prefix: settings.prefix ?? 'noisy_rnn' };
}

function compile(own: string, source: string, name: string, ...flags: string[]) {
  const program = join(own, name);
  execFileSync(compiler!, [...strict, ...flags, '-x', 'c', join(own, source), '-o', program, '-lm'], { stdio: 'pipe' });
  return program;
}

const text = (series: readonly Float32Array[]) =>
  series.map((own, row) => [...own].map(String).join(row % 2 === 0 ? ' ' : ', ')).join('\n');

function linesOf(program: string, input: string): number[][] {
  const output = execFileSync(program, { input, encoding: 'utf8' });
  return output
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ').map(Number));
}

describe.skipIf(compiler === undefined)('compiled', () => {
  it.each(Object.entries(exportedRuns))('%s', async (_, run) => {
    const { own } = await exported(run);
    const program = compile(own, 'network.h', 'main', '-DNOISY_RNN_MAIN');
    const series = seriesFor(run, [9, 4, 1, 9], 2);
    const model = createRunModel(run, { engine: 'reference' });
    const { probabilities, values, steps } = await model.predict(series);
    await model.close();
    const expected = steps
      ? steps.map((row) => (row.values ?? row.probabilities).flat())
      : values
        ? values.map((row) => [...row])
        : probabilities.map((row) => [...row]);
    const found = linesOf(program, text(series));
    expect(found.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
    const { scale } = run.preprocessing.targets ?? { scale: [1] };
    for (const [row, numbers] of expected.entries())
      for (const [i, value] of numbers.entries())
        expect(Math.abs(found[row]![i]! - value) / scale[i % scale.length]!).toBeLessThan(values ? 1e-5 : 1e-6);
  });

  it.each([
    ['float32', 'noisy', 'float32'],
    ['int16', 'noisy', 'int16_t'],
    ['int8', 'lstm', 'int8_t'],
  ])('tests itself with weights %s', async (weights, cell, type) => {
    const { own, made } = await exported(exportedRuns[cell]!, { weights, prefix: 'beat' });
    expect(String(made.files[0].content)).toContain(`static const ${type === 'float32' ? 'float' : type} beat_w_`);
    const program = compile(own, 'network.h', 'test', '-DBEAT_TEST');
    expect(execFileSync(program, { encoding: 'utf8' })).toMatch(/largest difference [\d.e-]+ in 10 series/);
    compile(own, 'network_example.c', 'example');
  });

  it('labels and prefixes that are hard on C', async () => {
    const classes = ['it\'s "b" \\ %s', '*/ ??/ ü 日本', ''];
    const run = runOf([{ cell: 'noisy', step: 'learned' }], { classes });
    const { own, made } = await exported(run, { prefix: 'X_1' });
    const source = String(made.files[0].content);
    expect(source).not.toContain('日');
    writeFileSync(
      join(own, 'labels.c'),
      '#include "network.h"\n#include <stdio.h>\nint main(void) { for (int i = -1; i < 4; i++) puts(X_1_label(i)); return 0; }\n',
    );
    const output = execFileSync(compile(own, 'labels.c', 'labels'), { encoding: 'utf8' });
    expect(output.split('\n')).toEqual(['', ...classes, '', '']);
    for (const prefix of ['1x', 'a-b', '', '_x', 'ü'])
      await expect(exported(run, { prefix })).rejects.toThrow(/--prefix: got/);
  });

  it('missing values: filled by the rule of the run, else the answer is nan', async () => {
    const filled = exportedRuns['filled, offset']!;
    const program = compile((await exported(filled)).own, 'network.h', 'main', '-DNOISY_RNN_MAIN');
    const [gap, whole] = linesOf(program, '101325 nan 101326 5\n101325 333333 101326 5\n');
    expect(gap).toEqual(whole);
    const other = compile((await exported(exportedRuns.exponential!)).own, 'network.h', 'main', '-DNOISY_RNN_MAIN');
    expect(linesOf(other, '0.1 nan 0.3 0.4\n')).toEqual([[Number.NaN, Number.NaN, Number.NaN]]);
    expect(() => linesOf(other, '0.1 0.2 0.3\n')).toThrow(/line 1 ends within a step: expected 2 numbers/);
    expect(() => linesOf(other, '0.1 x\n')).toThrow(/line 1: "x" is not a number/);
  });

  it('a stream that starts anew: the window with its overlap is a series by itself', async () => {
    const run = exportedRuns.gru!;
    const { own } = await exported(run);
    const [series] = seriesFor(run, [20]);
    const program = [
      '#include "network.h"\n#include <stdio.h>',
      `static const float x[40] = {${[...series!].join(', ')}};`,
      'int main(void) { static noisy_rnn_stream s; float out[3]; noisy_rnn_stream_init(&s, 8, 3);',
      'for (int i = 0; i < 20; i++) { noisy_rnn_stream_step(&s, x + 2 * i); noisy_rnn_stream_output(&s, out);',
      'printf("%.9g %.9g %.9g\\n", (double)out[0], (double)out[1], (double)out[2]); } return 0; }',
    ].join('\n');
    writeFileSync(join(own, 'stream.c'), program);
    const found = execFileSync(compile(own, 'stream.c', 'stream'), { encoding: 'utf8' })
      .trimEnd()
      .split('\n');
    // Windows begin at 0, 5, 10, 15: eight steps each, the last three of one being the first of the next.
    const starts = Array.from({ length: 20 }, (_, step) => (step < 8 ? 0 : 5 * Math.floor((step - 3) / 5)));
    const model = createRunModel(run, { engine: 'reference' });
    const { probabilities } = await model.predict(
      starts.map((start, step) => series!.slice(2 * start, 2 * (step + 1))),
    );
    await model.close();
    for (const [step, line] of found.entries())
      for (const [i, value] of line.split(' ').entries())
        expect(Number(value), `step ${step}`).toBeCloseTo(probabilities[step]![i]!, 5);
  });
});
