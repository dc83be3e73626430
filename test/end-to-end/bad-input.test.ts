/** Every kind of bad input ends in exit code 2, nothing on standard output, and a message that says what is wrong. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { type WritableTensor, writeSafetensors } from '../../src/interop/safetensors.js';
import { npzFile } from './npz-file.js';
import { runCli, temporaryFolder } from './run-cli.js';
import { tinyUcr, writeTinyData } from './tiny-data.js';

const folder = temporaryFolder();
const at = (...parts: string[]) => join(folder, ...parts);
const quick = ['--engine', 'reference', '--units', '3', '--epochs', '1'];
const train = (...args: string[]) => ['train', '--data', at('data'), ...quick, '--out', at('new'), ...args];

const tensor = (...shape: number[]): WritableTensor => ({
  dtype: 'F32',
  shape,
  data: new Float64Array(shape.reduce((product, extent) => product * extent, 1)).fill(0.1),
});
const published: Record<string, WritableTensor> = {
  'E.weight': tensor(3, 1),
  'E.bias': tensor(3),
  'D.weight': tensor(2, 3),
  'D.bias': tensor(2),
  B: tensor(3, 3),
  C: tensor(3, 3),
  d: tensor(3),
};

function write(name: string, content: string | Uint8Array): void {
  writeFileSync(at(name), content);
}

function writeIdx(name: string, missing: number): void {
  mkdirSync(at(name));
  const header = (dimensions: number[]) => {
    const bytes = Buffer.alloc(4 + 4 * dimensions.length);
    bytes.writeUInt32BE(0x0800 + dimensions.length);
    for (const [index, extent] of dimensions.entries()) bytes.writeUInt32BE(extent, 4 + 4 * index);
    return bytes;
  };
  const images = Buffer.concat([header([4, 28, 28]), Buffer.alloc(4 * 784 - missing)]);
  write(join(name, 'train-images-idx3-ubyte.gz'), gzipSync(images));
  write(join(name, 'train-labels-idx1-ubyte'), Buffer.concat([header([4]), Buffer.from([0, 1, 0, 1])]));
}

beforeAll(async () => {
  writeTinyData(at('data'));
  write('nan.tsv', tinyUcr(6, 1).replace(/\t-?0\.\d+\n/, '\tNaN\n'));
  write('other-label.tsv', tinyUcr(6, 1).replace(/^1/, '7'));
  write('no-number.tsv', tinyUcr(6, 1).replace(/\t-?0\.\d+\n/, '\tx1\n'));
  write('two-inputs.npz', npzFile([4, 12, 2], [0, 1, 0, 1]));
  write('index.npz', npzFile([4, 12, 1], [0, 1, 2, 1]));
  write('settings.yaml', 'units: 3\nepoch: 1\n');
  write('broken.yaml', 'units: [3\n');
  write('not-a-cell.mjs', 'export default 3;\n');
  write('cut.safetensors', writeSafetensors(published).subarray(0, 300));
  write('whole.safetensors', writeSafetensors(published));
  const { d: _, ...missing } = published;
  write('missing.safetensors', writeSafetensors(missing));
  write('misshapen.safetensors', writeSafetensors({ ...published, B: tensor(3, 2) }));
  write('surplus.safetensors', writeSafetensors({ ...published, F: tensor(1) }));
  writeIdx('truncated', 5);
  const made = await runCli(...train(), '--out', at('run'));
  expect(made, made.stderr).toMatchObject({ code: 0 });
});

describe('bad input', () => {
  it.each<[string, () => string[], string | RegExp]>([
    ['an unknown command', () => ['trian'], /unknown command 'trian'\s.*Did you mean train/],
    ['an unknown option', () => train('--learning-rate', '1'), "unknown option '--learning-rate'"],
    ['an unknown setting', () => train('epoch=3'), 'unknown setting "epoch"; did you mean "epochs"?'],
    [
      'an unknown setting in a file',
      () => train('--config', at('settings.yaml')),
      /settings\.yaml: unknown setting "epoch"/,
    ],
    ['a file that is not YAML', () => train('--config', at('broken.yaml')), 'broken.yaml: not readable'],
    ['an argument that is no setting', () => train('fast'), 'got "fast"'],
    ['a setting given twice', () => train('units=4'), '"units" is given twice'],
    ['a rate given twice', () => train('--lr', '1', '--optimizer', 'adam:lr=2'), 'lr is given twice'],
    ['units that are no number', () => train('batchSize=many'), 'batchSize: got "many"; expected a'],
    ['fractional units', () => train('batchSize=2.5'), 'batchSize: got "2.5"'],
    ['a negative seed', () => train('--seed', '-1'), 'seed: got "-1"; expected 0 or more'],
    ['an unknown step', () => train('--step', 'adaptive'), 'step: got "adaptive"; expected fixed or learned'],
    ['an unknown engine', () => train('engine=gpu'), 'engine'],
    ['an unknown model', () => train('--model', 'nosy'), /unknown model "nosy".*did you mean "noisy"/],
    ['an unknown key of a model', () => train('--model', 'noisy:bta=1'), /unknown key of model "noisy" "bta".*"beta"/],
    ['a module that is not there', () => train('--model', at('no.mjs')), 'cannot be loaded'],
    [
      'a module without a cell',
      () => train('--model', at('not-a-cell.mjs')),
      'no such part; write "export default defineCell',
    ],
    ['an unknown scheme', () => train('--noise', 'ode'), 'unknown noise scheme "ode"'],
    ['an unknown key of a scheme', () => train('--noise', 'sde:sigma=1'), 'unknown key of noise scheme "sde" "sigma"'],
    ['an amplitude below 0', () => train('--noise', 'sde:add=-1'), 'must be 0 or more'],
    ['an unknown solver', () => train('--solver', 'rk5'), 'unknown solver "rk5"'],
    [
      'a solver that takes no noise',
      () => train('--solver', 'rk4', '--noise', 'sde:add=0.1'),
      'solver rk4 does not fit',
    ],
    ['a regulariser without noise', () => train('--noise', 'none', '--regularizer', 'explicit'), 'draws no noise'],
    [
      'antithetic noise of none',
      () => train('--noise', 'none', '--antithetic'),
      'antithetic: the model draws no noise',
    ],
    ['a solver for drifts on a step', () => train('--model', 'gru', '--solver', 'heun'), 'solver heun does not fit'],
    ['a step size for a step', () => train('--model', 'gru', '--step', 'learned'), 'leave out --step'],
    ['an unknown optimiser', () => train('--optimizer', 'adm'), 'unknown optimiser "adm"'],
    ['an unknown schedule', () => train('--schedule', 'cosin'), 'unknown schedule "cosin"'],
    ['a schedule that does not fit', () => train('--schedule', 'cosine:warmup=5'), 'warmup'],
    ['a group without parameters', () => train('--groups', 'V:lr=1'), 'matches no parameter'],
    ['a group without rates', () => train('--groups', 'b'), 'parameter group "b": expected PATTERN'],
    ['unknown data', () => train('--data', 'ecg500'), 'unknown data'],
    ['data without a folder', () => train('--data', 'ucr'), '--data-dir'],
    ['a folder without data', () => train('--data', at('run')), 'holds no data'],
    ['NaN in data', () => train('--data', at('nan.tsv')), /nan\.tsv: row \d, step 12 is NaN/],
    ['a word in data', () => train('--data', at('no-number.tsv')), "'x1'; expected a number"],
    ['a truncated IDX file', () => train('--data', 'mnist-rows', '--data-dir', at('truncated')), 'cut short'],
    ['an output below a file', () => train('--out', at('settings.yaml', 'run')), 'settings.yaml'],
    ['an output that is a file', () => train('--out', at('settings.yaml')), 'got a file'],
    ['an output that is a run', () => train('--out', at('run')), 'holds a run already'],
    ['an output that is not empty', () => train('--out', at('data')), 'is not empty'],
    ['resuming what is no run', () => ['train', '--resume', at('data')], 'expected the folder of a run'],
    ['resuming with other settings', () => ['train', '--resume', at('run'), '--lr', '1'], 'leave out --lr'],
    ['evaluating what is no run', () => ['evaluate', at('nowhere')], 'not found'],
    ['an unknown perturbation', () => ['evaluate', at('run'), '--perturb', 'pink=1'], "unknown perturbation 'pink'"],
    ['a perturbation without strength', () => ['evaluate', at('run'), '--perturb', 'white'], 'no strengths'],
    ['a bad strength', () => ['evaluate', at('run'), '--perturb', 'salt-pepper=2'], 'from 0 to 1'],
    ['no perturbation seeds', () => ['evaluate', at('run'), '--perturb', 'white=1', '--seeds', '0'], 'seeds: got 0'],
    ['a label out of range', () => ['evaluate', at('run'), '--data', at('index.npz')], "label '0'"],
    ['an unknown label', () => ['evaluate', at('run'), '--data', at('other-label.tsv')], "label '7'"],
    [
      'a wrong number of inputs',
      () => ['evaluate', at('run'), '--data', at('two-inputs.npz')],
      '12 steps of 2 channels',
    ],
    ['NaN to predict', () => ['predict', at('run'), '--input', at('nan.tsv')], 'is NaN'],
    ['nothing to predict', () => ['predict', at('run'), '--input', at('none.tsv')], 'none.tsv'],
    ['weights cut short', () => ['import', at('cut.safetensors'), '--out', at('new')], 'cut.safetensors: not a usable'],
    ['a missing tensor', () => ['import', at('missing.safetensors'), '--out', at('new')], 'tensor "d" is missing'],
    ['a misshapen tensor', () => ['import', at('misshapen.safetensors'), '--out', at('new')], 'has shape [3,2]'],
    ['a surplus tensor', () => ['import', at('surplus.safetensors'), '--out', at('new')], 'tensor "F" is not one'],
    [
      'an import of another model',
      () => ['import', at('whole.safetensors'), '--model', 'gru', '--out', at('new')],
      'gru',
    ],
    ['an import without --out', () => ['import', at('whole.safetensors')], "required option '--out <folder>'"],
    [
      'a setting of another format',
      () => ['export', at('run'), '--form', 'step', '--out', at('x')],
      'format safetensors does not take --form',
    ],
    [
      'lengths of a single step',
      () => ['export', at('run'), '--format', 'onnx', '--form', 'step', '--lengths', '--out', at('x')],
      'lengths do not go with it',
    ],
    ['an unknown format', () => ['export', at('run'), '--format', 'h5', '--out', at('x')], 'unknown format "h5"'],
    [
      'published names of another model',
      () => ['export', at('run'), '--names', 'published', '--out', at('x')],
      'published names',
    ],
    ['an export onto a file', () => ['export', at('run'), '--out', at('settings.yaml')], 'exists already'],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await runCli(...args(), '--json');
    expect(stderr).toMatch(message);
    expect(code, stderr).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toContain('    at ');
  });
});
