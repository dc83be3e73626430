import type { EpochRecord, StudyModel, StudyResult } from '../../result/study.js';
import { tabledModels } from '../conditions.js';
import { type Html, html } from '../html.js';
import { type Layer, PANEL_WIDTH, renderChart } from './chart.js';
import { modelLegend } from './legend.js';
import { seriesLook, seriesName } from './series.js';

interface Metric {
  field: 'validationLoss' | 'validationAccuracy';
  name: string;
  axis: string;
  format: string;
}

const METRICS: Metric[] = [
  { field: 'validationLoss', name: 'Validation loss', axis: 'validation loss (nats)', format: '~g' },
  { field: 'validationAccuracy', name: 'Validation accuracy', axis: 'validation accuracy (fraction)', format: '.2f' },
];

/** Validation loss and accuracy at every epoch: a thin line a seed, a thick one for their mean. */
export async function learningCurves(result: StudyResult): Promise<Html> {
  const panels = await Promise.all(METRICS.map((metric) => panel(result, metric)));
  return html`<figure>
${await modelLegend(result)}
<div class="panels">${panels}</div>
<figcaption>Thin lines: one training seed each; a marker shows the epoch whose weights were kept. Thick lines: the mean
over seeds, drawn as far as every seed trained.</figcaption>
</figure>`;
}

function panel(result: StudyResult, metric: Metric): Promise<Html> {
  const models = tabledModels(result)
    .map((model) => model.label)
    .join(', ');
  return renderChart(
    {
      width: PANEL_WIDTH,
      height: 270,
      autosize: { type: 'fit', contains: 'padding' },
      layer: tabledModels(result).flatMap((model, index) => modelLayers(result, model, index, metric)),
    },
    `${metric.name} by epoch`,
    `Lines for ${models}; ${result.seeds.length} training seeds each. The numbers are in the data embedded in this page.`,
  );
}

function modelLayers(result: StudyResult, model: StudyModel, index: number, metric: Metric): Layer[] {
  const look = seriesLook(index);
  const runs = result.runs.filter((run) => run.model === model.id);
  const row = (seed: number, record: EpochRecord) => ({ seed, epoch: record.epoch, value: record[metric.field] });
  const every = runs.flatMap((run) => run.curve.map((record) => row(run.seed, record)));
  const kept = runs.flatMap((run) =>
    run.curve.filter((record) => record.epoch === run.bestEpoch).map((record) => row(run.seed, record)),
  );
  const x = {
    field: 'epoch',
    type: 'quantitative',
    title: 'epoch',
    scale: { nice: false },
    axis: { format: 'd', tickMinStep: 1 },
  } as const;
  const scale = { zero: false };
  const y = {
    field: 'value',
    type: 'quantitative',
    title: metric.axis,
    scale,
    axis: { format: metric.format },
  } as const;
  const stroke = { stroke: look.colour, strokeDash: look.dash };
  return [
    {
      name: seriesName(index, 'seeds'),
      data: { values: every },
      mark: { type: 'line', ...stroke, strokeWidth: 1, opacity: 0.25 },
      encoding: { x, y, detail: { field: 'seed', type: 'nominal' } },
    },
    {
      name: seriesName(index, 'line'),
      data: { values: every },
      transform: [
        { filter: 'isValid(datum.value)' },
        {
          aggregate: [
            { op: 'mean', field: 'value', as: 'value' },
            { op: 'count', as: 'seeds' },
          ],
          groupby: ['epoch'],
        },
        // Where some seeds have stopped the mean of the others would jump.
        { filter: { field: 'seeds', equal: runs.length } },
      ],
      mark: { type: 'line', ...stroke, strokeWidth: 2 },
      encoding: { x, y },
    },
    {
      name: seriesName(index, 'point'),
      data: { values: kept },
      mark: {
        type: 'point',
        shape: look.shape,
        fill: look.colour,
        stroke: 'var(--paper)',
        strokeWidth: 1,
        size: 45,
        opacity: 1,
      },
      encoding: { x, y },
    },
  ];
}
