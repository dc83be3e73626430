/** The workers of one process: as many as asked for, started when there is something to compute. */
import { nameOf } from '../../engine/engines.js';
import { type EngineChoice, openEngine } from '../../engine/open-engine.js';
import type { Files } from '../../platform/files.js';
import { localWorker, type StartWorker, type StudyWorker } from '../workers.js';

export interface CrewOptions {
  readonly files: Files;
  readonly engine: EngineChoice;
  /** Over all workers. */
  readonly threads: number;
  /** One unless given. */
  readonly workers?: number | undefined;
  /** On this thread unless given. */
  readonly startWorker?: StartWorker | undefined;
  readonly onNote?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export function createCrew({ files, engine: choice, threads, signal, onNote, ...options }: CrewOptions) {
  const crew: StudyWorker[] = [];
  const count = Math.max(1, Math.min(options.workers ?? 1, threads));
  let name: EngineChoice = choice;
  return {
    /** The engine that will be had, and its build. */
    async tryEngine() {
      const engine = await openEngine(choice, 1, onNote);
      await engine.close();
      name = nameOf(engine);
      return { name: engine.name, build: engine.build };
    },
    async workers(): Promise<readonly StudyWorker[]> {
      const start = options.startWorker ?? localWorker(files);
      while (crew.length < count)
        crew.push(await start({ choice: name, threads: Math.floor(threads / count), signal }));
      return crew;
    },
    started: () => crew.length > 0,
    close: async () => {
      await Promise.all(crew.map((worker) => worker.close()));
    },
  };
}
