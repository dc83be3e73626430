/** A small run in memory, trained whole or in pieces, and all of it that must come out the same. */
import type { Files } from '../../src/platform/files.js';
import { createMemoryFiles } from '../../src/platform/memory-files.js';
import type { GivenConfiguration } from '../../src/train/configuration.js';
import { resumeRun, trainRun } from '../../src/train/train-run.js';
import { InterruptedError } from '../../src/train/training-error.js';
import { tinyUcr } from './tiny-data.js';

export const settings: GivenConfiguration = {
  data: 'data',
  units: 4,
  noise: 'sde:add=0.1,mult=0.1',
  epochs: 4,
  batchSize: 6,
  optimizer: 'adam',
  schedule: 'cosine:warmup=1',
  groups: ['M_*:lrScale=0.5'],
  weightDecay: 0.001,
  engine: 'reference',
};

export async function filesWithData(): Promise<Files> {
  const files = createMemoryFiles();
  await files.makeFolder('data');
  for (const [index, part] of ['TRAIN', 'VALIDATION', 'TEST'].entries())
    await files.write(`data/Tiny_${part}.tsv`, tinyUcr(index === 0 ? 40 : 20, index + 1));
  return files;
}

/** All that must be the same: checkpoints to the byte, metrics and result but for the clock. */
export async function outcome(files: Files) {
  const text = async (name: string) => new TextDecoder().decode(await files.read(`run/${name}`));
  const withoutClock = (line: string) => ({ ...JSON.parse(line), seconds: 0 });
  return {
    last: await files.read('run/checkpoints/last.safetensors'),
    best: await files.read('run/checkpoints/best.safetensors'),
    metrics: (await text('metrics.jsonl')).trim().split('\n').map(withoutClock),
    result: withoutClock(await text('result.json')),
  };
}

/** Trains until so many batches are done, then resumes, again and again. */
export async function trainInPieces(files: Files, given: GivenConfiguration, batches: number): Promise<number> {
  let first = true;
  for (let pieces = 1; ; pieces++) {
    const controller = new AbortController();
    let left = batches;
    const options = {
      files,
      signal: controller.signal,
      onProgress: () => {
        if (--left === 0) controller.abort();
      },
    };
    try {
      await (first ? trainRun({ ...options, settings: given, out: 'run' }) : resumeRun({ ...options, run: 'run' }));
      return pieces;
    } catch (error) {
      if (!(error instanceof InterruptedError)) throw error;
    }
    first = false;
  }
}
