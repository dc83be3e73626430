/** What is handed to schedulers; `scripts/slurm.mjs` runs it on a real Slurm. */
import { Job } from 'kubernetes-models/batch/v1/Job';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { splitWords } from '../../src/cli/clusters/slurm.js';
import { runCli } from './run-cli.js';

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
