import type { Command } from 'commander';
import { InputError } from '../../errors.js';
import { nodeEnvironment } from '../../platform/node-environment.js';
import { nodeFiles } from '../../platform/node-files.js';
import { importPublished } from '../../train/import-run.js';
import type { Session } from '../session.js';
import { version } from '../version.js';

interface Options {
  readonly model: string;
  readonly out: string;
  readonly minimum: string;
  readonly maximum: string;
  readonly json?: boolean;
}

export function addImport(program: Command, session: Session): void {
  program
    .command('import')
    .description('make a run of weights under the published PyTorch names')
    .argument('<weights>', 'safetensors file')
    .option('--model <spec>', 'model, with the constants that the file does not hold', 'noisy')
    .requiredOption('--out <folder>', 'folder of the run, new or empty')
    .option('--minimum <value>', 'smallest value of its training data, for salt-and-pepper perturbations', '0')
    .option('--maximum <value>', 'largest value of its training data', '1')
    .option('--json', 'print one JSON document on standard output')
    .action(async (weights: string, { model, out, minimum, maximum, ...options }: Options) => {
      const result = await importPublished({
        files: nodeFiles,
        weights,
        model,
        out,
        minimum: readNumber('--minimum', minimum),
        maximum: readNumber('--maximum', maximum),
        environment: nodeEnvironment(version),
      });
      session.print(options, result, `${result.run}: ${result.model}, ${result.parameters} parameters`);
    });
}

function readNumber(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InputError(`${flag}: got "${text}", expected a number`);
  return value;
}
