/** Weights that another library wrote as a run that can be evaluated and used like one trained here. */
import { InputError, located } from '../errors.js';
import { readSafetensors } from '../interop/safetensors.js';
import { formatOfNames, type WeightRequest } from '../interop/weights/index.js';
import type { Files } from '../platform/files.js';
import { buildConfigured } from './build.js';
import { writeCard } from './card/write-card.js';
import { encodeCheckpoint } from './checkpoint.js';
import { checkConfiguration } from './configuration.js';
import { completeConfiguration } from './defaults.js';
import { checkParameters } from './load-run.js';
import { builtInParts } from './parts/parts.js';
import type { RunDocument } from './run-document.js';
import { RunFolder } from './run-folder.js';

export interface ImportOptions extends WeightRequest {
  readonly files: Files;
  /** A safetensors file under the names of PyTorch, Keras or Flax, or those of the released model. */
  readonly weights: string;
  /** `classify` unless given, or `regress`, which predicts numbers as they come. */
  readonly task?: string | undefined;
  /** Class labels in the order of the outputs; 0 … K − 1 unless given. */
  readonly classes?: readonly string[] | undefined;
  readonly out: string;
  /** Extremes of the data it was trained on, for salt-and-pepper perturbations: 0 and 1 unless given. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** For the record, in `environment.json`. */
  readonly environment?: Readonly<Record<string, unknown>> | undefined;
}

export interface ImportResult {
  readonly run: string;
  /** Number of scalar parameters. */
  readonly parameters: number;
  readonly model: string;
}

/**
 * Makes a run without normalisation. The released model has β and γ that the file does not hold:
 * `model: 'noisy:beta=0.75,gammaA=0.001,gammaW=0.001'`.
 * @throws InputError for a pickle, names that no format knows, weights that do not fit together, or a taken `out`.
 */
export async function importWeights(options: ImportOptions): Promise<ImportResult> {
  const { files, weights, out, minimum = 0, maximum = 1, task = 'classify', model: said, readoutPrefix } = options;
  if (!(minimum <= maximum)) throw new InputError(`got minimum ${minimum} above maximum ${maximum}; swap them`);
  if (!importedTasks.includes(task))
    throw new InputError(`task "${task}" cannot be imported; expected ${importedTasks.join(' or ')}`);
  const bytes = await files.read(weights);
  refusePickle(weights, bytes);
  const { tensors } = naming(weights, () => readSafetensors(bytes));
  const format = formatOfNames(Object.keys(tensors));
  const found = naming(weights, () => format.read(tensors, { model: said, readoutPrefix }));
  const { parameters, sizes } = found;
  const { inputs, outputs } = sizes;
  if (task === 'classify' && outputs < 2)
    throw new InputError(
      `${weights}: the readout has one output, and a class needs two; import it with --task regress`,
    );
  const classes = task === 'classify' ? labelsOf(options.classes, outputs) : [];
  const given = checkConfiguration({ ...found.settings, task, noise: 'none', normalisation: 'none' }, 'import');
  const settings = completeConfiguration(given, builtInParts);
  const model = buildConfigured(settings, builtInParts, { inputs, outputs });
  checkParameters(parameters, model, weights);
  const each = (value: number, count: number) => Array.from({ length: count }, () => value);

  const config: RunDocument = {
    format: 'noisy-rnn/run',
    version: 1,
    origin: 'imported',
    settings,
    preprocessing: {
      normalisation: 'none',
      steps: 0,
      channels: inputs,
      mean: each(0, inputs),
      scale: each(1, inputs),
      classes,
      ...(task === 'classify'
        ? {}
        : { targets: { width: outputs, per: 'row' as const, mean: each(0, outputs), scale: each(1, outputs) } }),
      minimum,
      maximum,
    },
  };
  const environment = { ...options.environment, created: new Date().toISOString(), weights };
  const folder = await RunFolder.create(files, out, { config, environment });
  const exact = Object.values(parameters).every(({ data }) => data.every((value) => Math.fround(value) === value));
  const checkpoint = { parameters, optimiser: {}, progress: { epoch: 0 } };
  await folder.saveCheckpoint(encodeCheckpoint(checkpoint, exact ? 'F32' : 'F64'), true);
  await writeCard(files, folder, builtInParts);
  return { run: out, parameters: model.size, model: settings.model };
}

const importedTasks = ['classify', 'regress'];

function labelsOf(given: readonly string[] | undefined, outputs: number): string[] {
  if (given === undefined) return Array.from({ length: outputs }, (_, index) => String(index));
  if (given.length !== outputs || new Set(given).size !== outputs)
    throw new InputError(
      `--classes: got ${given.length} label${given.length === 1 ? '' : 's'}, expected ${outputs} different ones, one for each output`,
    );
  return [...given];
}

/** A pickle can run any code when it is read: it is not. */
function refusePickle(path: string, bytes: Uint8Array): void {
  const [a, b] = bytes;
  const isZip = a === 0x50 && b === 0x4b;
  const isPickle = a === 0x80 && b !== undefined && b <= 5;
  if (!isZip && !isPickle && !/\.(pt|pth|pkl|ckpt)$/i.test(path)) return;
  throw new InputError(
    `${path}: a pickle of PyTorch can run any code when it is read, and is not read here. These two lines convert it:\n` +
      '  import torch; from safetensors.torch import save_file\n' +
      `  save_file({k: v.contiguous() for k, v in torch.load(${JSON.stringify(path)}, weights_only=True).items()}, "model.safetensors")`,
  );
}

/** Puts the file's name before what is wrong with it. */
function naming<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw located(error, path);
  }
}
