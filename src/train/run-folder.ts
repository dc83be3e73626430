/**
 * A run on disk: `config.yaml`, `environment.json`, `parts.json` (if it has parts of its own), `metrics.jsonl`, `checkpoints/last.safetensors`,
 * `checkpoints/best.safetensors`, `README.md` (the model card), and, once it is done, `test-rows.json` and `result.json`.
 *
 * A kill at any instant leaves a run that resumes to the same numbers. Every file but the metrics is replaced whole or
 * not at all (`Files.write`), and the order of writes does the rest:
 *
 * 1. Creation: folders, environment, parts, then the configuration. A folder is a run from the moment `config.yaml` is there;
 *    what a kill before it leaves behind is overwritten by the next creation.
 * 2. An epoch: its metrics line, then `best` if it is the best so far, then `last`. Replacing `last` is what completes
 *    the epoch: there is no pointer beside it that could disagree. Metrics and `best` can only be ahead of `last`, by
 *    one epoch, never behind it, and resuming from `last` computes that epoch again, to the same numbers.
 * 3. Resuming: the result is discarded, then the metrics are cut back to `last`, both before anything is computed.
 *    Without a `last`, the run starts from its configuration.
 * 4. Rows and result of the test are written after the last checkpoint, the card between them: a run with a result is
 *    done, and its card says so. The card may be missing or out of date on a run that is not.
 */
import { InputError } from '../errors.js';
import type { Claim } from '../platform/claims.js';
import type { Files } from '../platform/files.js';
import { belongsToClaim } from './claim-run.js';
import { configText } from './run-document.js';
import { type MetricsRecord, metricsLine, parseMetrics, salvagedMetrics } from './run-metrics.js';
import { parseYaml } from './yaml.js';

const names = {
  config: 'config.yaml',
  environment: 'environment.json',
  parts: 'parts.json',
  metrics: 'metrics.jsonl',
  testRows: 'test-rows.json',
  card: 'README.md',
  result: 'result.json',
  checkpoints: 'checkpoints',
} as const;

export class RunFolder {
  private claim: Claim | undefined;

  private constructor(
    private readonly files: Files,
    readonly path: string,
  ) {}

  /** Epochs and checkpoints are from now on written only while the claim is held. */
  guard(claim: Claim): void {
    this.claim = claim;
  }

  /** What writes of killed processes have left behind; to be called by the holder of the claim. */
  async removeRemnants(): Promise<void> {
    for (const folder of [this.path, this.file(names.checkpoints)]) {
      if ((await this.files.kind(folder)) !== 'folder') continue;
      for (const entry of await this.files.list(folder))
        if (isTemporary(entry)) await this.files.remove(this.files.join(folder, entry));
    }
    await this.files.claims?.tidy(this.path);
  }

  /**
   * Starts a run in a folder that is missing or empty (or that a creation cut short left behind).
   * @throws InputError if the folder holds a run, or anything else.
   */
  static async create(
    files: Files,
    path: string,
    contents: { config: object; environment: object; parts?: object | null },
  ): Promise<RunFolder> {
    const run = new RunFolder(files, path);
    await RunFolder.checkFree(files, path);
    await run.removeRemnants();
    await files.makeFolder(run.file(names.checkpoints));
    await run.writeJson(names.environment, contents.environment);
    if (contents.parts) await files.write(run.file(names.parts), `${JSON.stringify(contents.parts)}\n`);
    await files.write(run.file(names.config), configText(contents.config));
    return run;
  }

  /** @throws InputError if the folder holds a run, or anything else. */
  static async checkFree(files: Files, path: string): Promise<void> {
    await new RunFolder(files, path).refuseOccupied();
  }

  /** @throws InputError if there is no run. */
  static async open(files: Files, path: string): Promise<RunFolder> {
    const run = new RunFolder(files, path);
    const kind = await files.kind(path);
    if (kind !== 'folder')
      throw new InputError(`${path}: ${kind === 'file' ? 'got a file' : 'not found'}, expected the folder of a run`);
    if ((await files.kind(run.file(names.config))) !== 'file')
      throw new InputError(`${path}: no ${names.config} in it, expected the folder of a run; check the path`);
    return run;
  }

  /** The configuration as parsed, its schema unchecked. @throws InputError if it is not YAML. */
  async readConfig(): Promise<unknown> {
    return parseYaml(await this.files.read(this.file(names.config)), this.file(names.config));
  }

  /** @throws InputError if it is missing or not JSON. */
  async readEnvironment(): Promise<unknown> {
    return this.readJson(names.environment);
  }

  /** Parts of its own as parsed, unchecked; undefined if it has none. @throws InputError if the file is not JSON. */
  async readParts(): Promise<unknown> {
    return this.readOptionalJson(names.parts);
  }

  /** The first write of a completed epoch; `saveCheckpoint` is the second. */
  async appendMetrics(record: { readonly epoch: number }): Promise<void> {
    await this.claim?.check();
    await this.files.append(this.file(names.metrics), metricsLine(record));
  }

  /** @throws InputError if a line other than a torn last one is not a record. */
  async readMetrics(): Promise<MetricsRecord[]> {
    const path = this.file(names.metrics);
    return (await this.files.kind(path)) === 'missing' ? [] : parseMetrics(await this.readText(names.metrics), path);
  }

