import type { Command } from 'commander';
import { nodeFiles } from '../../platform/node-files.js';
import { type Comparison, compareRuns, type Difference } from '../../runs/index.js';
import type { Session } from '../session.js';
import { alignedColumns } from '../terminal/columns.js';
import { wholeNumber } from '../whole-number.js';

interface Options {
  readonly seed: string;
  readonly json?: boolean;
}

export function addCompare(program: Command, session: Session): void {
  program
    .command('compare')
    .description(
      'settings that differ between runs, and what was measured, row by row where both read the same test data',
    )
    .argument('<runs...>', 'folders of two runs or more; the first is what the others are held against')
    .option('--seed <number>', 'of the bootstrap over test rows', '1')
    .option('--json', 'print one JSON document on standard output')
    .action(async (paths: string[], { seed, ...options }: Options) => {
      const result = await compareRuns(nodeFiles, paths, wholeNumber('seed', seed, 0));
      session.print(options, result, describe(result));
    });
}

function describe({ runs, settings, test, differences }: Comparison): string {
  const settingRows = Object.entries(settings).map(([name, values]) => [name, ...values.map(plain)]);
  const names = [...new Set(test.flatMap((figures) => figures.map(({ name }) => name)))];
  const figureRows = names.map((name) => [
    `test ${name}`,
    ...test.map((figures) => {
      const own = figures.find((figure) => figure.name === name);
      if (own === undefined) return '–';
      const interval = own.low === null || own.high === null ? '' : ` [${own.low.toFixed(4)}, ${own.high.toFixed(4)}]`;
      return own.value.toFixed(4) + interval;
    }),
  ]);
  const same = settingRows.length === 0 ? [['all settings the same', ...runs.map(() => '')]] : settingRows;
  return [alignedColumns([['', ...runs], ...same, ...figureRows]), ...differences.map(differenceText)].join('\n\n');
}

function differenceText({ first, second, method, reason, accuracy, loss, lossReason, mcNemar }: Difference): string {
  const heading = `${second} minus ${first} (${method}${reason === null ? '' : `: ${reason}`})`;
  const line = (name: string, own: { value: number; low: number; high: number } | null) =>
    own === null
      ? []
      : [`  ${name.padEnd(9)} ${signed(own.value)}  95 % interval ${signed(own.low)} to ${signed(own.high)}`];
  const coins =
    mcNemar === null
      ? []
      : [
          `  McNemar   right in ${first} alone ${mcNemar.onlyFirst}, in ${second} alone ${mcNemar.onlySecond}; p = ${mcNemar.p.toPrecision(3)}`,
        ];
  const unlike = lossReason === null || method === 'none' ? [] : [`  loss      not compared: ${lossReason}`];
  return [heading, ...line('accuracy', accuracy), ...line('loss', loss), ...unlike, ...coins].join('\n');
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
}

function plain(value: unknown): string {
  return value === null ? '–' : typeof value === 'string' ? value : JSON.stringify(value);
}
