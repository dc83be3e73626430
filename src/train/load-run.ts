/** A trained or imported model from its run folder, ready to be used. */

import { InputError } from '../errors.js';
import type { Tensor, Tensors } from '../graph/index.js';
import type { Model } from '../model/index.js';
import type { Files } from '../platform/files.js';
import { buildConfigured, builtInCells, type CellResolver, resolveCells, sizesOf } from './build.js';
import { decodeCheckpoint } from './checkpoint.js';
import { type RunDocument, readRunDocument } from './run-document.js';
import { RunFolder } from './run-folder.js';

export interface LoadedRun extends RunDocument {
  /** The folder or file it came from. */
  readonly path: string;
  readonly model: Model;
  /** Of the best epoch. */
  readonly parameters: Record<string, Tensor>;
}

/** @throws InputError if there is no run, it has no completed epoch, or its weights do not fit its settings. */
export async function readRun(
  files: Files,
  path: string,
  resolveCell: CellResolver = builtInCells,
): Promise<LoadedRun> {
  const folder = await RunFolder.open(files, path);
  const document = readRunDocument(await folder.readConfig(), path);
  const bytes = await folder.readCheckpoint('best');
  if (bytes === undefined)
    throw new InputError(`${path}: no epoch is completed yet; go on with it first (train --resume ${path})`);
  return assembleRun(document, decodeCheckpoint(bytes).parameters, path, resolveCell);
}

/** @throws InputError if the weights do not fit the settings. */
export async function assembleRun(
  document: RunDocument,
  parameters: Tensors,
  path: string,
  resolveCell: CellResolver,
): Promise<LoadedRun> {
  const { settings, preprocessing } = document;
  const cells = await resolveCells(settings, resolveCell);
  const model = buildConfigured(settings, cells, sizesOf(preprocessing));
  checkParameters(parameters, model, path);
  return { ...document, path, model, parameters: { ...parameters } };
}

/** @throws InputError naming a parameter that is missing, surplus or of another shape than the model's. */
export function checkParameters(parameters: Readonly<Record<string, Tensor>>, model: Model, where: string): void {
  for (const [name, { shape }] of Object.entries(model.parameters)) {
    const found = parameters[name];
    if (found === undefined) throw new InputError(`${where}: parameter "${name}" [${shape}] is missing`);
    if (found.shape.join() !== shape.join())
      throw new InputError(`${where}: parameter "${name}" has shape [${found.shape}], the model expects [${shape}]`);
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
