/** `loadRun`: a run from wherever it is, as one object that predicts. */
import type { Cell } from '../cells/index.js';
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import { builtInCells, type CellResolver, preferring } from '../train/build.js';
import { readRun } from '../train/load-run.js';
import { decodeRunFile } from '../train/run-file.js';
import { createRunModel, type RunModel, type RunModelOptions } from './run-model.js';

/** A folder or file (where there are files), a URL, or the bytes of an exported file. */
export type RunSource = string | URL | Uint8Array | ArrayBuffer;

export interface LoadOptions extends RunModelOptions {
  /** Where paths lead; without it a string is a URL, in a page relative to the page. */
  readonly files?: Files | undefined;
  /** The run's cell, if it is one of your own; in a stack, all that are. */
  readonly cell?: Cell | readonly Cell[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Loads a run: its folder, or the single file that `noisy-rnn export RUN --format safetensors` writes.
 * @throws InputError if there is nothing (404), it is something else, it is cut short, or its cell is not known here.
 */
export async function loadRun(source: RunSource, options: LoadOptions = {}): Promise<RunModel> {
  return loadRunWith(source, options, builtInCells);
}

/** As `loadRun`, with another way to find cells by name. */
export async function loadRunWith(source: RunSource, options: LoadOptions, otherwise: CellResolver): Promise<RunModel> {
  const { cell = [], files } = options;
  const resolveCell = preferring([cell].flat() as Cell[], otherwise);
  return createRunModel(await read(source, files, resolveCell, options.signal), options);
}

async function read(source: RunSource, files: Files | undefined, resolveCell: CellResolver, signal?: AbortSignal) {
  if (source instanceof Uint8Array) return decodeRunFile(source, 'the run', resolveCell);
  if (source instanceof ArrayBuffer) return decodeRunFile(new Uint8Array(source), 'the run', resolveCell);
  if (typeof source === 'string' && files !== undefined && !/^https?:/i.test(source)) {
    if ((await files.kind(source)) !== 'file') return readRun(files, source, resolveCell);
    return decodeRunFile(await files.read(source), source, resolveCell);
  }
  return decodeRunFile(await download(source, signal), String(source), resolveCell);
}

async function download(source: string | URL, signal?: AbortSignal): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(source, signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`${source}: cannot be fetched (${reason}); expected the URL of an exported run`);
  }
  if (!response.ok)
    throw new InputError(
      `${source}: the server answered ${response.status} ${response.statusText}`.trimEnd() +
        '; expected the URL of an exported run, check it',
    );
  return new Uint8Array(await response.arrayBuffer());
}
