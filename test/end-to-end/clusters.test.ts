/** What is handed to schedulers; `scripts/slurm.mjs` runs it on a real Slurm. */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { slurmScript, splitWords } from '../../src/cli/clusters/slurm.js';
import { runCli, temporaryFolder } from './run-cli.js';

const on = (...options: string[]) =>
  runCli('reproduce', 'quick', '--seeds', '4', '--out', '/data/my study', ...options);

describe('--on slurm --dry-run', () => {
  it('prints a job array of workers that join, and writes nothing', async () => {
    const { code, stdout } = await on(
      ...['--on', 'slurm', '--tasks', '20', '--slurm', '--partition=cpu --comment="two words"', '--dry-run'],
    );
    expect(code).toBe(0);
    for (const line of [
      '#SBATCH --array=1-20',
      '#SBATCH --requeue',
      '#SBATCH --signal=B:TERM@120',
      '#SBATCH --partition=cpu',
      '#SBATCH --comment=two words',
    ])
      expect(stdout.split('\n')).toContain(line);
    expect(stdout).toMatch(/reproduce quick --seeds 4 --out '\/data\/my study' --join --threads/);
    expect(stdout).not.toMatch(/USR1|--on|--dry-run/);
  });

  it('splits options as a shell does', () => {
    expect(splitWords(`--a=1  --b="x y" '--c=z'`)).toEqual(['--a=1', '--b=x y', '--c=z']);
  });

  it('refuses numbers of tasks that are none', async () => {
    expect((await on('--on', 'slurm', '--tasks', 'many', '--dry-run')).code).toBe(2);
  });
});

describe('the script of a task, with programs that stand for those of Slurm', () => {
  const folder = temporaryFolder();

  /** @param code that the worker ends with once it is told to stop. @returns code and what scontrol was asked for. */
  async function stopped(state: string, code: number, restarts: number) {
    const own = mkdtempSync(join(folder, 'task-'));
    const [bin, log, up] = [join(own, 'bin'), join(own, 'log'), join(own, 'up')];
    mkdirSync(bin);
    // Slurm would end the script here: a failure has the same effect on it, but for the wait.
    for (const [name, text] of Object.entries({ squeue: `echo ${state}`, scontrol: `echo "$@" >> ${log}; exit 1` })) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(bin, name), 0o755);
    }
    const worker = `trap 'exit ${code}' TERM; : > ${up}; while :; do sleep 0.05; done`;
    const job = { name: 'n', tasks: 1, out: own, folder: own, options: '', requeues: 3 };
    writeFileSync(join(own, 'job.sh'), slurmScript({ ...job, command: ['/bin/sh', '-c', worker] }));
    const environment = {
      ...process.env,
      PATH: `${bin}:${process.env.PATH}`,
      SLURM_JOB_ID: '77',
      SLURM_RESTART_COUNT: String(restarts),
    };
    const child = spawn('bash', [join(own, 'job.sh')], { env: environment, stdio: 'ignore' });
    const ended = new Promise((resolve) => child.on('close', resolve));
    await expect.poll(() => existsSync(up), { timeout: 20_000 }).toBe(true);
    child.kill('SIGTERM');
    return { code: await ended, asked: existsSync(log) ? readFileSync(log, 'utf8').trim() : '' };
  }

  it('goes back into the queue when its time is over, so often and not when it is cancelled or could not use its input', async () => {
    expect(await stopped('RUNNING', 130, 2)).toEqual({ code: 130, asked: 'requeue 77' });
    expect(await stopped('RUNNING', 130, 3)).toEqual({ code: 130, asked: '' });
    expect(await stopped('CANCELLED', 130, 0)).toEqual({ code: 130, asked: '' });
    expect(await stopped('RUNNING', 2, 0)).toEqual({ code: 2, asked: '' });
    expect(await stopped('RUNNING', 0, 0)).toEqual({ code: 0, asked: '' });
  });
});

describe('--on kubernetes', () => {
  it('prints a Job that the published schema of the API admits', async () => {
    const { code, stdout } = await on('--on', 'kubernetes', '--tasks', '8', '--image', 'registry.example/noisy-rnn:1');
    expect(code).toBe(0);
    const document = parse(stdout);
    new Job(document).validate();
    expect(() => new Job({ ...document, spec: { ...document.spec, completions: 'many' } }).validate()).toThrow();
    const { spec } = document;
    expect([spec.parallelism, spec.completions]).toEqual([8, 8]);
    // What the schema cannot say: a failure policy needs pods that are never restarted in place.
    expect(spec.template.spec.restartPolicy).toBe('Never');
    const [{ name, args }] = spec.template.spec.containers;
    for (const { onExitCodes } of spec.podFailurePolicy.rules)
      if (onExitCodes !== undefined) expect(onExitCodes.containerName).toBe(name);
    expect(args).toEqual(['reproduce', 'quick', '--seeds', '4', '--out', '/studies/my study', '--join']);
  });
});

it('unknown places are refused', async () => {
  expect((await on('--on', 'mars')).code).toBe(2);
});
