import type { Files } from '../../platform/files.js';
import { completeConfiguration } from '../defaults.js';
import type { Parts } from '../parts/parts.js';
import type { RunFolder } from '../run-folder.js';
import { readRecord } from '../run-record.js';
import type { TrainResult } from '../train-result.js';
import { modelCard } from './model-card.js';

/** Writes the model card of a run from its own files. @param result of a run that ends, before it is written. */
export async function writeCard(files: Files, folder: RunFolder, parts: Parts, result?: TrainResult): Promise<void> {
  const record = await readRecord(files, folder.path);
  const { data, model, stack } = record.document.settings;
  const layers = stack === undefined ? {} : { stack: stack.map((layer) => ({ model: layer.model ?? model })) };
  const defaults = completeConfiguration({ data, model, ...layers }, parts);
  await folder.writeCard(modelCard({ ...record, result: result ?? record.result }, defaults));
}
