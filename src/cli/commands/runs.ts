import type { Command } from 'commander';
import { nodeFiles } from '../../platform/node-files.js';
import { listRuns, parseFilter, parseOrder, type RunSummary, repairRuns } from '../../runs/index.js';
import type { Session } from '../session.js';
import { alignedColumns } from '../terminal/columns.js';

interface Options {
  readonly filter: string[];
  readonly sort?: string;
  readonly repair?: boolean;
  readonly json?: boolean;
}

export function addRuns(program: Command, session: Session): void {
  program
    .command('runs')
    .description('table of the runs below a folder')
    .argument('[folder]', 'folder to search', 'runs')
    .option(
      '--filter <condition>',
      'only runs where it holds: key=value, !=, >, >=, <, <=; may be repeated; keys: the columns and every setting',
      (value: string, before: string[]) => [...before, value],
      [],
    )
    .option('--sort <key>', 'in the order of a column or setting; -key from the largest down', 'run')
    .option('--repair', 'mend runs whose files contradict each other, so that they can be resumed')
    .option('--json', 'print one JSON document on standard output')
    .action(async (folder: string, { filter, sort = 'run', repair, ...options }: Options) => {
      if (repair) return mend(folder, options, session);
      const [holds, order] = [filter.map(parseFilter), parseOrder(sort)];
      const all = await listRuns(nodeFiles, folder);
      const runs = all.filter((run) => holds.every((condition) => condition(run))).sort(order);
      session.print(options, runs, describe(runs, all.length, folder));
    });
}

async function mend(folder: string, options: Pick<Options, 'json'>, session: Session): Promise<void> {
  const mended = await repairRuns(nodeFiles, folder);
  const lines = mended.flatMap(({ run, repaired }) => repaired.map((what) => `${run}: ${what}`));
  const none =
    mended.length === 0 ? `no runs below ${folder}` : `nothing to mend in the ${mended.length} runs below ${folder}`;
  session.print(options, mended, lines.length === 0 ? none : lines.join('\n'));
}

function describe(runs: readonly RunSummary[], count: number, folder: string): string {
  if (runs.length === 0)
    return count === 0 ? `no runs below ${folder}` : `none of the ${count} runs below ${folder} fits`;
  const heading = ['run', 'data', 'model', 'noise', 'epochs', 'validation', 'test', 'begun', 'status'];
  const rows = runs.map((run) => [
    run.run,
    ...[run.data, run.model, run.noise].map((text) => text ?? '–'),
    run.epochs === null ? '–' : run.epochs === run.of ? String(run.epochs) : `${run.epochs}/${run.of}`,
    ...[run.validation, run.test].map((value) => value?.toFixed(4) ?? '–'),
    run.created?.slice(0, 16).replace('T', ' ') ?? '–',
    run.status,
  ]);
  const damaged = runs.flatMap(({ status, reason }) =>
    status === 'damaged' ? [`damaged: ${(reason ?? '').split('\n')[0]}`] : [],
  );
  return [alignedColumns([heading, ...rows], new Set([4, 5, 6])), ...damaged].join('\n');
}
