import type { StudyModel, StudyResult } from '../../result/study.js';
import { tabledModels } from '../conditions.js';
import { type Html, html } from '../html.js';
import { renderOrnament } from './chart.js';
import { type SeriesLook, seriesLook } from './series.js';

/** One legend for all panels of a figure: a sample of each model's line and marker beside its label. */
export async function modelLegend(
  result: StudyResult,
  models: readonly StudyModel[] = tabledModels(result),
): Promise<Html> {
  const entries = await Promise.all(
    models.map(async (model) => {
      const index = seriesIndex(result, model);
      return html`<li data-series="${index}">${await swatch(seriesLook(index))} ${model.label}</li>`;
    }),
  );
  return html`<ul class="legend">${entries}</ul>`;
}

/** By which a model looks the same in every figure. */
export function seriesIndex(result: StudyResult, model: StudyModel): number {
  return tabledModels(result).findIndex(({ id }) => id === model.id);
}

function swatch(look: SeriesLook): Promise<Html> {
  return renderOrnament(
    {
      width: 44,
      height: 14,
      padding: 0,
      data: { values: [{}] },
      layer: [
        {
          mark: { type: 'rule', stroke: look.colour, strokeDash: look.dash, strokeWidth: 2 },
          encoding: { x: { value: 0 }, x2: { value: 44 }, y: { value: 7 } },
        },
        {
          mark: { type: 'point', shape: look.shape, fill: look.colour, stroke: look.colour, size: 50, opacity: 1 },
          encoding: { x: { value: 22 }, y: { value: 7 } },
        },
      ],
    },
    'swatch',
  );
}
