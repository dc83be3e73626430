import { describe, expect, it } from 'vitest';
import {
  type Chart,
  contributionsByStepChart,
  contributionsByUnitChart,
  lyapunovConvergenceChart,
  lyapunovSpectrumChart,
  marginChart,
  marginKinds,
  renderChart,
  spectralDensityChart,
  stabilityChart,
  standaloneSvg,
} from './index.js';

const estimate = (value: number, standardError = 0.1) => ({ value, standardError });
const density = { grid: [-1, 0, 1, 2], value: [0, 0.9, 1e-9, 0.05], standardError: [0, 0.2, 0, null] };
const lyapunov = {
  exponents: [estimate(0.3), estimate(-2)],
  perStep: [estimate(0.03, 0.01), estimate(-0.2, 0.01)],
  convergence: {
    steps: [5, 10],
    perStep: [
      [0.05, -0.1],
      [0.03, -0.2],
    ],
  },
};
const contributions = {
  steps: [estimate(0.2), estimate(-0.1), estimate(0)],
  units: { 0: [estimate(1), estimate(2)], 256: [estimate(3)] },
};
const bounds = { sdeMatrix: 2, sdeLogNormCheap: 1.5, sdeLogNormSharp: null, stepMatrix: 1.9, stepLogNormCheap: 1.4 };
const margins = {
  linearised: { perSample: [0, 1, 2, 4] },
  attack: { perSample: [0, 0.5, null, 3] },
  certified: { value: null, reason: 'the cell has no bound' },
};
const two = <T>(data: T) => ['first', 'second & last'].map((label) => ({ label, data }));
const one = <T>(data: T) => [{ label: 'only', data }];

const charts = <T>(make: (pair: typeof two | typeof one) => T) => [make(two), make(one)];
const all: Record<string, Chart[]> = {
  density: charts((of) => spectralDensityChart(of(density))),
  spectrum: charts((of) => lyapunovSpectrumChart(of(lyapunov))),
  convergence: charts((of) => lyapunovConvergenceChart(of(lyapunov))),
  'by step': charts((of) => contributionsByStepChart(of(contributions))),
  'by unit': charts((of) => contributionsByUnitChart(of(contributions))),
  stability: charts((of) => stabilityChart(of({ stability: { bounds, stepBoundsPer: 'unit time' }, lyapunov }))),
  margins: charts((of) => marginChart(of(margins.attack.perSample))),
};

/** The rows that a chart draws. */
function rowsOf({ spec }: Chart): Record<string, unknown>[] {
  const { data } = spec as { data: { values: Record<string, unknown>[] } };
  return data.values;
}

describe.each(Object.entries(all))('the chart of %s', (_, [pair, single]) => {
  it('draws, names itself, and is coloured by variables of the style sheet alone', async () => {
    for (const { spec, name, description } of [pair!, single!]) {
      const { markup } = await renderChart(spec, name, description);
      expect(markup).toContain(`<title>${name}</title>`);
      expect(markup).toContain('role="img"');
      expect(description.length).toBeGreaterThan(60);
      // No ids, which could repeat in a page of several charts.
      expect(markup).not.toMatch(/NaN|undefined|Infinity|\sid=|url\(/);
      const paints = [...markup.matchAll(/\s(?:fill|stroke)="([^"]+)"/g)].map(([, paint]) => paint);
      for (const paint of new Set(paints)) expect(paint).toMatch(/^(none|transparent|var\(--[\w-]+\))$/);
    }
  });

  it('has a legend of several series, told apart by dash or shape too, and none of one', async () => {
    const [several, alone] = await Promise.all([pair!, single!].map((chart) => standaloneSvg(chart)));
    for (const label of ['first', 'second &amp; last']) expect(several).toContain(`>${label}</text>`);
    expect(alone).not.toContain('>only</text>');
    const samples = [...several!.matchAll(/role-legend-symbol"[^>]*><path [^>]*>/g)].map(([sample]) =>
      sample.replace(/(?:fill|stroke)="[^"]*"/g, ''),
    );
    expect(new Set(samples).size).toBe(2);
  });

  it('stands alone as a file of its own colours that refers to nothing else', async () => {
    const svg = await standaloneSvg(pair!);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="[\d.]+" height="[\d.]+" viewBox=/);
    const used = new Set([...svg.matchAll(/var\((--[\w-]+)\)/g)].map(([, variable]) => variable));
    for (const variable of used) expect(svg).toContain(`${variable}: #`);
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|<script|href/);
  });
});

