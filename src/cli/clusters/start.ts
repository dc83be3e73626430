/** Starts workers: processes here, tasks of Slurm, pods of Kubernetes. */
import { spawn, spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { InputError } from '../../errors.js';
import { nodeFiles } from '../../platform/node-files.js';
import type { Session } from '../session.js';
import { wholeNumber } from '../whole-number.js';
import { kubernetesYaml, mountPath } from './kubernetes.js';
import type { ShareOptions } from './options.js';
import { slurmScript } from './slurm.js';
import { ownCommand } from './worker.js';

export interface Shared {
  /** Of the job: letters, digits, dashes. */
  readonly name: string;
  readonly out: string;
  /** Arguments of a worker, but for its folder and threads. @param path turns a local path into the worker's. */
  readonly args: (path: (local: string) => string) => readonly string[];
}

/** @throws InputError for unusable options, or if the scheduler refuses. */
export async function startWorkers(shared: Shared, options: ShareOptions, session: Session): Promise<void> {
  const tasks = wholeNumber('tasks', options.tasks ?? '4', 1);
  const name = `noisy-rnn-${shared.name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
  const out = resolve(shared.out);
  const joined = (folder: string, path: (local: string) => string) => [
    ...shared.args(path),
    ...['--out', folder, '--join'],
    ...(options.timeLimit === undefined ? [] : ['--time-limit', options.timeLimit]),
  ];
  if (options.on === 'kubernetes') {
    const inPod = (path: string) => `${mountPath}/${path.split('/').at(-1)}`;
    const args = joined(inPod(out), inPod);
    const yaml = kubernetesYaml({ name, tasks, image: options.image, claim: options.claim, args });
    session.print({}, yaml, yaml.trimEnd());
    return;
  }
  const local = joined(out, (path) => resolve(path));
  if (options.on === 'slurm') return submit({ name, tasks, out, args: local }, options, session);
  if (options.dryRun) return session.print({}, local, [...ownCommand(), ...local].join(' '));
  await runHere(tasks, local, session);
}

interface Job {
  readonly name: string;
  readonly tasks: number;
  readonly out: string;
  readonly args: readonly string[];
}

async function submit({ args, ...job }: Job, options: ShareOptions, session: Session): Promise<void> {
  const command = [...ownCommand(), ...args];
  const requeues = wholeNumber('requeues', options.requeues, 0);
  const script = slurmScript({ ...job, command, folder: process.cwd(), options: options.slurm ?? '', requeues });
  if (options.dryRun) return session.print({}, script, script.trimEnd());
  const folder = join(job.out, 'slurm');
  await nodeFiles.makeFolder(folder);
  const path = join(folder, 'job.sh');
  await nodeFiles.write(path, script);
  const { status, stdout, stderr, error } = spawnSync('sbatch', ['--parsable', path], { encoding: 'utf8' });
  if (error !== undefined)
    throw new InputError(`sbatch cannot be run (${error.message}); submit ${path} where Slurm is, or see --dry-run`);
  if (status !== 0) throw new InputError(`sbatch refused ${path}: ${stderr.trim()}`);
  const id = stdout.trim().split(';')[0] ?? '';
  await nodeFiles.write(join(folder, 'job.json'), `${JSON.stringify({ id, tasks: job.tasks })}\n`);
  session.print(
    {},
    { id },
    `submitted job ${id}: ${job.tasks} workers, logs in ${folder}\nfollow it with "noisy-rnn status ${job.out} --watch"`,
  );
}

/** Ends once all have: with the code of the worst. Signals are passed on. */
async function runHere(tasks: number, args: readonly string[], session: Session): Promise<void> {
  const [node = process.execPath, ...main] = ownCommand();
  const children = Array.from({ length: tasks }, () =>
    spawn(node, [...main, ...args, '--threads', '1'], { stdio: ['ignore', 'ignore', 'inherit'] }),
  );
  const stop = () => {
    for (const child of children) child.kill('SIGTERM');
  };
  session.signal.addEventListener('abort', stop);
  const codes = await Promise.all(
    children.map((child) => new Promise<number>((done) => child.on('close', (code) => done(code ?? 1)))),
  );
  session.signal.removeEventListener('abort', stop);
  session.signal.throwIfAborted();
  const worst = Math.max(...codes);
  if (worst === 2) throw new InputError('a worker could not use what it was given; see above');
  if (worst !== 0) throw new Error(`a worker ended with code ${worst}; what is done is kept`);
  session.print({}, { tasks }, `${tasks} workers are done; see ${args[args.indexOf('--out') + 1]}`);
}
