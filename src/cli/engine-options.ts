import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import type { Engine } from '../engine/engine.js';
import { interruptible } from '../engine/interruptible.js';
import { openEngine } from '../engine/open-engine.js';
import { checkConfiguration, engineNames } from '../train/configuration.js';
import type { Session } from './session.js';

export interface EngineOptions {
  readonly engine?: string | undefined;
  readonly threads?: string | undefined;
}

export function addEngine(command: Command): Command {
  return command
    .addOption(new Option('--engine <name>', 'what computes').choices(engineNames))
    .option('--threads <count>', 'threads; results do not depend on their number');
}

export const cores = availableParallelism;

/** @throws InputError for an unknown engine or a bad number of threads. */
export function readEngine({ engine, threads }: EngineOptions) {
  const given = checkConfiguration({ engine, threads }, 'command line');
  const count = given.threads ?? 'auto';
  return { engine: given.engine ?? 'auto', threads: count === 'auto' ? cores() : count };
}

/** Opens the engine asked for and closes it after use. */
export async function withEngine<Result>(
  options: EngineOptions,
  session: Session,
  use: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  const { engine: choice, threads } = readEngine(options);
  const engine = await openEngine(choice, threads, (message) => session.progress.note(message));
  try {
    return await use(interruptible(engine, session.signal));
  } finally {
    await engine.close();
  }
}
