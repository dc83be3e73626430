/** What native/src/addon.cc exports. */
export interface NativeBinding {
  /** `formatVersion` of the words that it runs (words/format.ts). */
  readonly tapeVersion: number;
  /** Vector instructions that this build has kernels for and this processor can run, best first. */
  sets(): NativeSet[];
  /** @throws Error with code MEMORY where no thread can be started. */
  open(set: string, threads: number): NativeHandle;
  /** Threads that were to be had. */
  threads(engine: NativeHandle): number;
  /** An aligned buffer of undefined content. @throws Error with code MEMORY. */
  allocate(bytes: number): ArrayBuffer;
  /**
   * Runs a job, one at a time: off this thread, or with it where the last run tells that it takes less than two milliseconds.
   * @param job the numbers of `nativeJob` (words/format.ts).
   * @throws Error with code MEMORY where there is none left for the workspaces.
   */
  run(engine: NativeHandle, words: Int32Array, job: Float64Array, memory: ArrayBuffer): Promise<void>;
  /** Ends the threads and frees the workspaces. */
  close(engine: NativeHandle): void;
}

export interface NativeSet {
  readonly name: string;
  /** Whether a · b + c is rounded once: all sets that do compute the same bits. */
  readonly fused: boolean;
  /** Units of a block of packed weights. */
  readonly productUnits: number;
}

/** An engine's threads and memory on the other side. */
export type NativeHandle = { readonly native: unique symbol };
