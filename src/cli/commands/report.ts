import { dirname } from 'node:path';
import type { Command } from 'commander';
import { nodeFiles } from '../../platform/node-files.js';
import type { Session } from '../session.js';
import { studyTable } from '../terminal/table.js';

interface Options {
  readonly out?: string;
  readonly json?: boolean;
}

export function addReport(program: Command, session: Session): void {
  program
    .command('report')
    .description("a study's page and tables anew from its results; nothing is computed")
    .argument('<results>', 'results.json of a study')
    .option('--out <folder>', 'folder for report.html and the tables; that of the results unless given')
    .option('--json', 'print the results as one JSON document on standard output')
    .action(async (path: string, { out = dirname(path), ...options }: Options) => {
      const { writeReport } = await import('../../experiments/index.js');
      const { result, paths } = await writeReport(nodeFiles, path, out);
      session.progress.done(`wrote ${paths.join(', ')}`);
      const table = studyTable(result, session.columns ?? 80).trimEnd();
      session.print(options, result, [result.title, table, result.answer].join('\n\n'));
    });
}
