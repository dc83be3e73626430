/** The model card: `README.md` of a run, for whoever finds its folder. Made of what the run's own files say. */
import type { Preprocessing } from '../../data/index.js';
import { layersOf } from '../build.js';
import type { Configuration, SettingName } from '../configuration.js';
import { type Figure, figuresOf, type RunRecord } from '../run-record.js';
import { sparkline } from './sparkline.js';

/** @param defaults what a run on these data with this model uses where nothing is said. */
export function modelCard(record: RunRecord, defaults: Configuration): string {
  const { document, result } = record;
  const { settings } = document;
  const name = baseName(record.path);
  const sections = [
    `# ${name}`,
    `${titleOf(record)} ${stateOf(record)}`,
    ...section('Data', dataLines(record)),
    ...section('Settings that differ from the defaults', settingLines(settings, defaults)),
    ...section('Results', result === null ? [] : resultLines(record)),
    ...section('On an endless stream', result?.stream ? [result.stream.sentence] : []),
    ...section('Training', curveLines(record)),
    ...section('Load it', loadLines(name, document.preprocessing)),
    ...section('Made by', makerLines(record)),
  ];
  return `${sections.join('\n\n')}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, lines.join('\n')];
}

function titleOf({ document: { settings, origin, preprocessing } }: RunRecord): string {
  const layers = layersOf(settings);
  const parts = layers.map(({ model, units, bidirectional }) =>
    [`\`${portable(model)}\` of ${units} units`, ...(bidirectional ? ['both ways'] : [])].join(' '),
  );
  const same = new Set(parts).size === 1 && parts.length > 1;
  const network = same ? `${parts.length} layers of ${parts[0]}` : parts.join(', then ');
  const classes = preprocessing.classes.length;
  const answers = classes === 0 ? '' : `, that tells ${classes} classes apart`;
  if (origin === 'imported') return `A recurrent network, ${network}${answers}, its weights imported.`;
  const noises = [...new Set(layers.map(({ noise }) => noise).filter((noise) => noise !== 'none'))];
  const noisy = noises.length === 0 ? 'no noise' : `noise ${noises.map((noise) => `\`${noise}\``).join(' and ')}`;
  return `A recurrent network, ${network}${answers}; ${noisy} in training.`;
}

function stateOf({ document, result, epochs }: RunRecord): string {
  if (document.origin === 'imported') return 'How it was trained is not known here.';
  if (result !== null)
    return `Trained for ${result.epochs} epochs; these are the weights of epoch ${result.bestEpoch}.`;
  return `**Training is not finished**: ${epochs.length} of ${document.settings.epochs} epochs are done.`;
}

function dataLines({ document, environment, result }: RunRecord): string[] {
  const { settings, preprocessing, origin } = document;
  const { steps, channels, classes, normalisation, mean, scale } = preprocessing;
  const length = steps === 0 ? 'any number of steps' : `${steps} steps`;
  const rows = environment.data as { train?: number; validation?: number } | undefined;
  const split = [
    ...(rows?.train === undefined ? [] : [`${rows.train} rows to train on`]),
    ...(rows?.validation === undefined ? [] : [`${rows.validation} to choose the epoch by`]),
    ...(result?.test ? [`${result.test.count} to test, scored once, at the end`] : []),
  ];
  const moments = mean.map((own, channel) => `(x − ${short(own)}) / ${short(scale[channel]!)}`);
  return [
    ...(origin === 'imported' ? [] : [`- source: \`${portable(settings.data)}\``]),
    ...(split.length === 0 ? [] : [`- split: ${split.join(', ')}`]),
    `- a series: ${length} of ${channels} channel${channels === 1 ? '' : 's'}, in the units of the training data`,
    ...(classes.length === 0
      ? []
      : [
          `- classes: ${listed(
            classes.map((label) => `\`${label}\``),
            20,
          )}`,
        ]),
    ...(normalisation === 'none' ? [] : [`- normalised inside the model (${normalisation}): ${listed(moments, 4)}`]),
  ];
}

/** Settings that say where files are, or that change no number. */
const passedOver = new Set<SettingName>(['data', 'dataDir', 'engine', 'threads', 'checkpointEvery']);

function settingLines(settings: Configuration, defaults: Configuration): string[] {
  const names = Object.keys(settings) as SettingName[];
  const changed = names.filter(
    (name) => !passedOver.has(name) && JSON.stringify(settings[name]) !== JSON.stringify(defaults[name]),
  );
  const rows = changed.map((name) => `| \`${name}\` | \`${plain(settings[name])}\` | \`${plain(defaults[name])}\` |`);
  return rows.length === 0 ? [] : ['| setting | here | default |', '|---|---|---|', ...rows];
}

