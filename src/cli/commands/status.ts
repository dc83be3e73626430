import { hostname } from 'node:os';
import type { Command } from 'commander';
import { cancelWork, retryWork, statusOf, type WorkStatus } from '../../experiments/work/status.js';
import { nodeFiles } from '../../platform/node-files.js';
import { formatDuration } from '../../report/format.js';
import type { Session } from '../session.js';
import { alignedColumns } from '../terminal/columns.js';

interface Options {
  readonly watch?: boolean;
  readonly json?: boolean;
}

const watchMilliseconds = 2000;
/** From here on a worker that says nothing is worth a remark: it speaks every quarter of five minutes. */
const silentSeconds = 120;

export function addStatus(program: Command, session: Session): void {
  program
    .command('status')
    .description('how far a study or a sweep is, and who works on it, from the files of its folder alone')
    .argument('<folder>', 'folder of the study or sweep')
    .option('--watch', 'again every two seconds, until it is done')
    .option('--json', 'print one JSON document on standard output')
    .action(async (folder: string, options: Options) => {
      for (;;) {
        const status = await statusOf(nodeFiles, folder);
        session.print(options, status, statusText(status));
        if (!options.watch || isOver(status) || session.signal.aborted) return;
        await new Promise((resolve) => setTimeout(resolve, watchMilliseconds));
        if (session.signal.aborted) return;
      }
    });
}

export function addRetry(program: Command, session: Session): void {
  program
    .command('retry')
    .description('has parts of a study or sweep that failed tried again, and lifts a cancellation')
    .argument('<folder>', 'folder of the study or sweep')
    .option('--json', 'print one JSON document on standard output')
    .action(async (folder: string, options: Options) => {
      const parts = await retryWork(nodeFiles, folder);
      const what = parts.length === 0 ? 'no part had failed' : `to be tried again: ${parts.join(', ')}`;
      session.print(
        options,
        { parts },
        `${what}\nworkers that run take it up; start others as before (--join, or --on)`,
      );
    });
}

export function addCancel(program: Command, session: Session): void {
  program
    .command('cancel')
    .description('has every worker of a study or sweep save and stop; "retry" lifts it')
    .argument('<folder>', 'folder of the study or sweep')
    .option('--json', 'print one JSON document on standard output')
    .action(async (folder: string, options: Options) => {
      await cancelWork(nodeFiles, folder, `process ${process.pid} on ${hostname()}`);
      session.print(
        options,
        { cancelled: folder },
        `cancelled: workers save and stop within seconds. Jobs that wait in a queue end as soon as they start.`,
      );
    });
}

function isOver({ parts }: WorkStatus): boolean {
  return parts.done > 0 && parts.claimed + parts.left === 0;
}

function statusText({ parts, workers, fraction, secondsLeft }: WorkStatus): string {
  const time = secondsLeft === null ? 'no worker to reckon the time from' : `about ${formatDuration(secondsLeft)} left`;
  const percent = `${Math.floor(100 * fraction)} % of the work`;
  const head = [
    `done ${parts.done}, claimed ${parts.claimed}, failed ${parts.failed}, left ${parts.left}`,
    parts.claimed + parts.left === 0 ? percent : `${percent}, ${time}`,
  ].join('; ');
  if (workers.length === 0) return head;
  const rows = workers.map(({ host, pid, part, silentSeconds: silent }) => [
    ...[host, String(pid), part, `${Math.round(silent)} s`],
    silent > silentSeconds ? 'silent' : '',
  ]);
  return `${head}\n${alignedColumns([['host', 'process', 'part', 'last sign', ''], ...rows], new Set([1, 3]))}`;
}
