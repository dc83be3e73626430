/** Weights of the published PyTorch model as a run that can be evaluated and used like one trained here. */
import { InputError, located } from '../errors.js';
import { fromPublished } from '../interop/published.js';
import { readSafetensors } from '../interop/safetensors.js';
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

export interface ImportOptions {
  readonly files: Files;
  /** A safetensors file under the published names. */
  readonly weights: string;
  /** With β and γ, which the file does not hold: `noisy:beta=0.75,gammaA=0.001,gammaW=0.001`. */
  readonly model?: string;
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
 * Makes a run with learned step, no normalisation and no label map (classes 0 … K − 1).
 * @throws InputError for a file that is not the published model's, a model that has no published names, or a taken `out`.
 */
export async function importPublished(options: ImportOptions): Promise<ImportResult> {
  const { files, weights, out, minimum = 0, maximum = 1, model: text = 'noisy' } = options;
  const cell = builtInParts.cell(text);
  if (cell.name !== 'noisy')
    throw new InputError(`model "${text}" has no published PyTorch names; only noisy (and lipschitz) can be imported`);
  if (!(minimum <= maximum)) throw new InputError(`got minimum ${minimum} above maximum ${maximum}; swap them`);
  const bytes = await files.read(weights);
  const { tensors } = naming(weights, () => readSafetensors(bytes));
  const { parameters, sizes } = naming(weights, () => fromPublished(tensors));
  const { units, inputs, outputs } = sizes;
  const given = checkConfiguration({ model: text, units, step: 'learned', noise: 'none' }, 'import');
  const settings = completeConfiguration({ ...given, normalisation: 'none' }, builtInParts);
  const model = buildConfigured(settings, builtInParts, { inputs, outputs });
  checkParameters(parameters, model, weights);

  const config: RunDocument = {
    format: 'noisy-rnn/run',
    version: 1,
    origin: 'imported',
    settings,
    preprocessing: {
      normalisation: 'none',
      steps: 0,
      channels: inputs,
      mean: Array.from({ length: inputs }, () => 0),
      scale: Array.from({ length: inputs }, () => 1),
      classes: Array.from({ length: outputs }, (_, index) => String(index)),
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

/** Puts the file's name before what is wrong with it. */
function naming<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw located(error, path);
  }
}
