import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 120_000,
    pool: 'forks',
    // What tests trust is no one else's affair.
    env: { NOISY_RNN_CONFIG: join(tmpdir(), `noisy-rnn-config-${process.pid}`) },
  },
});
