import type { StudyModel, StudyPoint, StudyResult } from '../../result/study.js';
import { type Condition, isClean, kindText, perturbationKinds, tabledModels } from '../conditions.js';
import { type Html, html } from '../html.js';
import { type Layer, PANEL_WIDTH, renderChart } from './chart.js';
import { modelLegend } from './legend.js';
import { seriesLook, seriesName } from './series.js';

/** Pixels over which the models' markers at one strength are spread, so that their error bars do not hide each other. */
function spreadOf(models: number): number {
  return Math.min(4 * (models - 1), 24);
}

/** Accuracy against the strength of the perturbation, one panel a kind, with 95 % intervals. */
export async function robustnessCurves(result: StudyResult): Promise<Html> {
  const panels = await Promise.all(perturbationKinds(result).map((kind) => panel(result, kind)));
  return html`<figure>
${await modelLegend(result)}
<div class="panels">${panels}</div>
<figcaption>Strength 0 is the clean input. Bars: 95 % intervals over training seeds. Models measured at the same strength
are drawn side by side, so that their bars can be told apart. On a screen, an entry of the legend hides and shows its
model, and a marker tells its figures.</figcaption>
</figure>`;
}

async function panel(result: StudyResult, kind: string): Promise<Html> {
  const { label } = kindText(kind);
  const chart = await renderChart(
    {
      width: PANEL_WIDTH,
      height: 270,
      autosize: { type: 'fit', contains: 'padding' },
      layer: tabledModels(result).flatMap((model, index) => modelLayers(result, model, index, kind)),
    },
    `Test accuracy under ${label}`,
    `Accuracy against strength, with 95 % intervals, for ${tabledModels(result)
      .map((model) => model.label)
      .join(', ')}. The table of accuracies has the numbers.`,
  );
  return html`<div data-kind="${kind}"><h3>${label}</h3>${chart}</div>`;
}

/** The points of a panel: those of its kind, and the clean accuracy unless the kind was itself measured at strength 0. */
function pointsOf(result: StudyResult, model: string, kind: string): StudyPoint[] {
  const own = result.points.filter((point) => point.model === model && point.kind === kind);
  const atZero = (point: Condition) => point.strength === 0;
  const clean = own.some(atZero) ? [] : result.points.filter((point) => point.model === model && isClean(point));
  return [...clean, ...own];
}

function modelLayers(result: StudyResult, model: StudyModel, index: number, kind: string): Layer[] {
  const look = seriesLook(index);
  const models = tabledModels(result).length;
  const spread = spreadOf(models);
  const xOffset = spread === 0 ? 0 : spread * (index / (models - 1) - 1 / 2);
  const data = {
    values: pointsOf(result, model.id, kind).map(({ strength, accuracy }) => ({
      strength,
      accuracy: accuracy.value,
      low: accuracy.low,
      high: accuracy.high,
    })),
  };
  const x = {
    field: 'strength',
    type: 'quantitative',
    title: kindText(kind).axis,
    scale: { nice: false, padding: spread / 2 + 8 },
  } as const;
  const title = 'test accuracy (fraction)';
  const y = { field: 'accuracy', type: 'quantitative', title, scale: { zero: false } } as const;
  return [
    {
      name: seriesName(index, 'line'),
      data,
      mark: { type: 'line', stroke: look.colour, strokeDash: look.dash, strokeWidth: 2, xOffset },
      encoding: { x, y },
    },
    {
      name: seriesName(index, 'bar'),
      data,
      transform: [{ filter: 'isValid(datum.low) && isValid(datum.high)' }],
      mark: { type: 'rule', stroke: look.colour, strokeWidth: 1.5, xOffset },
      encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
    },
    {
      name: seriesName(index, 'point'),
      data,
      mark: {
        type: 'point',
        shape: look.shape,
        fill: look.colour,
        stroke: 'var(--paper)',
        strokeWidth: 1,
        size: 75,
        opacity: 1,
        xOffset,
      },
      encoding: { x, y },
    },
  ];
}
