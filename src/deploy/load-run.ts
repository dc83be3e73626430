/** `loadRun`: a run from wherever it is, as one object that predicts. */
import type { Cell } from '../cells/index.js';
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import { readRun } from '../train/load-run.js';
import type { Part } from '../train/parts/kinds.js';
import type { Modules, PartSource } from '../train/parts/source.js';
import { decodeRunFile } from '../train/run-file.js';
import { createRunModel, type RunModel, type RunModelOptions } from './run-model.js';

/** A folder or file (where there are files), a URL, or the bytes of an exported file. */
export type RunSource = string | URL | Uint8Array | ArrayBuffer;

export interface LoadOptions extends RunModelOptions {
  /** Where paths lead; without it a string is a URL, in a page relative to the page. */
  readonly files?: Files | undefined;
  /** Parts of your own that the run was made with. It keeps cells, noise schemes, losses and readouts as graphs, and does without. */
  readonly parts?: readonly Part[] | undefined;
  /** Cells among them, as it was written before there were other parts. */
  readonly cell?: Cell | readonly Cell[] | undefined;
  /** Execute the modules that the run names, whoever made it; not unless true. */
  readonly trust?: boolean | undefined;
  /** Fetch from http: too. Weights that anyone on the way could change are refused unless true; a machine's own address needs no leave. */
  readonly allowHttp?: boolean | undefined;
  /** Told of redirects. */
  readonly onNote?: ((message: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Loads a run: its folder, or the single file that `noisy-rnn export RUN --format safetensors` writes.
 * @throws InputError if there is nothing (404), it is something else, it is cut short, or its cell is not known here.
 */
export async function loadRun(source: RunSource, options: LoadOptions = {}): Promise<RunModel> {
  return loadRunWith(source, options);
}

/** As `loadRun`, where there are modules. */
export async function loadRunWith(source: RunSource, options: LoadOptions, modules?: Modules): Promise<RunModel> {
  const { cell = [], parts = [], trust, files } = options;
  const own = [...parts, ...([cell].flat() as Cell[])];
  return createRunModel(await read(source, files, { own, modules, trust }, options), options);
}

async function read(source: RunSource, files: Files | undefined, parts: PartSource, options: LoadOptions) {
  if (source instanceof Uint8Array) return decodeRunFile(source, 'the run', parts);
  if (source instanceof ArrayBuffer) return decodeRunFile(new Uint8Array(source), 'the run', parts);
  if (typeof source === 'string' && files !== undefined && !/^https?:/i.test(source)) {
    if ((await files.kind(source)) !== 'file') return readRun(files, source, parts);
    return decodeRunFile(await files.read(source), source, parts);
  }
  return decodeRunFile(await download(source, options), String(source), parts);
}

async function download(source: string | URL, { signal, allowHttp = false, onNote }: LoadOptions): Promise<Uint8Array> {
  refuseHttp(String(source), allowHttp);
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
  if (response.redirected) {
    refuseHttp(response.url, allowHttp);
    onNote?.(`${source}: redirected to ${response.url}`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

/** @throws InputError for http: to another machine. A page's relative URL is of the page's own scheme. */
function refuseHttp(address: string, allowed: boolean): void {
  if (allowed || !URL.canParse(address)) return;
  const { protocol, hostname } = new URL(address);
  if (protocol !== 'http:' || /^(localhost|127(\.\d+){3}|\[::1\])$|\.localhost$/.test(hostname)) return;
  throw new InputError(
    `${address}: weights would come over http:, where anyone on the way can change them; use https:, or allow it (allowHttp: true)`,
  );
}
