/** The published JSON Schema, by a validator that knows nothing of ours: it takes what is written and refuses the rest. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { settingNames } from '../../src/train/configuration.js';
import { completeConfiguration } from '../../src/train/defaults.js';
import { builtInParts } from '../../src/train/parts/parts.js';
import { runCli, temporaryFolder } from './run-cli.js';
import { writeTinyData } from './tiny-data.js';

const folder = temporaryFolder();
const at = (...parts: string[]) => join(folder, ...parts);
let schema: { anyOf: [{ properties: Record<string, { description?: string }> }, object] };
let accepts: (content: unknown) => boolean;

beforeAll(async () => {
  const { code, stdout } = await runCli('schema');
  expect(code).toBe(0);
  schema = JSON.parse(stdout);
  accepts = new Ajv2020({ strict: false }).compile(schema);
  writeTinyData(at('data'));
});

describe('schema', () => {
  it('is the copy in the package', () => {
    const copy = readFileSync(new URL('../../dist/config.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(copy)).toEqual(schema);
  });

  it('lists every setting with what it means', () => {
    expect(Object.keys(schema.anyOf[0].properties)).toEqual(settingNames);
    for (const [name, { description }] of Object.entries(schema.anyOf[0].properties))
      expect(description, name).toMatch(/\w{3}/);
  });

  it.each<[string, string[]]>([
    ['defaults', []],
    [
      'everything',
      [
        'noise=sde:add=0.1',
        'antithetic=on',
        'step=learned',
        'limitTrain=20',
        'clip=none',
        'groups=M_W:lr=0.1;U:lrScale=2',
      ],
    ],
    [
      'everything else',
      ['readout=every', 'checkpointEvery=2', 'clip=0.5', 'selection=loss', 'threads=1', 'layers=2', 'seed=7'],
    ],
  ])('accepts the configuration that a run with %s writes, and its settings alone', async (name, given) => {
    const out = at(name.replaceAll(' ', '-'));
    const args = [
      'train',
      '--data',
      at('data'),
      '--engine',
      'reference',
      '--units',
      '3',
      '--epochs',
      '1',
      '--out',
      out,
    ];
    const { code, stderr } = await runCli(...args, ...given);
    expect(code, stderr).toBe(0);
    const config = parse(readFileSync(join(out, 'config.yaml'), 'utf8'));
    expect(accepts(config)).toBe(true);
    expect(accepts(config.settings)).toBe(true);
    expect(accepts({ ...config, surplus: 1 })).toBe(false);
    expect(accepts({ ...config, settings: { ...config.settings, epoch: 3 } })).toBe(false);
  });

  it('accepts the defaults of every model, and refuses exactly what a run refuses of a key or value', async () => {
    for (const model of ['noisy', 'elman', 'gru', 'lstm', 'cornn'])
      expect(accepts(completeConfiguration({ model }, builtInParts)), model).toBe(true);
    const bad = [
      { epoch: 3 },
      { epochs: 0 },
      { lr: -1 },
      { units: 2.5 },
      { step: 'adaptive' },
      { clip: 'some' },
      { seed: -1 },
    ];
    for (const [index, settings] of bad.entries()) {
      expect(accepts(settings), JSON.stringify(settings)).toBe(false);
      writeFileSync(at(`bad${index}.yaml`), stringify(settings));
      const { code } = await runCli('train', '--config', at(`bad${index}.yaml`), '--out', at('never'));
      expect(code, JSON.stringify(settings)).toBe(2);
    }
    expect(accepts({})).toBe(true);
  });
});
