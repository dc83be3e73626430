import type { StudyModel, StudyProfile, StudyResult } from '../../result/study.js';
import { modelLabel } from '../conditions.js';
import { type Chart, lyapunovSpectrumChart, marginChart, renderChart, spectralDensityChart } from '../figures/index.js';
import { formatSignificant } from '../format.js';
import { type Html, html, NOTHING } from '../html.js';
import { measureText } from '../measures.js';
import { groupRow, scrollable, section } from './section.js';

/** Curves in one chart: more could not be told apart. */
const MOST_CURVES = 4;

type Profiled = readonly { readonly model: StudyModel; readonly profile: StudyProfile }[];

/** What noise made of the network: measures compared pair by pair, and the curves behind them of one seed. */
export async function measuresSection(result: StudyResult): Promise<Html> {
  const profiled = profiles(result);
  if (result.measureComparisons.length === 0 && profiled.length === 0) return NOTHING;
  return section('measures', 'What noise made of the network', table(result), await figures(profiled));
}

/** The pair of the question first, then the others it is compared with. */
function profiles({ models, runs, comparisons }: StudyResult): Profiled {
  const order = [...new Set(comparisons.flatMap(({ first, second }) => [first, second]))];
  const rank = (id: string) => (order.includes(id) ? order.indexOf(id) : order.length);
  return models
    .filter(({ role }) => role === 'main')
    .sort((first, second) => rank(first.id) - rank(second.id))
    .flatMap((model) => {
      const profile = runs.find((run) => run.model === model.id && run.profile !== undefined)?.profile;
      return profile === undefined ? [] : [{ model, profile }];
    })
    .slice(0, MOST_CURVES);
}

function table(result: StudyResult): Html {
  const { measureComparisons, protocol } = result;
  const [any] = measureComparisons;
  if (any === undefined) return NOTHING;
  const rows = measureComparisons.map(({ measure, difference: { value, low, high, count } }) => {
    const known = Number.isFinite(low) && Number.isFinite(high);
    const range = known ? `${formatSignificant(low, true)} to ${formatSignificant(high, true)}` : 'no interval';
    const words = !known || (low <= 0 && high >= 0) ? 'inconclusive' : value > 0 ? 'higher' : 'lower';
    return html`<tr><th scope="row">${measureText(measure).label}</th>
<td>${formatSignificant(value, true)}<small>${range}</small></td>
<td class="words">${words}<small>${count} ${count === 1 ? 'seed' : 'seeds'}</small></td></tr>`;
  });
  const plan = protocol.measures;
  return html`<p>Noise is off while these are measured, but for the regulariser, which is that of ${plan?.noise ?? 'the study’s noise'}
at either network’s weights. ${plan === null ? '' : `${plan.trainingRows} training and ${plan.testRows} test sequences.`} The
differences are not corrected for their number.</p>
${scrollable(
  'Measures compared',
  html`<table class="figures">
<thead><tr><th scope="col">Measure</th><th scope="col">Difference</th><th scope="col" class="words">First is</th></tr></thead>
<tbody>${groupRow(`${modelLabel(result, any.first)} − ${modelLabel(result, any.second)}`, 3)}
${rows}</tbody>
</table>`,
)}`;
}

async function figures(profiled: Profiled): Promise<Html> {
  if (profiled.length === 0) return NOTHING;
  const of = <T>(pick: (profile: StudyProfile) => T) =>
    profiled.map(({ model, profile }) => ({ label: model.label, data: pick(profile) }));
  const charts: Chart[] = [
    spectralDensityChart(of(({ hessian }) => ({ grid: hessian.grid, value: hessian.density }))),
    lyapunovSpectrumChart(
      of(({ exponents, exponentErrors }) => ({
        perStep: exponents.map((value, index) => ({ value, standardError: exponentErrors[index] ?? null })),
        convergence: { steps: [], perStep: [] },
      })),
    ),
    marginChart(of(({ margins }) => margins.attack)),
  ];
  const panels = await Promise.all(
    charts.map(async ({ spec, name, description }) => {
      return html`<div><h3>${name}</h3>${await renderChart(spec, name, description)}</div>`;
    }),
  );
  return html`<figure><div class="panels">${panels}</div>
<figcaption>Of the first training seed. Margins are the smallest changes of the whole normalised sequence (l2) that an attack
found to change the answer.</figcaption></figure>`;
}
