/**
 * A run as one file, to ship with a program: a safetensors file of the weights under our names, with the run's document
 * (settings, preprocessing, class labels) as JSON in its metadata. Other programs read the weights and pass over the rest.
 */
import { InputError } from '../errors.js';
import type { Tensors } from '../graph/index.js';
import { readSafetensors, type WritableTensor, writeSafetensors } from '../interop/safetensors.js';
import { assembleRun, type LoadedRun } from './load-run.js';
import type { OwnPart } from './parts/parts.js';
import type { PartSource } from './parts/source.js';
import { partsDocument, readPartsDocument, storedParts } from './parts/stored.js';
import { portableSettings } from './portable-settings.js';
import { type RunDocument, readRunDocument } from './run-document.js';

const documentKey = 'noisy-rnn/run';
const partsKey = 'noisy-rnn/parts';

/**
 * Weights as float32 with descriptive metadata; `document` is left out where the names are not ours.
 * @param parts the run's own.
 */
export function encodeRunFile(
  parameters: Tensors,
  document: RunDocument,
  withDocument = true,
  parts: readonly OwnPart[] = [],
): Uint8Array {
  const tensors = Object.fromEntries(
    Object.entries(parameters).map(([name, { shape, data }]): [string, WritableTensor] => [
      name,
      { dtype: 'F32', shape, data },
    ]),
  );
  const { settings, preprocessing } = document;
  const own = withDocument
    ? { [documentKey]: JSON.stringify({ ...document, settings: portableSettings(settings) }) }
    : {};
  const kept = partsDocument(parts, (path) => path.split(/[\\/]/).at(-1)!);
  const graphs = withDocument && parts.length > 0 ? { [partsKey]: JSON.stringify(kept) } : {};
  return writeSafetensors(tensors, {
    format: 'pt',
    model: settings.model,
    classes: JSON.stringify(preprocessing.classes),
    ...own,
    ...graphs,
  });
}

/**
 * Reads what `export --format safetensors` wrote.
 * @param where what error messages call the file.
 * @throws InputError for bytes that are no such file, are cut short, or hold weights that do not fit their settings.
 */
export async function decodeRunFile(bytes: Uint8Array, where: string, source: PartSource = {}): Promise<LoadedRun> {
  const { tensors, metadata } = readNamed(bytes, where);
  const text = metadata[documentKey];
  if (text === undefined)
    throw new InputError(
      `${where}: a safetensors file, but not of a whole run: its metadata hold no settings. ` +
        'Make one of the run with "noisy-rnn export RUN --format safetensors --out FILE" (own names).',
    );
  const document = readRunDocument(parseDocument(text, where), where);
  const graphs = metadata[partsKey];
  const stored = graphs === undefined ? null : readPartsDocument(parseDocument(graphs, where), where);
  return assembleRun(document, tensors, where, await storedParts(document.settings, stored, source, where, null));
}

function parseDocument(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(
      `${where}: the settings or parts in its metadata are not JSON: ${reasonOf(error)}; export it again`,
    );
  }
}

function readNamed(bytes: Uint8Array, where: string) {
  try {
    return readSafetensors(bytes);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(
      `${where}: ${error.message}. Expected the file that "noisy-rnn export RUN --format safetensors" writes.`,
    );
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
