import { type Command, Option } from 'commander';
import { weightTypes } from '../../export/c/weights.js';
import { exportAndReport } from '../../export/export-run.js';
import { type OnnxForm, onnxForms } from '../../export/onnx/options.js';
import { exporters } from '../../export/table.js';
import { nodeParts } from '../../node/modules.js';
import { nodeFiles } from '../../platform/node-files.js';
import type { Session } from '../session.js';
import { trustOption } from '../trust-option.js';
import { version } from '../version.js';

interface Options {
  readonly out: string;
  readonly format: string;
  readonly names?: string;
  readonly form?: OnnxForm;
  readonly lengths?: boolean;
  readonly calibrated?: boolean;
  readonly prefix?: string;
  readonly weights?: string;
  readonly json?: boolean;
  readonly trust?: boolean;
}

const formats = Object.entries(exporters).map(([name, { description }]) => `  ${name.padEnd(12)} ${description}`);

export function addExport(program: Command, session: Session): void {
  program
    .command('export')
    .description("write a run's best weights, or its whole network, for other programs")
    .argument('<run>', 'folder of the run')
    .option('--format <format>', Object.keys(exporters).join(', '), 'safetensors')
    .option('--names <names>', 'safetensors: own, or published: the PyTorch names of the released model')
    .addOption(
      new Option('--form <form>', 'onnx: whole series, one time step, or some steps of a stream').choices(onnxForms),
    )
    .option('--lengths', "onnx: read the rows' lengths too; as the run was trained unless given")
    .option('--no-lengths', 'onnx: rows of one length')
    .option('--calibrated', "probabilities at the run's temperature, fitted on its validation data")
    .option('--prefix <name>', 'c: what all names begin with; noisy_rnn unless given')
    .addOption(new Option('--weights <type>', 'c: how weights are stored; float32 unless given').choices(weightTypes))
    .requiredOption('--out <file>', 'file to write')
    .addOption(trustOption())
    .option('--json', 'print one JSON document on standard output')
    .addHelpText('after', `\nFormats:\n${formats.join('\n')}`)
    .action(async (run: string, { json, trust, ...options }: Options) => {
      const { result, lines } = await exportAndReport({
        ...{ files: nodeFiles, run, parts: nodeParts(trust), version },
        ...options,
      });
      session.print({ json }, result, [`${result.file}:`, ...lines].join('\n'));
    });
}
