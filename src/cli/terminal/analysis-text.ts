/** An analysis as text for people: one figure a line, with its standard error. */
import type { Analysis, Contributions, Estimate, Figure, MarginDistribution } from '../../analysis/index.js';

export function analysisText(analysis: Analysis): string {
  const { regularizer, hessian, lyapunov, stability, margins, parallel } = analysis;
  const parts = [`mean loss, noise off: ${short(analysis.loss)} over ${analysis.count} rows`];
  if (regularizer) {
    const { P, Q, total, shift, predictedGap, measuredGap } = regularizer;
    parts.push(
      section('Regulariser that the noise induces', { P, Q, 'P + Q': total, shift, predictedGap, measuredGap }),
    );
  }
  if (regularizer?.contributions) parts.push(...contributionText(regularizer.contributions));
  if (hessian) {
    const { maxEigenvalue, minEigenvalue, trace, frobenius, negativeEigenvalues } = hessian;
    const figures = { maxEigenvalue, minEigenvalue, trace, frobenius, negativeEigenvalues };
    parts.push(section(`Hessian of the mean loss, ${hessian.parameters} parameters`, figures));
  }
  if (lyapunov) {
    const { timeUnit, dimension, exponents } = lyapunov;
    const named = Object.fromEntries(exponents.map((exponent, index) => [`Λ${index + 1}`, exponent]));
    parts.push(section(`Lyapunov exponents per unit of time (${timeUnit})`, { ...named, dimension }));
  }
  if (stability) {
    const bounds = Object.entries(stability.bounds).map(([name, value]) =>
      row(name, value === null ? 'none' : short(value)),
    );
    const reasons = Object.entries(stability.reasons).map(([name, reason]) => row(`no ${name} bounds`, reason));
    parts.push(['Bounds on the largest exponent', ...bounds, ...reasons, `  ${stability.sentence}`].join('\n'));
  }
  for (const [name, { reason }] of Object.entries(analysis.missing ?? {})) parts.push(`No ${name}: ${reason}`);
  if (margins) {
    const { linearised, certified, local, attack, tightness, localTightness, correct, count } = margins;
    const lines = [
      row('linearised', marginText(linearised)),
      row('certified', 'value' in certified ? `none: ${certified.reason}` : marginText(certified)),
      row('certified locally', 'value' in local ? `none: ${local.reason}` : marginText(local)),
      row('attack', marginText(attack)),
      row('tightness', figureText(tightness)),
      row('local tightness', figureText(localTightness)),
    ];
    parts.push([`Margins of ${correct} correctly classified rows of ${count}`, ...lines].join('\n'));
  }
  if (parallel) {
    const { iterations, exponent, held, damped } = parallel;
    const figures = {
      iterations,
      ...(held && { 'iterations, held': held.iterations }),
      ...(damped && { 'iterations, damped': damped.iterations }),
      'exponent per step': exponent,
    };
    parts.push(section(`Newton over ${parallel.length} steps, to ${parallel.tolerance}`, figures));
  }
  return parts.join('\n\n');
}

/** The steps and the units with the largest parts. */
function contributionText({ steps, units }: Contributions): string[] {
  const named = (name: string, estimates: readonly Estimate[]): [string, Estimate][] =>
    estimates.map((estimate, index) => [`${name} ${index + 1}`, estimate]);
  const largest = (entries: [string, Estimate][]) =>
    Object.fromEntries(entries.sort(([, a], [, b]) => Math.abs(b.value) - Math.abs(a.value)).slice(0, mostShown));
  const streams = Object.entries(units);
  const all = streams.flatMap(([stream, own]) => named(streams.length > 1 ? `stream ${stream}, unit` : 'unit', own));
  return [
    section('Steps whose noise carries most of P + Q', largest(named('step', steps))),
    section('Units whose noise carries most of P + Q', largest(all)),
  ];
}

/** Most steps, and most units, that are listed. */
const mostShown = 5;

function section(title: string, figures: Readonly<Record<string, Figure>>): string {
  return [title, ...Object.entries(figures).map(([name, figure]) => row(name, figureText(figure)))].join('\n');
}

const row = (name: string, text: string): string => `  ${name.padEnd(20)} ${text}`;

function figureText(figure: Figure): string {
  if (figure.value === null) return `none: ${figure.reason}`;
  const error = figure.standardError === 0 ? '' : ` ± ${figure.standardError.toPrecision(2)}`;
  return `${short(figure.value)}${error}${figure.converged ? '' : ' (not converged)'}`;
}

function marginText({ mean, median }: MarginDistribution): string {
  return median === null ? figureText(mean) : `median ${short(median)}, mean ${figureText(mean)}`;
}

const short = (value: number): string => String(Number(value.toPrecision(5)));
