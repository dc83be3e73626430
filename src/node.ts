/** noisy-rnn on Node: files on disk, all cores, and short forms of what needs them. */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Cell } from './cells/index.js';
import { type LoadOptions, loadRunWith, type RunSource } from './deploy/load-run.js';
import type { RunModel } from './deploy/run-model.js';
import { nodeModules } from './node/modules.js';
import { nodeFiles } from './platform/node-files.js';
import type { GivenConfiguration } from './train/configuration.js';
import type { GivenLayer } from './train/layer-settings.js';
import { kindOf, type Part, type PartTypes } from './train/parts/kinds.js';
import type { TrainResult } from './train/train-result.js';
import { type ResumeOptions, type RunOptions, resumeRun, trainRun } from './train/train-run.js';

export { cacheFolder, type DownloadOptions, downloadData } from './node/download.js';
export { configFolder, nodeModules, nodeParts } from './node/modules.js';
export { nodeEnvironment } from './platform/node-environment.js';
export { nodeFiles } from './platform/node-files.js';
export { setKernelFlags } from './platform/node-v8.js';

/** Settings that take a part of one's own in place of a name: the object, its name, or the path of its module. */
interface OwnSettings {
  readonly model?: string | Cell | undefined;
  readonly noise?: string | PartTypes['noise'] | undefined;
}

export interface NodeTrainOptions
  extends Omit<GivenConfiguration, keyof OwnSettings | 'stack'>,
    OwnSettings,
    Partial<Omit<RunOptions, 'parts'>> {
  /** Layers that differ; what a layer does not say is as the other options say. */
  readonly stack?: readonly (Omit<GivenLayer, keyof OwnSettings> & OwnSettings)[] | undefined;
  /** Parts of your own that settings name, beside those that stand in place of a name. */
  readonly parts?: readonly Part[] | undefined;
  /** Execute the modules that the run of `from` names, whoever made it. */
  readonly trust?: boolean | undefined;
  /** Folder of the run: missing or empty. */
  readonly out: string;
}

/**
 * Trains and tests a model: settings as on the command line, all with defaults.
 * @throws as `trainRun`.
 */
export async function train(options: NodeTrainOptions): Promise<TrainResult> {
  const {
    out,
    stack,
    parts = [],
    trust,
    files = nodeFiles,
    environment,
    onProgress,
    onNote,
    signal,
    cores,
    ...settings
  } = options;
  const own: Part[] = [...parts];
  const named = (of: object) =>
    Object.fromEntries(
      Object.entries(of).map(([name, value]) => {
        if (kindOf(value) === undefined) return [name, value];
        own.push(value as Part);
        return [name, (value as Part).name];
      }),
    );
  const layers = stack === undefined ? {} : { stack: stack.map(named) };
  return trainRun({
    ...{ files, environment, onProgress, onNote, signal, out },
    cores: cores ?? availableParallelism(),
    settings: { ...named(settings), ...layers } as GivenConfiguration,
    parts: { own, modules: nodeModules, trust },
  });
}

export interface NodeResumeOptions
  extends Partial<Omit<RunOptions, 'parts'>>,
    Pick<ResumeOptions, 'allowOtherEngine' | 'threads'> {
  readonly parts?: readonly Part[] | undefined;
  readonly model?: Cell | readonly Cell[] | undefined;
  /** Execute the modules that the run names, whoever made it. */
  readonly trust?: boolean | undefined;
}

/**
 * Goes on with a run.
 * @param options `parts` are needed again where they are code that was handed over (an optimiser, say); `model` is the same
 * for cells. What the run keeps as a graph goes on from there.
 * @throws as `resumeRun`.
 */
export async function resume(run: string, options: NodeResumeOptions = {}): Promise<TrainResult> {
  const { model = [], parts = [], trust, ...others } = options;
  return resumeRun({
    files: nodeFiles,
    cores: availableParallelism(),
    ...others,
    run,
    parts: { own: [...parts, ...([model].flat() as Cell[])], modules: nodeModules, trust },
  });
}

/**
 * Loads a run to use it: the folder of a run, an exported file, the URL of one, or its bytes.
 * @throws as the core's `loadRun`.
 */
export async function loadRun(source: RunSource, options: LoadOptions = {}): Promise<RunModel> {
  const local = source instanceof URL && source.protocol === 'file:' ? fileURLToPath(source) : source;
  return loadRunWith(local, { files: nodeFiles, ...options }, nodeModules);
}
