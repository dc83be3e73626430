import type { Command } from 'commander';
import { InputError } from '../../errors.js';
import { objectiveOf } from '../../filter/index.js';
import type { MetricFigure } from '../../metrics/index.js';
import { nodeParts } from '../../node/modules.js';
import { attacks, parseAttack, parsePerturbation, perturbations } from '../../perturb/index.js';
import { nodeFiles } from '../../platform/node-files.js';
import { type EnsembleScore, evaluateEnsemble } from '../../train/ensemble.js';
import { type Evaluation, evaluate } from '../../train/evaluate.js';
import { type AttackedResult, evaluateAttacks } from '../../train/evaluate-attacks.js';
import { readRun, temperatureOf } from '../../train/load-run.js';
import { taskOf } from '../../train/task-settings.js';
import { addEngine, type EngineOptions, withEngine } from '../engine-options.js';
import { addNoise, type NoiseOptions, readNoise } from '../noise-options.js';
import { addScoredData, loadScoredData, type ScoredOptions } from '../scored-data.js';
import { addSampling, type SamplingOptions, sampledAs, takenBy } from '../scored-times.js';
import type { Session } from '../session.js';
import { addTimeLimit, type TimeLimitOption } from '../time-limit.js';
import { wholeNumber } from '../whole-number.js';

type Options = EngineOptions &
  ScoredOptions &
  SamplingOptions &
  NoiseOptions &
  TimeLimitOption & {
    readonly perturb: string[];
    readonly attack: string[];
    readonly attackDraws?: string;
    readonly seeds?: string;
    readonly calibrated?: boolean;
    readonly json?: boolean;
  };

export function addEvaluate(program: Command, session: Session): void {
  const command = program
    .command('evaluate')
    .description('metrics of a run on test data, and its accuracy on perturbed ones')
    .argument('<run>', 'folder of the run')
    .option(
      '--perturb <kind=strengths>',
      `perturbation and its strengths, e.g. white=0,0.1,0.2; may be repeated; kinds: ${[...perturbations.keys()].join(', ')}`,
      (value: string, before: string[]) => [...before, value],
      [],
    )
    .option(
      '--attack <kind=radii>',
      `attack and its radii, e.g. pgd=0.05,0.1; may be repeated; kinds: ${[...attacks.keys()].join(', ')}`,
      (value: string, before: string[]) => [...before, value],
      [],
    )
    .option(
      '--attack-draws <count>',
      "attack the mean over so many draws of the run's noise; noise is off unless given",
    )
    .option('--calibrated', "probabilities at the run's temperature, fitted on its validation data")
    .option('--seeds <count>', 'perturbations drawn of each kind and strength; 5 unless given');
  addTimeLimit(addEngine(addNoise(addSampling(addScoredData(command)))))
    .option('--json', 'print one JSON document on standard output')
    .action(async (path: string, options: Options) => {
      session.limitTime(options.timeLimit);
      const requests = options.perturb.map(parsePerturbation);
      const attackRequests = options.attack.map(parseAttack);
      const draws = options.attackDraws === undefined ? undefined : wholeNumber('attack-draws', options.attackDraws, 1);
      const noise = readNoise(options);
      const run = sampledAs(await readRun(nodeFiles, path, nodeParts(options.trust)), options);
      const task = taskOf(run.settings);
      if (task.name !== 'classify' && attackRequests.length > 0)
        throw new InputError(`an attack changes the one class of a row, and task ${task.name} predicts something else`);
      const temperature = temperatureOf(run, options.calibrated);
      const table = takenBy(run, await loadScoredData(run, options, nodeFiles), session);
      for (const note of table.report?.notes ?? []) session.progress.note(note);
      const result = await withEngine(options, session, async (engine) => {
        const scored = {
          objective: objectiveOf(run.model, engine),
          parameters: run.parameters,
          preprocessing: run.preprocessing,
          table,
          signal: session.signal,
          onProgress: (fraction: number, label: string) => session.progress.update(fraction, label),
        };
        const seeds = options.seeds === undefined ? undefined : Number(options.seeds);
        const evaluation = await evaluate({
          ...scored,
          ...{ perturbations: requests, seeds, task, temperature },
          targetNames: run.settings.targetColumns,
        });
        const attacked = await evaluateAttacks({ ...scored, attacks: attackRequests, draws });
        const ensemble =
          noise === null
            ? {}
            : {
                ensemble: await evaluateEnsemble({ ...scored, task, temperature }, table, {
                  ...noise,
                  signal: session.signal,
                  onProgress: (fraction) => session.progress.update(fraction, 'ensemble'),
                }),
              };
        return { ...evaluation, attacks: attacked, ...ensemble };
      });
      session.progress.done(`evaluated ${result.clean.count} rows of ${table.name}`);
      session.print(options, result, describe(result));
    });
}

type Shown = Evaluation & { readonly attacks: readonly AttackedResult[]; readonly ensemble?: EnsembleScore };

function describe(result: Shown): string {
  const { clean, ensemble, metrics, horizons = [], targets = [] } = result;
  const drawn = ensemble ? [{ kind: 'clean, ensemble', strength: '', ...ensemble }] : [];
  const rows = [{ kind: 'clean', strength: '', ...clean }, ...drawn, ...result.perturbations, ...result.attacks];
  const lines = rows.map(({ kind, strength, accuracy, low, high }) => {
    const interval = `[${low.toFixed(4)}, ${high.toFixed(4)}]`;
    return `${kind.padEnd(16)} ${String(strength).padStart(8)}  ${accuracy.toFixed(4)}  ${interval}`;
  });
  const table = ['perturbation     strength  accuracy 95 % interval', ...lines];
  return [
    ...(Number.isNaN(clean.accuracy) ? [] : table),
    `clean loss ${clean.loss.toFixed(4)}`,
    '',
    ...metricLines(metrics),
    ...(targets.length > 1 ? targets : []).flatMap(({ name, metrics: own }) => [
      name,
      ...metricLines(own).map((line) => `  ${line}`),
    ]),
    ...horizons.flatMap(({ horizon, metrics: own }) => [
      `${horizon} step${horizon === 1 ? '' : 's'} ahead`,
      ...metricLines(own).map((line) => `  ${line}`),
    ]),
  ].join('\n');
}

function metricLines(metrics: Readonly<Record<string, MetricFigure>>): string[] {
  return Object.entries(metrics).map(([name, figure]) => {
    if (figure.value === null) return `${name.padEnd(26)} none: ${figure.reason}`;
    const [value, low, high] = [figure.value, figure.low, figure.high].map((own) => own.toPrecision(4));
    return `${name.padEnd(26)} ${value}  [${low}, ${high}]`;
  });
}
