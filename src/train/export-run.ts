/** The weights of a run as a file for other programs, or to be loaded whole by `loadRun`. */
import { InputError } from '../errors.js';
import { toPublished } from '../interop/published.js';
import type { Files } from '../platform/files.js';
import type { CellResolver } from './build.js';
import { readRun } from './load-run.js';
import { encodeRunFile } from './run-file.js';

export const exportNames = ['own', 'published'] as const;

export interface ExportOptions {
  readonly files: Files;
  readonly run: string;
  readonly out: string;
  readonly format?: string | undefined;
  /** Our parameter names, or those of the published PyTorch model. */
  readonly names?: string | undefined;
  readonly resolveCell?: CellResolver | undefined;
}

export interface ExportResult {
  readonly file: string;
  readonly format: 'safetensors';
  readonly tensors: Readonly<Record<string, readonly number[]>>;
}

/**
 * Writes the best epoch's weights as float32; under our own names also settings, preprocessing and labels.
 * @throws InputError for a format or naming that is not to be had, a folder that is no run, or a file that is there.
 */
export async function exportRun(options: ExportOptions): Promise<ExportResult> {
  const { files, out, format = 'safetensors', names = 'own' } = options;
  if (format === 'onnx')
    throw new InputError('format onnx is not available yet; export safetensors (--format safetensors)');
  if (format !== 'safetensors') throw new InputError(`unknown format "${format}"; known: safetensors`);
  if (names !== 'own' && names !== 'published')
    throw new InputError(`unknown names "${names}"; known: ${exportNames.join(', ')}`);
  if ((await files.kind(out)) !== 'missing') throw new InputError(`${out} exists already; give another --out`);
  const { path: _, model: __, parameters, ...document } = await readRun(files, options.run, options.resolveCell);
  const named = names === 'published' ? toPublished(parameters) : parameters;
  await files.write(out, encodeRunFile(named, document, names === 'own'));
  const shapes = Object.fromEntries(Object.entries(named).map(([name, { shape }]) => [name, shape]));
  return { file: out, format, tensors: shapes };
}
