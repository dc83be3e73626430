/** Every example of docs/extending.md is a part, and makes a model with every other. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import type { Cell } from '../../src/cells/index.js';
import { buildModel, drawsNoise } from '../../src/model/index.js';
import type { NoiseScheme } from '../../src/noise/index.js';
import { solverNamed } from '../../src/solvers/index.js';
import { kindOf } from '../../src/train/parts/kinds.js';

it('the examples of docs/extending.md work together', async () => {
  const page = readFileSync(new URL('../../docs/extending.md', import.meta.url), 'utf8');
  const core = new URL('../../src/index.ts', import.meta.url).href;
  const folder = mkdtempSync(join(tmpdir(), 'noisy-rnn-'));
  const parts: unknown[] = [];
  for (const [place, [, code]] of [...page.matchAll(/```js\n(.*?)```/gs)].entries()) {
    const file = join(folder, `part${place}.mjs`);
    writeFileSync(file, code!.replaceAll("'noisy-rnn'", JSON.stringify(core)));
    parts.push(((await import(pathToFileURL(file).href)) as { default: unknown }).default);
  }
  rmSync(folder, { recursive: true });
  expect(parts.map(kindOf)).toEqual(['cell', 'noise', 'noise']);
  const [cell, ...schemes] = parts as [Cell, ...NoiseScheme[]];
  for (const noise of schemes) {
    const layer = { cell, units: 2, noise, solver: solverNamed('euler'), step: { kind: 'fixed', delta: 0.1 } } as const;
    const model = buildModel({ layers: [layer], inputs: 1, outputs: 2, readout: 'last' });
    expect(drawsNoise(model)).toBe(true);
    expect(Object.keys(model.clocks)).toEqual(['clock.time']);
  }
});
