/** A run as files for other programs. */
import { type StreamHorizon, streamHorizon } from '../analysis/horizon/index.js';
import { openEngine } from '../engine/open-engine.js';
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import { type LoadedRun, readRun } from '../train/load-run.js';
import type { PartSource } from '../train/parts/source.js';
import type { ExportSettingName, ExportSettings } from './exporter.js';
import { exporters } from './table.js';

export interface ExportOptions extends ExportSettings {
  readonly files: Files;
  readonly run: string;
  readonly out: string;
  /** `safetensors` unless given. */
  readonly format?: string | undefined;
  readonly parts?: PartSource | undefined;
  /** Of noisy-rnn, for the record. */
  readonly version?: string | undefined;
}

export interface ExportResult {
  /** As it was asked for. */
  readonly file: string;
  /** What else the format tells: `tensors`, or `form`, `inputs`, `outputs`, … */
  readonly [key: string]: unknown;
}

export interface ExportReport {
  readonly result: ExportResult;
  /** The result for people. */
  readonly lines: readonly string[];
}

/** How settings are written on the command line. */
export const exportFlags: Readonly<Record<ExportSettingName, string>> = {
  names: '--names',
  form: '--form',
  lengths: '--lengths',
  calibrated: '--calibrated',
  prefix: '--prefix',
  weights: '--weights',
};

/**
 * Writes the best epoch's network.
 * @throws InputError for a format that is not to be had or does not take a setting, a folder that is no run, or a file
 * that is there.
 */
export async function exportRun(options: ExportOptions): Promise<ExportResult> {
  return (await exportAndReport(options)).result;
}

/** As `exportRun`, with what to print. */
export async function exportAndReport(options: ExportOptions): Promise<ExportReport> {
  const { files, out, run, format = 'safetensors', parts, version, ...settings } = options;
  if (!Object.hasOwn(exporters, format))
    throw new InputError(`unknown format "${format}"; known: ${Object.keys(exporters).join(', ')}`);
  const exporter = exporters[format]!;
  for (const [name, value] of Object.entries(settings) as [ExportSettingName, unknown][])
    if (value !== undefined && !exporter.settings.includes(name))
      throw new InputError(`format ${format} does not take ${exportFlags[name]}; leave it out`);
  await refuseTaken(files, out);
  const loaded = await readRun(files, run, parts);
  const horizon = format === 'safetensors' ? null : await horizonOf(loaded);
  const made = await exporter.create({ files, run: loaded, settings, out, version, horizon });
  for (const { path } of made.files) await refuseTaken(files, path);
  for (const { path, content } of made.files) await files.write(path, content);
  return { result: { file: out, ...made.result }, lines: made.lines };
}

async function horizonOf({ model, parameters, preprocessing }: LoadedRun): Promise<StreamHorizon | null> {
  const engine = await openEngine('auto', 1);
  try {
    return await streamHorizon(model, parameters, preprocessing, engine);
  } finally {
    await engine.close();
  }
}

async function refuseTaken(files: Files, path: string): Promise<void> {
  if ((await files.kind(path)) !== 'missing') throw new InputError(`${path} exists already; give another --out`);
}
