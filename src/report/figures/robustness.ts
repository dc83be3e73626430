import type { StudyModel, StudyPoint, StudyResult } from '../../result/study.js';
import { type Condition, isClean, kindText, perturbationKinds, tabledModels } from '../conditions.js';
import { type Html, html, NOTHING } from '../html.js';
import { type Layer, PANEL_WIDTH, renderChart } from './chart.js';
import { listed } from './labelled.js';
import { modelLegend, seriesIndex } from './legend.js';
import { seriesLook, seriesName } from './series.js';

/** Pixels over which the models' markers at one strength are spread, so that their error bars do not hide each other. */
function spreadOf(models: number): number {
  return Math.min(4 * (models - 1), 24);
}

/** What of a result is drawn. */
interface Drawn {
  readonly kinds: readonly string[];
  readonly models: readonly StudyModel[];
  /** Of these models, where they are not all: a chart's name says so. */
  readonly name?: string;
}

/** Accuracy against the strength of every perturbation and attack, for all models. */
export function robustnessCurves(result: StudyResult): Promise<Html> {
  return robustnessFigure(
    result,
    { kinds: perturbationKinds(result), models: tabledModels(result) },
    html`Strength 0 is the clean input. Bars: 95 % intervals over training seeds. Models measured at the same strength
are drawn side by side, so that their bars can be told apart.${
      emphasised(result).size < tabledModels(result).length ? ' The two models of the question are drawn stronger.' : ''
    } <span class="screen">An entry of the legend hides and shows its model, and a marker tells its figures.</span>`,
  );
}

/** One panel a kind, with 95 % intervals; a model looks the same in every figure. */
export async function robustnessFigure(result: StudyResult, drawn: Drawn, caption: Html): Promise<Html> {
  const panels = await Promise.all(drawn.kinds.map((kind) => panel(result, drawn, kind)));
  return html`<figure${drawn.name === undefined ? NOTHING : html` class="brief"`}>
${await modelLegend(result, drawn.models)}
<div class="panels">${panels}</div>
<figcaption>${caption}</figcaption>
</figure>`;
}

/** Where there are many models, those of the question; else all. */
function emphasised(result: StudyResult): Set<string> {
  const [asked] = result.comparisons;
  const ids = tabledModels(result).map(({ id }) => id);
  return new Set(asked === undefined || ids.length <= 3 ? ids : [asked.first, asked.second]);
}

async function panel(result: StudyResult, { kinds: _, models, name }: Drawn, kind: string): Promise<Html> {
  const { label } = kindText(kind);
  const strong = emphasised(result);
  const layers = models
    .map((model, place) => ({ model, place }))
    // What is drawn later lies on top.
    .sort((first, second) => Number(strong.has(first.model.id)) - Number(strong.has(second.model.id)))
    .map(({ model, place }) => modelLayers(result, model, kind, { place, of: models.length }));
  const chart = await renderChart(
    {
      width: PANEL_WIDTH,
      height: 270,
      autosize: { type: 'fit', contains: 'padding' },
      layer: layers.flat(),
    },
    `Test accuracy under ${label}${name === undefined ? '' : `, ${name}`}`,
    `Accuracy against strength, with 95 % intervals, for ${listed(models.map((model) => model.label))}. The table of accuracies has the numbers.`,
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

/** @param at the model's place among those of the panel. */
function modelLayers(
  result: StudyResult,
  model: StudyModel,
  kind: string,
  { place, of }: { readonly place: number; readonly of: number },
): Layer[] {
  const index = seriesIndex(result, model);
  const look = seriesLook(index);
  const spread = spreadOf(of);
  const xOffset = spread === 0 ? 0 : spread * (place / (of - 1) - 1 / 2);
  const strong = emphasised(result).has(model.id);
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
      mark: { type: 'line', stroke: look.colour, strokeDash: look.dash, strokeWidth: strong ? 2.5 : 1.25, xOffset },
      encoding: { x, y },
    },
    {
      name: seriesName(index, 'bar'),
      data,
      transform: [{ filter: 'isValid(datum.low) && isValid(datum.high)' }],
      mark: { type: 'rule', stroke: look.colour, strokeWidth: strong ? 2 : 1, xOffset },
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
        size: strong ? 90 : 45,
        opacity: 1,
        xOffset,
      },
      encoding: { x, y },
    },
  ];
}