  /**
   * For resuming: drops a torn last line and the epochs after the checkpoint's.
   * @param toEpoch the last epoch that the checkpoint completes; below the first epoch to drop all.
   * @returns the records kept.
   */
  async truncateMetrics(toEpoch: number): Promise<MetricsRecord[]> {
    const kept = (await this.readMetrics()).filter(({ epoch }) => epoch <= toEpoch);
    await this.files.write(this.file(names.metrics), kept.map(metricsLine).join(''));
    return kept;
  }

  /**
   * Of metrics in whatever state: the first record of each epoch that the checkpoint completes, in order.
   * @returns how many lines are dropped, those after the checkpoint not counted.
   */
  async salvageMetrics(toEpoch: number): Promise<number> {
    if ((await this.files.kind(this.file(names.metrics))) === 'missing') return 0;
    const text = await this.readText(names.metrics);
    const { kept, dropped } = salvagedMetrics(text, toEpoch);
    if (dropped > 0) await this.files.write(this.file(names.metrics), kept.map(metricsLine).join(''));
    return dropped;
  }

  /** The run starts anew from its configuration. */
  async discardCheckpoints(): Promise<void> {
    for (const which of ['last', 'best'] as const) await this.files.remove(this.checkpointFile(which));
  }

  /** Drops a result, or rows of the test, that are not JSON. @returns whether there was one. */
  async discardUnreadable(): Promise<boolean> {
    let found = false;
    for (const name of [names.result, names.testRows])
      try {
        await this.readOptionalJson(name);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        await this.files.remove(this.file(name));
        found = true;
      }
    return found;
  }

  /** Replaces `last`, and before it `best` if these are the best weights so far. */
  async saveCheckpoint(bytes: Uint8Array, isBest: boolean): Promise<void> {
    await this.claim?.check();
    if (isBest) await this.files.write(this.checkpointFile('best'), bytes);
    await this.files.write(this.checkpointFile('last'), bytes);
  }

  /** The bytes of a checkpoint; undefined if the run was killed before its first. */
  async readCheckpoint(which: 'last' | 'best'): Promise<Uint8Array | undefined> {
    const path = this.checkpointFile(which);
    return (await this.files.kind(path)) === 'missing' ? undefined : this.files.read(path);
  }

  async writeTestRows(rows: object): Promise<void> {
    await this.files.write(this.file(names.testRows), `${JSON.stringify(rows)}\n`);
  }

  /** Undefined if there are none. @throws InputError if the file is not JSON. */
  async readTestRows(): Promise<unknown> {
    return this.readOptionalJson(names.testRows);
  }

  async writeCard(text: string): Promise<void> {
    await this.files.write(this.file(names.card), text);
  }

  /** In place of the configuration it was created with. */
  async replaceConfig(config: object): Promise<void> {
    await this.files.write(this.file(names.config), configText(config));
  }

  async writeResult(result: object): Promise<void> {
    await this.writeJson(names.result, result);
  }

  /** Undefined if the run is not done. @throws InputError if the file is not JSON. */
  async readResult(): Promise<unknown> {
    return this.readOptionalJson(names.result);
  }

  /** For training on after the run was done: its result no longer holds. */
  async discardResult(): Promise<void> {
    if ((await this.files.kind(this.file(names.result))) !== 'missing')
      await this.files.remove(this.file(names.result));
  }

  private async refuseOccupied(): Promise<void> {
    const kind = await this.files.kind(this.path);
    if (kind === 'missing') return;
    if (kind === 'file')
      throw new InputError(`${this.path}: got a file, expected a new or empty folder; give another --out`);
    const entries = await this.files.list(this.path);
    if (entries.includes(names.config))
      throw new InputError(
        `${this.path} holds a run already; go on with it (--resume ${this.path}), or give another --out`,
      );
    const checkpoints = entries.includes(names.checkpoints) ? await this.files.list(this.file(names.checkpoints)) : [];
    const foreign = entries.find((entry) => !isLeftover(entry)) ?? checkpoints.find((entry) => !isTemporary(entry));
    if (foreign !== undefined)
      throw new InputError(
        `${this.path} is not empty ("${foreign}" is in it) and holds no run, expected a new or empty folder; give another --out`,
      );
  }

  private file(name: string): string {
    return this.files.join(this.path, name);
  }

  private checkpointFile(which: 'last' | 'best'): string {
    return this.files.join(this.path, names.checkpoints, `${which}.safetensors`);
  }

  private async readText(name: string): Promise<string> {
    return new TextDecoder().decode(await this.files.read(this.file(name)));
  }

  private async readJson(name: string): Promise<unknown> {
    const text = await this.readText(name);
    return parsedJson(this.file(name), text);
  }

  private async readOptionalJson(name: string): Promise<unknown> {
    return (await this.files.kind(this.file(name))) === 'missing' ? undefined : this.readJson(name);
  }

  private async writeJson(name: string, value: object): Promise<void> {
    await this.files.write(this.file(name), `${JSON.stringify(value, null, 2)}\n`);
  }
}

/** What creation writes before the configuration, temporary files of it and the configuration, and claims. */
function isLeftover(entry: string): boolean {
  const created = [names.config, names.environment, names.parts];
  const temporary = isTemporary(entry) && created.some((name) => entry.includes(name));
  const written = [names.checkpoints, names.environment, names.parts].some((name) => entry === name);
  return written || temporary || belongsToClaim(entry);
}

/** Of a write (`Files.write`) that was cut short. */
function isTemporary(entry: string): boolean {
  return entry.startsWith('.') && entry.endsWith('.tmp');
}

function parsedJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`${path} is not JSON: ${reason}; repair it, or start the run anew`);
  }
}
