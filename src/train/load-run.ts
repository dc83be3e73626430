/** A trained or imported model from its run folder, ready to be used. */

import { InputError } from '../errors.js';
import type { Tensor, Tensors } from '../graph/index.js';
import type { Model } from '../model/index.js';
import type { Files } from '../platform/files.js';
import { buildConfigured, sizesOf } from './build.js';
import { decodeCheckpoint } from './checkpoint.js';
import type { Parts } from './parts/parts.js';
import type { PartSource } from './parts/source.js';
import { readPartsDocument, storedParts } from './parts/stored.js';
import { type RunDocument, readRunDocument } from './run-document.js';
import { RunFolder } from './run-folder.js';

export interface LoadedRun extends RunDocument {
  /** The folder or file it came from. */
  readonly path: string;
  readonly model: Model;
  /** What its settings name, its own parts among them. */
  readonly parts: Parts;
  /** Of the best epoch. */
  readonly parameters: Record<string, Tensor>;
}

/**
 * @param source parts of the caller's own, and whether the run's code may be executed (it may not, unless given).
 * @throws InputError if there is no run, it has no completed epoch, or its weights do not fit its settings.
 */
export async function readRun(files: Files, path: string, source: PartSource = {}): Promise<LoadedRun> {
  const folder = await RunFolder.open(files, path);
  const document = readRunDocument(await folder.readConfig(), path);
  const bytes = await folder.readCheckpoint('best');
  if (bytes === undefined)
    throw new InputError(`${path}: no epoch is completed yet; go on with it first (train --resume ${path})`);
  const parts = await partsOfFolder(folder, document, source);
  return assembleRun(document, decodeCheckpoint(bytes).parameters, path, parts);
}

/** The parts of a run in a folder. @throws InputError as `storedParts`. */
export async function partsOfFolder(folder: RunFolder, { settings }: RunDocument, source: PartSource): Promise<Parts> {
  const content = await folder.readParts();
  const stored = content === undefined ? null : readPartsDocument(content, folder.path);
  return storedParts(settings, stored, source, folder.path, folder.path);
}

/** @throws InputError if the weights do not fit the settings. */
export function assembleRun(document: RunDocument, parameters: Tensors, path: string, parts: Parts): LoadedRun {
  const { settings, preprocessing } = document;
  const model = buildConfigured(settings, parts, sizesOf(preprocessing));
  checkParameters(parameters, model, path);
  return { ...document, path, model, parts, parameters: { ...parameters } };
}

/** No network that computes has a larger weight: float32 holds at most 3.4e38, and a product of two must stay below. */
const largestWeight = 1e18;

/** @throws InputError naming a parameter that is missing, surplus, of another shape than the model's, not finite or absurdly large. */
export function checkParameters(parameters: Readonly<Record<string, Tensor>>, model: Model, where: string): void {
  for (const [name, { shape }] of Object.entries(model.parameters)) {
    const found = parameters[name];
    if (found === undefined) throw new InputError(`${where}: parameter "${name}" [${shape}] is missing`);
    if (found.shape.join() !== shape.join())
      throw new InputError(`${where}: parameter "${name}" has shape [${found.shape}], the model expects [${shape}]`);
    const bad = found.data.findIndex((value) => !(Math.abs(value) <= largestWeight));
    if (bad >= 0)
      throw new InputError(
        `${where}: parameter "${name}" has the value ${found.data[bad]} at ${bad}; expected finite numbers of at most ${largestWeight}: training had diverged, or the file is damaged`,
      );
  }
  for (const name of Object.keys(parameters))
    if (!Object.hasOwn(model.parameters, name))
      throw new InputError(`${where}: parameter "${name}" is not one of the model's`);
}

/** What logits are divided by. @throws InputError if the run is asked to be calibrated and has no temperature. */
export function temperatureOf(
  { temperature, path }: Pick<LoadedRun, 'temperature' | 'path'>,
  calibrated = false,
): number {
  if (!calibrated) return 1;
  if (temperature === undefined)
    throw new InputError(
      `${path} has no temperature: it predicts values, was imported, is not done, or was trained before there was one`,
    );
  return temperature;
}
