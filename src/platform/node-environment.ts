/** What a run keeps for the record about the machine it was computed on. */
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { versions } from 'node:process';

export function nodeEnvironment(version: string): Record<string, string | number> {
  return {
    'noisy-rnn': version,
    node: versions.node,
    v8: versions.v8,
    platform: `${platform()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round((totalmem() / 2 ** 30) * 10) / 10,
  };
}
