import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGenerator } from '../../src/random/index.js';

/** Two classes of noisy waves of 12 samples, labelled 1 and 2: text in the format of the UCR archive. */
export function tinyUcr(rows: number, seed: number): string {
  const generator = createGenerator(seed, 'tiny');
  const lines = Array.from({ length: rows }, (_, row) => {
    const frequency = row % 2 === 0 ? 0.5 : 1;
    const phase = generator.uniform();
    const values = Array.from({ length: 12 }, (_, step) =>
      (Math.sin(frequency * step + phase) + 0.2 * generator.normal()).toFixed(4),
    );
    return [String(1 + (row % 2)), ...values].join('\t');
  });
  return `${lines.join('\n')}\n`;
}

/** A folder with training, validation and test files. */
export function writeTinyData(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const [index, part] of ['TRAIN', 'VALIDATION', 'TEST'].entries())
    writeFileSync(join(folder, `Tiny_${part}.tsv`), tinyUcr(index === 0 ? 40 : 20, index + 1));
  return folder;
}
