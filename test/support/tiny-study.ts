/** A study that takes a second: rising or falling lines of six steps. */
import type { ReproduceOptions, Study } from '../../src/experiments/index.js';
import type { Files } from '../../src/platform/files.js';
import { createMemoryFiles } from '../../src/platform/memory-files.js';
import { createGenerator } from '../../src/random/index.js';

/** Lines with noise, as a UCR file. */
function lines(name: string, rows: number): string {
  const generator = createGenerator(1, name);
  return Array.from({ length: rows }, (_, row) => {
    const slope = row % 2 === 0 ? 1 : -1;
    const values = Array.from({ length: 6 }, (_, step) => (slope * step + 0.5 * generator.normal()).toFixed(4));
    return [slope, ...values].join('\t');
  }).join('\n');
}

export const tiny: Study = {
  name: 'tiny',
  title: 'Lines',
  question: 'Up or down?',
  dataDescription: 'lines',
  settings: { data: 'data', units: 3, epochs: 2, batchSize: 8, lr: 0.02 },
  models: [
    { id: 'noisy', label: 'Noisy', description: 'noise on', settings: { model: 'noisy', noise: 'sde:add=0.1' } },
    { id: 'control', label: 'Control', description: 'noise off', settings: { model: 'noisy', noise: 'none' } },
  ],
  seeds: 2,
  perturbations: [
    { kind: 'white', strengths: [0.5, 2] },
    { kind: 'salt-pepper', strengths: [0.2] },
  ],
  perturbationSeeds: 2,
  primary: { first: 'noisy', second: 'control', better: 'Yes', worse: 'No', unclear: 'Unclear' },
  others: [],
  examples: { perClass: 1, perturbations: [{ kind: 'white', strength: 0.5 }] },
};

export async function withLines(): Promise<Files> {
  const files = createMemoryFiles();
  await files.makeFolder('data');
  const sizes = { Lines_TRAIN: 24, Lines_VALIDATION: 10, Lines_TEST: 20 };
  for (const [name, rows] of Object.entries(sizes)) await files.write(`data/${name}.tsv`, lines(name, rows));
  return files;
}

export function optionsFor(files: Files, more: Partial<ReproduceOptions> = {}): ReproduceOptions {
  const fixed = { out: 'out', engine: 'reference', threads: 1, resume: false } as const;
  return { ...fixed, files, onProgress: () => {}, ...more };
}
