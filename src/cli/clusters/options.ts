/** Options of commands whose work many processes may share. */
import { type Command, Option } from 'commander';
import type { TimeLimitOption } from '../time-limit.js';

export const places = ['local', 'slurm', 'kubernetes'] as const;

export interface ShareOptions extends TimeLimitOption {
  readonly join?: boolean;
  readonly on?: (typeof places)[number];
  readonly tasks?: string;
  readonly slurm?: string;
  readonly requeues: string;
  readonly image: string;
  readonly claim: string;
  readonly dryRun?: boolean;
}

export function addSharing(command: Command): Command {
  return command
    .option('--join', 'work on the folder together with other processes, here or elsewhere; begin it if need be')
    .addOption(
      new Option('--on <place>', 'start workers that join: processes here, tasks of Slurm, pods of Kubernetes').choices(
        places,
      ),
    )
    .option('--tasks <count>', 'how many workers --on starts; 4 unless given')
    .option('--slurm <options>', 'options for sbatch, such as "--partition=cpu --time=2:00:00 --cpus-per-task=4"')
    .option('--requeues <count>', 'how often a task of Slurm may go back into the queue when its time is over', '20')
    .option('--image <name>', 'container image for Kubernetes', 'noisy-rnn')
    .option('--claim <name>', 'persistent volume claim for Kubernetes, of many writers', 'noisy-rnn')
    .option('--dry-run', 'print what --on would submit, and write nothing');
}
