import type { Interval, StudyResult } from '../../result/study.js';
import { renderChart } from '../figures/chart.js';
import { doseChart } from '../figures/dose.js';
import { formatSignificant } from '../format.js';
import { type Html, html, NOTHING } from '../html.js';
import { measureText } from '../measures.js';
import { scrollable, section } from './section.js';

/** Accuracy and every measure against the level of the noise. */
export async function doseSection({ dose, seeds }: StudyResult): Promise<Html> {
  if (dose === null) return NOTHING;
  const quantities = [...new Set(dose.points.map(({ quantity }) => quantity))];
  const panels = await Promise.all(
    quantities.map(async (name) => {
      const chart = doseChart(dose, name);
      return html`<div><h3>${measureText(name).label}</h3>${await renderChart(chart.spec, chart.name, chart.description)}</div>`;
    }),
  );
  const levels = dose.levels.map(({ level }) => html`<th scope="col">${level}</th>`);
  const rows = quantities.map((name) => {
    const cells = dose.levels.map(({ level }) => {
      const point = dose.points.find((own) => own.quantity === name && own.level === level);
      return point === undefined ? html`<td>–</td>` : doseCell(point.value, point.difference);
    });
    return html`<tr><th scope="row">${measureText(name).label}</th>${cells}</tr>`;
  });
  return section(
    'dose',
    'Dose and response',
    html`<p>The same network trained with ever stronger noise, from the same ${seeds.length === 1 ? 'seed' : html`${seeds.length} seeds`}
(measures: the first of them). Bars are 95 % intervals over seeds; under each figure of the table stands its paired
difference from level 0 with its interval, in bold where that excludes zero.</p>`,
    html`<figure><div class="panels">${panels}</div></figure>`,
    scrollable(
      'Accuracy and measures by noise level',
      html`<table class="figures wordy">
<thead><tr><th scope="col">${dose.label}</th>${levels}</tr></thead>
<tbody>${rows}</tbody>
</table>`,
    ),
  );
}

function doseCell({ value }: Interval, difference: Interval | null): Html {
  if (difference === null) return html`<td>${formatSignificant(value)}</td>`;
  const { value: change, low, high } = difference;
  const known = Number.isFinite(low) && Number.isFinite(high);
  const range = known ? `${formatSignificant(low, true)} to ${formatSignificant(high, true)}` : 'no interval';
  const text = html`${formatSignificant(change, true)}<br>(${range})`;
  const clear = known && (low > 0 || high < 0);
  return html`<td>${formatSignificant(value)}<small>${clear ? html`<strong>${text}</strong>` : text}</small></td>`;
}
