/** The PyTorch module as text: what it says and how names are kept. That it runs is checked by `scripts/verify-exports.mjs`. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defineCell, normal } from '../../src/cells/index.js';
import { pytorch } from '../../src/export/pytorch/exporter.js';
import { add, matmul, tanh } from '../../src/graph/index.js';
import { readSafetensors } from '../../src/interop/safetensors.js';
import { createMemoryFiles } from '../../src/platform/memory-files.js';
import type { LoadedRun } from '../../src/train/load-run.js';
import { temporaryFolder } from '../end-to-end/run-cli.js';
import { exportedRuns, runOf } from './runs.js';

const folder = temporaryFolder();
const python = ['python3', 'python'].find((name) => {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});
if (python === undefined) console.warn('no Python: the syntax of the PyTorch export is not checked');

async function exported(run: LoadedRun) {
  const context = { files: createMemoryFiles(), run, settings: {}, version: '1', horizon: null, out: 'network.py' };
  const { files } = await pytorch.create(context);
  return {
    text: String(files[0].content),
    weights: files[1]!.content as Uint8Array,
    paths: files.map(({ path }) => path),
  };
}

describe('the module', () => {
  it('reads like the equations, with our names and the noise', async () => {
    const { text, weights, paths } = await exported(
      runOf([{ cell: 'noisy:beta=0.8,gammaA=0.01,gammaW=0.02', noise: 'sde:add=0.1' }]),
    );
    expect(paths).toEqual(['network.py', 'network.safetensors']);
    expect(text).toContain('self.M_A = nn.Parameter(torch.zeros(7, 7))');
    expect(text).toMatch(
      /w\.M_A_prepared = self\.M_A \+ \(-0\.6\d*\) \* self\.M_A\.T - 0\.01 \* self\.constant\(torch\.eye\(7\)\)/,
    );
    expect(text).toContain('torch.tanh(h @ w.M_W_prepared.T + x @ self.U.T + self.b)');
    expect(text).toMatch(/def step_with_noise[\s\S]*self\.normal\(rows, 7\)/);
    expect(Object.keys(readSafetensors(weights).tensors).sort()).toEqual(
      ['M_A', 'M_W', 'U', 'b', 'readout.bias', 'readout.weight'].sort(),
    );
  });

  it.skipIf(python === undefined)('is Python, whatever a cell calls its parameters and a class is called', async () => {
    const names = ['lambda', 'forward', 'noisy', 'train', 'w'] as const;
    const cell = defineCell({
      name: 'awkward',
      state: ({ units }) => ({ self: units }),
      parameters: ({ units }) =>
        Object.fromEntries(names.map((name) => [name, { shape: [units, units], initial: normal(1) }])),
      step: ({ state, parameters }) => ({
        self: tanh(names.map((name) => matmul(parameters[name]!, state.self!)).reduce((a, b) => add(a, b))),
      }),
    });
    const runs = { ...exportedRuns, awkward: runOf([{ cell }], { classes: ['"""', '\\', "it's ü\n"] }) };
    const own = join(folder, 'python');
    mkdirSync(own);
    let number = 0;
    for (const run of Object.values(runs)) {
      number += 1;
      writeFileSync(join(own, `network${number}.py`), (await exported(run)).text);
    }
    execFileSync(python!, ['-m', 'compileall', '-q', own], { stdio: 'pipe' });
    const { text } = await exported(runs.awkward);
    expect(text).toContain('"lambda_": "lambda"');
    expect(text).toContain('"train_": "train"');
    expect(text).toContain('CLASSES = ["\\"\\"\\"", "\\\\", "it\'s ü\\n"]');
  });
});
