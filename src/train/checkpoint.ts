/**
 * A checkpoint is one safetensors file, so that any tool can read its weights: parameters under `parameter/`, the
 * optimiser's state under `optimiser/`, and where training was as texts in the metadata, under `progress/`.
 */
import { InputError } from '../errors.js';
import type { Tensor, Tensors } from '../graph/tensor.js';
import { readSafetensors, type WritableTensor, writeSafetensors } from '../interop/safetensors.js';

export interface Checkpoint {
  readonly parameters: Tensors;
  /** What `Optimiser.state` returned. */
  readonly optimiser: Tensors;
  /** Whatever resuming needs besides: epoch, position in it, seed, engine build, best epoch… */
  readonly progress: Readonly<Record<string, number | string>>;
}

const format = 'noisy-rnn/checkpoint';
const version = '1';
const sections = ['parameter', 'optimiser'] as const;
const progressPrefix = 'progress/';

/**
 * Equal checkpoints give equal bytes, and decoding gives back every number exactly.
 * @param parameterType how parameters are stored: F32 for an engine whose parameters are float32.
 * @throws RangeError if a parameter is not a float32 though `parameterType` is F32: the resumed run would differ.
 */
export function encodeCheckpoint(checkpoint: Checkpoint, parameterType: 'F32' | 'F64' = 'F64'): Uint8Array {
  const tensors: [string, WritableTensor][] = [];
  for (const [name, { shape, data }] of Object.entries(checkpoint.parameters)) {
    const lost = parameterType === 'F32' ? data.find((value) => !Object.is(Math.fround(value), value)) : undefined;
    if (lost !== undefined) throw new RangeError(`parameter "${name}": ${lost} is not a float32; store F64, or round`);
    tensors.push([`parameter/${name}`, { dtype: parameterType, shape, data }]);
  }
  for (const [name, { shape, data }] of Object.entries(checkpoint.optimiser))
    tensors.push([`optimiser/${name}`, { dtype: 'F64', shape, data }]);
  const progress = Object.entries(checkpoint.progress).map(([key, value]) => [progressPrefix + key, asText(value)]);
  return writeSafetensors(Object.fromEntries(tensors), { format, version, ...Object.fromEntries(progress) });
}

/** @throws InputError if the bytes are no safetensors file, or one that is no checkpoint of this version. */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes);
  if (metadata.format !== format)
    throw new InputError(
      `not a checkpoint: a safetensors file with format ${show(metadata.format)}, expected "${format}"; weights from elsewhere go through "noisy-rnn import"`,
    );
  if (metadata.version !== version)
    throw new InputError(
      `checkpoint of version ${show(metadata.version)}, expected "${version}"; use the noisy-rnn that wrote it`,
    );
  const found: Record<(typeof sections)[number], [string, Tensor][]> = { parameter: [], optimiser: [] };
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    const section = sections.find((prefix) => name.startsWith(`${prefix}/`));
    if (!section)
      throw new InputError(`checkpoint: tensor "${name}", expected names that begin with parameter/ or optimiser/`);
    found[section].push([name.slice(section.length + 1), { shape, data }]);
  }
  const progress = Object.entries(metadata)
    .filter(([key]) => key.startsWith(progressPrefix))
    .map(([key, text]): [string, number | string] => [key.slice(progressPrefix.length), fromText(key, text)]);
  return {
    parameters: Object.fromEntries(found.parameter),
    optimiser: Object.fromEntries(found.optimiser),
    progress: Object.fromEntries(progress),
  };
}

/** Texts in quotation marks, numbers without: JSON, and beyond it NaN, Infinity and −0 (the best loss may be Infinity). */
function asText(value: number | string): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return Object.is(value, -0) ? '-0' : String(value);
}

function fromText(key: string, text: string): number | string {
  try {
    const value: unknown = text.startsWith('"') ? JSON.parse(text) : undefined;
    if (typeof value === 'string') return value;
  } catch {
    // Reported below, as any other unusable text.
  }
  const number = text.trim() === '' ? undefined : Number(text);
  if (number !== undefined && (!Number.isNaN(number) || text === 'NaN')) return number;
  throw new InputError(`checkpoint: ${key} is ${show(text)}, expected a number or a text in quotation marks`);
}

function show(text: string | undefined): string {
  return text === undefined ? 'none' : JSON.stringify(text.slice(0, 60));
}
