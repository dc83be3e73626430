/** A job array of workers for Slurm: every task is the same, and takes what is left. */
import { quoted } from './worker.js';

export interface SlurmJob {
  readonly name: string;
  readonly tasks: number;
  /** Absolute. */
  readonly out: string;
  readonly folder: string;
  readonly command: readonly string[];
  /** As for sbatch. */
  readonly options: string;
  /** How often a task may go back into the queue when its time is over. */
  readonly requeues: number;
}

/** Seconds before the time limit at which Slurm says SIGTERM: it may come up to a minute early, never late. */
const warning = 120;

/**
 * The batch script. Slurm requeues what it preempts or what an administrator requeues, and knows nothing of a task that
 * was told to stop since its time is over: such a one requeues itself, unless it is being cancelled.
 */
export function slurmScript({ name, tasks, out, folder, command, options, requeues }: SlurmJob): string {
  const given = splitWords(options).map((option) => `#SBATCH ${option}`);
  return `#!/usr/bin/env bash
#SBATCH --job-name=${name}
#SBATCH --array=1-${tasks}
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --signal=B:TERM@${warning}
#SBATCH --output=${out}/slurm/%A_%a.log
${given.map((line) => `${line}\n`).join('')}
# Every task is a worker that takes what is neither done nor claimed; tasks may start late, die or be requeued.
cd ${quoted(folder)} || exit 2
child=
trap '[ -n "$child" ] && kill -TERM "$child" 2>/dev/null' TERM INT
${command.map(quoted).join(' ')} --threads "\${SLURM_CPUS_PER_TASK:-1}" &
child=$!
# A signal that is passed on ends the first wait, not the worker.
while kill -0 "$child" 2>/dev/null; do wait "$child"; done
wait "$child"
code=$?

# 130 and 143: told to stop, all saved. A job that is being cancelled is not in state RUNNING any more.
if [ "$code" = 130 ] || [ "$code" = 143 ]; then
  state=$(squeue --noheader --jobs="$SLURM_JOB_ID" --format=%T 2>/dev/null)
  if [ "$state" = RUNNING ] && [ "\${SLURM_RESTART_COUNT:-0}" -lt ${requeues} ]; then
    echo "stopped with code $code: back into the queue (\${SLURM_RESTART_COUNT:-0} of ${requeues} times so far)"
    scontrol requeue "$SLURM_JOB_ID" && sleep 120
  fi
fi
exit "$code"
`;
}

/** Words as a shell would have them, quotes understood. */
export function splitWords(text: string): string[] {
  return [...text.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)].map(([word]) => word.replace(/["']/g, ''));
}
