import type { Command } from 'commander';
import { InputError } from '../../errors.js';
import { nodeEnvironment } from '../../platform/node-environment.js';
import { nodeFiles } from '../../platform/node-files.js';
import { importWeights } from '../../train/import-run.js';
import type { Session } from '../session.js';
import { version } from '../version.js';

interface Options {
  readonly model?: string;
  readonly readoutPrefix?: string;
  readonly nonlinearity?: string;
  readonly task?: string;
  readonly classes?: string;
  readonly out: string;
  readonly minimum: string;
  readonly maximum: string;
  readonly json?: boolean;
}

export function addImport(program: Command, session: Session): void {
  program
    .command('import')
    .description('make a run of weights that PyTorch, Keras or Flax wrote')
    .argument(
      '<weights>',
      'safetensors file: nn.RNN, nn.GRU, nn.LSTM, their like in Keras and Flax, or the released model',
    )
    .option(
      '--model <spec>',
      'of the released model: its constants, that the file does not hold; else told from the names',
    )
    .option('--readout-prefix <name>', 'what the names of the linear readout begin with, such as fc')
    .option('--nonlinearity <name>', 'of an nn.RNN: tanh; relu is not to be had', 'tanh')
    .option('--task <task>', 'classify, or regress for numbers', 'classify')
    .option('--classes <labels>', 'class labels in the order of the outputs, separated by commas; 0, 1, … unless given')
    .requiredOption('--out <folder>', 'folder of the run, new or empty')
    .option('--minimum <value>', 'smallest value of its training data, for salt-and-pepper perturbations', '0')
    .option('--maximum <value>', 'largest value of its training data', '1')
    .option('--json', 'print one JSON document on standard output')
    .action(async (weights: string, { model, out, minimum, maximum, nonlinearity, classes, ...options }: Options) => {
      const { readoutPrefix, task } = options;
      const result = await importWeights({
        files: nodeFiles,
        weights,
        model: nonlinearity === 'relu' ? 'relu' : model,
        readoutPrefix,
        task,
        classes: classes?.split(',').map((label) => label.trim()),
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
