import type { Command } from 'commander';
import { resolveNodeCell } from '../../node/resolve-cell.js';
import { nodeFiles } from '../../platform/node-files.js';
import { exportRun } from '../../train/export-run.js';
import type { Session } from '../session.js';

interface Options {
  readonly out: string;
  readonly format: string;
  readonly names: string;
  readonly json?: boolean;
}

export function addExport(program: Command, session: Session): void {
  program
    .command('export')
    .description("write a run's best weights for other programs")
    .argument('<run>', 'folder of the run')
    .option('--format <format>', 'safetensors', 'safetensors')
    .option('--names <names>', 'own, or published: the PyTorch names of the released model', 'own')
    .requiredOption('--out <file>', 'file to write')
    .option('--json', 'print one JSON document on standard output')
    .action(async (run: string, { out, format, names, ...options }: Options) => {
      const result = await exportRun({ files: nodeFiles, run, out, format, names, resolveCell: resolveNodeCell });
      const lines = Object.entries(result.tensors).map(([name, shape]) => `${name} [${shape.join(', ')}]`);
      session.print(options, result, [`${result.file}:`, ...lines].join('\n'));
    });
}
