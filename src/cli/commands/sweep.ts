import { freemem } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../../errors.js';
import { startStudyWorker, workersFor } from '../../node/study-workers.js';
import { nodeEnvironment } from '../../platform/node-environment.js';
import { nodeFiles } from '../../platform/node-files.js';
import type { SweepResult } from '../../result/sweep.js';
import { parseYaml } from '../../train/yaml.js';
import { addOffline, withArchive } from '../archive-data.js';
import { addSharing, type ShareOptions } from '../clusters/options.js';
import { startWorkers } from '../clusters/start.js';
import { flags } from '../clusters/worker.js';
import { parseDuration } from '../duration.js';
import { addEngine, type EngineOptions, readEngine } from '../engine-options.js';
import { absolutePaths } from '../paths.js';
import type { Session } from '../session.js';
import { addTimeLimit } from '../time-limit.js';
import { version } from '../version.js';

interface Options extends EngineOptions, ShareOptions {
  readonly out?: string;
  readonly dataDir?: string;
  readonly offline?: boolean;
  readonly resume?: boolean;
  readonly limit?: string;
  readonly mixBuilds?: boolean;
  readonly json?: boolean;
}

const help = `
A space is a YAML file of settings. One that is a list is tried in turn; a number is drawn from log(low, high),
uniform(low, high) or int(low, high), in a text too; a third number makes points of a grid of it.

  data: ecg5000            method: halving      # grid, random, halving, asha
  model: [noisy, elman]    trials: 60           # arms to draw; without it every point of the grid
  lr: log(1e-4, 1e-1)      seeds: [1, 2]        # training seeds, the same for every arm
  noise: sde:add=log(0.01, 1)
  epochs: 27               factor: 3            # one of 3 goes on; first: epochs of the first rung

Selection is on the validation data alone.`;

export function addSweep(program: Command, session: Session): void {
  const command = program
    .command('sweep')
    .description('try settings of a space and choose by validation data: grid, random, successive halving')
    .argument('<space>', 'YAML file, see below')
    .option('--out <folder>', 'folder of the sweep, new or empty; sweeps/NAME unless given')
    .option('--data-dir <folder>', 'folder of the data, where the space does not say')
    .option('--resume', 'go on with a sweep that was interrupted')
    .option('--limit <runs or time>', 'so many arms alone (20), or no new one after so long (2h)')
    .option('--mix-builds', 'take what another build of the engine computed too');
  command.addHelpText('after', help);
  addTimeLimit(addSharing(addEngine(addOffline(command))))
    .option('--json', 'print the results as one JSON document on standard output')
    .action(async (path: string, options: Options) => {
      session.limitTime(options.timeLimit);
      const space = await readSpaceFile(path, options, session);
      const name = path.replace(/^.*[\\/]/, '').replace(/\.[^.]+$/, '');
      const out = options.out ?? join('sweeps', name);
      if (options.on !== undefined) {
        const dataDir = typeof space.dataDir === 'string' ? space.dataDir : undefined;
        const own = flags({
          'data-dir': dataDir,
          engine: options.engine,
          limit: options.limit,
          'mix-builds': options.mixBuilds,
        });
        return startWorkers({ name, out, args: (at) => ['sweep', at(path), ...own] }, options, session);
      }
      const { engine, threads } = readEngine(options);
      const [{ sweep }, { sweepSentence }] = await Promise.all([
        import('../../experiments/sweep/sweep.js'),
        import('../../report/sweep-page.js'),
      ]);
      const { result, ended, paths } = await sweep({
        ...{
          space: { name, ...space },
          where: path,
          out,
          files: nodeFiles,
          engine,
          threads,
          ...limitOf(options.limit),
        },
        ...{ join: options.join, resume: options.resume, mixBuilds: options.mixBuilds, signal: session.signal },
        workers: workersFor(threads, freemem()),
        startWorker: startStudyWorker,
        command: `noisy-rnn sweep ${path} --out ${out}${options.limit === undefined ? '' : ` --limit ${options.limit}`}`,
        environment: nodeEnvironment(version),
        onProgress: (fraction, label) => session.progress.update(fraction, label),
        onNote: (line) => session.progress.note(line),
      });
      session.progress.done(endText(ended, paths, out));
      session.print(options, result, textOf(result, sweepSentence(result), out));
    });
}

/** A whole number counts arms, anything else is a time. */
function limitOf(limit: string | undefined): { limitArms?: number; limitSeconds?: number } {
  if (limit === undefined) return {};
  if (/^\d+$/.test(limit.trim()) && Number(limit) >= 1) return { limitArms: Number(limit) };
  return { limitSeconds: parseDuration('limit', limit) };
}

/** Paths in the space are from where it is; workers may start elsewhere. */
async function readSpaceFile(path: string, options: Options, session: Session): Promise<Record<string, unknown>> {
  const content = parseYaml(await nodeFiles.read(path), path);
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new InputError(`${path}: expected settings as "name: value" lines, some of them lists or log(low, high)`);
  const dataDir = options.dataDir === undefined ? {} : { dataDir: options.dataDir };
  const given = absolutePaths({ ...pathsOf(content), ...dataDir });
  // Sources that are downloaded are, once.
  return { ...content, ...(await withArchive(given, options, session)) };
}

/** Settings that are paths and do not vary. */
function pathsOf(content: object): Record<string, string> {
  const names = ['data', 'dataDir', 'validationData', 'testData', 'from'];
  return Object.fromEntries(
    Object.entries(content).filter(([name, value]) => names.includes(name) && typeof value === 'string'),
  ) as Record<string, string>;
}

function endText(ended: string, paths: readonly string[], out: string): string {
  if (ended === 'others') return 'nothing is left to take; others compute the last arms';
  if (ended === 'enough') return `the limit is reached; --resume goes on with ${out}`;
  return paths.length === 0 ? 'another worker wrote the results' : `wrote ${paths.join(', ')}`;
}

function textOf(result: SweepResult, sentence: string, out: string): string {
  const best = result.best === null ? '' : `\ntrain it with: noisy-rnn train --config ${join(out, 'best.yaml')}`;
  return `${sentence}${best}`;
}
