import { type Chart, type Labelled, listed, logarithmic, panelOf, quantity, seriesOf, shortly } from './labelled.js';

/** Margins of all samples, as `perSample` of `analyze --json`: 0 where misclassified, null where none was found. */
export type Margins = readonly (number | null)[];

interface Distribution {
  readonly perSample: Margins;
}

/** `margins` of `analyze --json`; a certificate that does not exist has a reason instead. */
export interface MarginData {
  readonly linearised: Distribution;
  readonly attack: Distribution;
  readonly certified: Distribution | { readonly value: null };
  readonly local?: Distribution | { readonly value: null };
}

/** One model's kinds of margin, from the most cautious to the most optimistic, for {@link marginChart}. */
export function marginKinds(margins: MarginData): Labelled<Margins>[] {
  const kinds: readonly (readonly [string, Distribution | { readonly value: null } | undefined])[] = [
    ['certified, whole space', margins.certified],
    ['certified, near the sample', margins.local],
    ['attack (upper bound)', margins.attack],
    ['linearised (no bound)', margins.linearised],
  ];
  return kinds.flatMap(([label, kind]) =>
    kind !== undefined && 'perSample' in kind ? [{ label, data: kind.perSample }] : [],
  );
}

/**
 * Share of samples with a margin of at most so much, misclassified ones having none: for a certificate no more than this
 * share can be misclassified by changes of that size, for an attack no less.
 */
export function marginChart(series: readonly Labelled<Margins>[]): Chart {
  const positive = series.flatMap(({ data }) => data.filter((value): value is number => value !== null && value > 0));
  const [low, high] = [Math.min(...positive), Math.max(...positive)];
  const values = series.flatMap(({ label, data }) => {
    const sorted = data.filter((value): value is number => value !== null).sort((a, b) => a - b);
    const misclassified = sorted.filter((value) => value <= 0).length;
    const steps = sorted
      .slice(misclassified)
      .map((margin, index) => ({ series: label, margin, share: (misclassified + index + 1) / data.length }));
    return [{ series: label, margin: low, share: misclassified / data.length }, ...steps, ...end(label, steps)];
  });
  const looks = seriesOf(series.map(({ label }) => label));
  const medians = series.map(({ label, data }) => `${label}: ${medianText(data)}`);
  return {
    name: 'Distribution of margins',
    description: `Share of samples that an input change of at most a given l2 norm may misclassify. Medians, misclassified samples counted as 0: ${listed(medians)}.`,
    spec: panelOf(values, [
      {
        mark: { type: 'line', interpolate: 'step-after', strokeWidth: 1.75 },
        encoding: {
          x: quantity('margin', 'l2 norm of the input’s change', logarithmic(low, high)),
          y: quantity('share', 'share with no larger margin', { scale: { domain: [0, 1] } }),
          ...looks.lines,
        },
      },
    ]),
  };

  /** The curve goes on at its last height. */
  function end(label: string, steps: readonly { readonly share: number }[]) {
    const last = steps.at(-1);
    return last === undefined ? [] : [{ series: label, margin: high, share: last.share }];
  }
}

function medianText(data: Margins): string {
  const sorted = data.map((value) => value ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  return middle === undefined || !Number.isFinite(middle) ? 'not found' : shortly(middle);
}
