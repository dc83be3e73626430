/** What a format to export to is. A new one is a file or a folder, and a row of the table. */
import type { StreamHorizon } from '../analysis/horizon/index.js';
import type { Files } from '../platform/files.js';
import type { LoadedRun } from '../train/load-run.js';
import type { OnnxForm } from './onnx/options.js';

/** What can be asked of an export; each format takes some of it. */
export interface ExportSettings {
  /** Safetensors: our parameter names (`own`), or those of the released PyTorch model (`published`). */
  readonly names?: string | undefined;
  /** ONNX: whole series, one step, or some steps of a stream. */
  readonly form?: OnnxForm | undefined;
  /** ONNX: read the rows' lengths; as the run was trained unless given. */
  readonly lengths?: boolean | undefined;
  /** Probabilities at the run's temperature. */
  readonly calibrated?: boolean | undefined;
  /** C: what all names begin with; `noisy_rnn` unless given. */
  readonly prefix?: string | undefined;
  /** C: how weights are stored; `float32` unless given. */
  readonly weights?: string | undefined;
}

export type ExportSettingName = keyof ExportSettings;

export interface ExportContext {
  readonly files: Files;
  readonly run: LoadedRun;
  readonly settings: ExportSettings;
  /** The file to write; the name of further ones follows from it. */
  readonly out: string;
  /** Of noisy-rnn. */
  readonly version: string | undefined;
  /** For how long an endless stream can be trusted; null where none can be followed. */
  readonly horizon: StreamHorizon | null;
}

export interface ExportedFile {
  readonly path: string;
  readonly content: Uint8Array | string;
}

export interface Exported {
  /** The file asked for, and those beside it. */
  readonly files: readonly [ExportedFile, ...ExportedFile[]];
  /** Beside the file, what the caller is told. */
  readonly result: Readonly<Record<string, unknown>>;
  /** The same for people. */
  readonly lines: readonly string[];
}

export interface Exporter {
  readonly description: string;
  /** Settings that it heeds; any other is refused. */
  readonly settings: readonly ExportSettingName[];
  readonly create: (context: ExportContext) => Exported | Promise<Exported>;
}
