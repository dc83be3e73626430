/** The benchmark's one document, from its smallest work. Needs `npm run build`. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const script = fileURLToPath(new URL('../../bench/run.mjs', import.meta.url));
const bench = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });

const positive = z.number().positive();
const measured = z.object({
  spread: z.number().min(0),
  rounds: z.array(positive).min(1),
  warmUps: z.int().positive(),
  peakMegabytes: positive,
});
const row = z.strictObject({
  work: z.strictObject({ cell: z.enum(['noisy', 'gru', 'user']), units: positive, steps: positive, batch: positive }),
  mode: z.enum(['train', 'infer']),
  engine: z.string(),
  threads: z.int().positive(),
  seconds: positive,
  peakMegabytes: positive,
  peers: z.record(z.string(), positive),
  build: z.string(),
  measured,
  peersMeasured: z.record(z.string(), measured),
  fastestPeer: z.string().nullable(),
  bound: z.strictObject({
    flops: positive,
    peakFlopsPerSecond: positive,
    products: positive,
    noise: z.number().min(0),
    seconds: positive,
    share: positive,
    ratio: positive.nullable(),
  }),
});
const document = z.strictObject({
  machine: z.looseObject({ processor: z.string(), cores: positive, node: z.string(), date: z.iso.datetime() }),
  rows: z.array(row),
  skipped: z.array(z.strictObject({ name: z.string(), reason: z.string() })),
});

describe('bench --json', () => {
  it('prints one document, with a row for every mode, engine and number of threads', () => {
    const work = { cell: 'noisy', units: 32, steps: 140, batch: 32 };
    const asked = ['--only', '32x140x32', '--rounds', '1', '--engines', 'wasm-plain', '--threads', '1'];
    const { status, stdout, stderr } = bench('--json', '--peers', 'none', ...asked);
    expect(status, stderr).toBe(0);
    const { rows } = document.parse(JSON.parse(stdout));
    const same = { work, engine: 'wasm-plain', threads: 1, peers: {}, fastestPeer: null };
    expect(rows).toMatchObject([
      { ...same, mode: 'train' },
      { ...same, mode: 'infer' },
    ]);
    for (const { build } of rows) expect(build).toMatch(/^wasm-plain-/);
    for (const { work: of, mode, bound, seconds } of rows) {
      // A product is 2 N² operations a row and step; two matrices, forward, and in training back and for the weights.
      expect(bound.flops).toBe(2 * 2 * of.units ** 2 * of.batch * of.steps * (mode === 'train' ? 3 : 1));
      expect(bound.seconds).toBeCloseTo(bound.flops / bound.peakFlopsPerSecond + bound.noise, 12);
      expect(bound.share).toBeCloseTo(bound.products / seconds, 12);
    }
  });

  it('refuses what it does not know, naming it', () => {
    for (const [args, said] of [
      [['--only', '1x2x3'], '--only 1x2x3: no such work'],
      [['--engines', 'abacus'], '--engines abacus'],
      [['--rounds', '0'], '--rounds 0'],
      [['--modes', 'dream'], '--modes dream'],
      [['--peers', 'abacus'], '--peers abacus'],
    ] as const) {
      const { status, stderr } = bench(...args);
      expect(status, said).toBe(1);
      expect(stderr).toContain(said);
    }
  });
});