describe('what the charts draw', () => {
  it('density: bands of two standard errors, kept above the floor of the logarithmic axis', () => {
    const [below, peak, tiny, last] = rowsOf(spectralDensityChart(one(density)));
    expect(peak).toMatchObject({ eigenvalue: 0, value: 0.9, low: 0.5, high: 1.3 });
    expect(below).toMatchObject({ value: 9e-7 });
    expect(tiny).toMatchObject({ value: 9e-7 });
    expect(last).toMatchObject({ low: 0.05, high: 0.05 });
  });

  it('density: marks its axis with powers of ten as people write them', async () => {
    const { spec, name, description } = spectralDensityChart(one(density));
    const { markup } = await renderChart(spec, name, description);
    for (const label of ['10⁻⁶', '10⁻⁴', '0.001', '0.1', '1']) expect(markup).toContain(`>${label}</text>`);
    expect(markup).not.toMatch(/>\de[+\-−]?\d/);
  });

  it('exponents: numbered from one, each with its band; their convergence step by step', () => {
    expect(rowsOf(lyapunovSpectrumChart(one(lyapunov)))).toMatchObject([
      { number: 1, value: 0.03, low: expect.closeTo(0.01, 12), high: 0.05 },
      { number: 2, value: -0.2 },
    ]);
    const rows = rowsOf(lyapunovConvergenceChart(one(lyapunov)));
    expect(rows).toContainEqual({ series: 'only', step: 10, value: -0.2, number: 'Λ2' });
    expect(rows).toHaveLength(4);
  });

  it('contributions: every step, and every noise input of every stream', () => {
    expect(rowsOf(contributionsByStepChart(one(contributions))).map(({ step, value }) => [step, value])).toEqual([
      [1, 0.2],
      [2, -0.1],
      [3, 0],
    ]);
    expect(rowsOf(contributionsByUnitChart(one(contributions))).map(({ unit, value }) => [unit, value])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  it('stability: bounds that exist, in the unit of the measured exponent', () => {
    const perTime = rowsOf(stabilityChart(one({ stability: { bounds, stepBoundsPer: 'unit time' }, lyapunov })));
    expect(perTime.map(({ name, value }) => [name, value])).toEqual([
      ['equation, matrix', 2],
      ['equation, cheap', 1.5],
      ['network, matrix', 1.9],
      ['network, cheap', 1.4],
      ['measured', 0.3],
    ]);
    const perStep = rowsOf(stabilityChart(one({ stability: { bounds, stepBoundsPer: 'step' }, lyapunov })));
    expect(perStep.map(({ name, value }) => [name, value])).toEqual([
      ['network, matrix', 1.9],
      ['network, cheap', 1.4],
      ['measured', 0.03],
    ]);
  });

  it('margins: misclassified samples count as 0 and those without a value are never reached', () => {
    const kinds = marginKinds(margins);
    expect(kinds.map(({ label }) => label)).toEqual(['attack (upper bound)', 'linearised (no bound)']);
    const attack = rowsOf(marginChart(kinds)).filter(({ series }) => series === 'attack (upper bound)');
    expect(attack.map(({ margin, share }) => [margin, share])).toEqual([
      [0.5, 0.25],
      [0.5, 0.5],
      [3, 0.75],
      [4, 0.75],
    ]);
  });
});