function resultLines({ result }: RunRecord): string[] {
  const { validation, test } = result!;
  const tested = test === null ? [] : figuresOf(test);
  const chosen = new Map(figuresOf(validation).map((figure) => [figure.name, figure]));
  const names = [...new Set([...tested.map(({ name }) => name), ...chosen.keys()])];
  const rows = names.map((name) => {
    const own = tested.find((figure) => figure.name === name);
    return `| ${name} | ${figureText(own)} | ${figureText(chosen.get(name))} |`;
  });
  const note = test === null ? 'There are no test data.' : `On ${test.count} test rows; in brackets the 95 % interval.`;
  return [
    `${note} The validation data chose the epoch, so that their figures are flattered.`,
    '',
    '| | test | validation |',
    '|---|---|---|',
    ...rows,
  ];
}

function figureText(figure: Figure | undefined): string {
  if (figure === undefined) return '–';
  const interval = figure.low === null || figure.high === null ? '' : ` [${short(figure.low)}, ${short(figure.high)}]`;
  return `${short(figure.value)}${interval}`;
}

/** Epochs in the table: enough to see how it went. */
const shownEpochs = 8;

function curveLines({ epochs, result }: RunRecord): string[] {
  if (epochs.length === 0) return [];
  const every = Math.ceil(epochs.length / shownEpochs);
  const shown = epochs.filter(
    ({ epoch }, index) => index % every === 0 || index === epochs.length - 1 || epoch === result?.bestEpoch,
  );
  const classified = epochs.some(({ validationAccuracy }) => typeof validationAccuracy === 'number');
  const losses = epochs.map(({ validationLoss }) => Number(validationLoss ?? Number.NaN));
  return [
    `Validation loss by epoch: \`${sparkline(losses)}\``,
    '',
    `| epoch | training loss | validation loss |${classified ? ' validation accuracy |' : ''}`,
    `|---|---|---|${classified ? '---|' : ''}`,
    ...shown.map(({ epoch, trainLoss, validationLoss, validationAccuracy }) => {
      const best = epoch === result?.bestEpoch ? ' (best)' : '';
      const accuracy = classified ? ` ${short(validationAccuracy)} |` : '';
      return `| ${epoch}${best} | ${short(trainLoss)} | ${short(validationLoss)} |${accuracy}`;
    }),
  ];
}

function loadLines(name: string, { channels, targets }: Preprocessing): string[] {
  const series = channels === 1 ? 'one number a step' : `${channels} numbers a step, side by side`;
  return [
    '```js',
    "import { loadRun } from 'noisy-rnn/node';",
    `const model = await loadRun('./${name}');`,
    `const { ${targets ? 'values' : 'labels, probabilities'} } = await model.predict(series); // ${series}`,
    '```',
    '',
    '```',
    `noisy-rnn predict ./${name} --input FILE`,
    '```',
  ];
}

function makerLines({ environment, document, result }: RunRecord): string[] {
  const { engine } = environment as { engine?: { name?: string; build?: string; precision?: string } };
  const version = environment['noisy-rnn'];
  const facts = [
    ...(typeof version === 'string' ? [`noisy-rnn ${version}`] : []),
    ...(engine === undefined ? [] : [`engine ${engine.name} (${engine.precision}, build ${engine.build})`]),
    ...(typeof environment.node === 'string' ? [`Node ${environment.node}`] : []),
    ...(document.origin === 'imported' ? [] : [`seed ${document.settings.seed}`]),
    ...(result === null ? [] : [`${result.parameters} parameters`]),
  ];
  const made = `${facts.join(', ')}.`;
  if (document.origin === 'imported') return [made];
  return [made, '`config.yaml` beside this file repeats the run: `noisy-rnn train --config config.yaml --out NEW`.'];
}

/** Paths to what is on one machine only are cut to their last part. */
function portable(name: string): string {
  return /[\\/]/.test(name) ? baseName(name) : name;
}

function baseName(path: string): string {
  return (
    path
      .split(/[\\/]/)
      .filter((part) => part !== '')
      .at(-1) ?? path
  );
}

function plain(value: unknown): string {
  if (value === undefined) return '–';
  const text = typeof value === 'string' ? portable(value) : JSON.stringify(value);
  return text.replaceAll('|', '\\|').replaceAll('`', "'");
}

function listed(items: readonly string[], most: number): string {
  return items.length > most ? `${items.slice(0, most).join(', ')}, … (${items.length})` : items.join(', ');
}

/** Four significant digits. */
function short(value: unknown): string {
  return typeof value === 'number' && Number.isFinite(value) ? String(Number(value.toPrecision(4))) : '–';
}
