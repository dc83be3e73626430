/** What the bounds do and do not guarantee, in plain words. */
export interface StabilityFacts {
  readonly certified: boolean;
  readonly distance: number | null;
  readonly stabilisingNoise: number | null;
  readonly saturatedRate: number | null;
  readonly stepBoundsPer: 'unit time' | 'step';
  /** What the deciding bound is about: the discrete network, the equation in continuous time, or nothing. */
  readonly covers: 'network' | 'equation' | null;
  /** The noise cancels between two states on one path. */
  readonly cancels: boolean;
  readonly slope: number;
}

const figure = (value: number) => value.toPrecision(3);

export function describeStability(facts: StabilityFacts): string {
  const { certified, distance, covers, cancels, slope, saturatedRate, stabilisingNoise, stepBoundsPer } = facts;
  const subject = covers === 'equation' ? 'the equation in continuous time' : 'the network as it runs';
  const caution =
    covers === 'equation' ? ' This is about the equation; the discrete steps follow it only for small δ.' : '';
  if (covers === null || distance === null)
    return 'Nothing is certified: no bound covers this model with its noise; measure the Lyapunov exponents instead.';
  if (certified) {
    const noise = cancels ? 'one input (and one noise path, if its noise is on)' : 'one input and one noise path';
    return (
      `Certified stable: any two trajectories of ${subject} under ${noise} approach each other exponentially, whatever ` +
      `the input${cancels ? '' : ', almost surely'}.${caution}`
    );
  }
  const parts = [
    `Not certified: the best bound on the largest exponent of ${subject} is +${figure(distance)} per ${covers === 'network' ? stepBoundsPer : 'unit time'}, ` +
      'so nothing is guaranteed; it does not follow that the model is unstable, since bounds allow for the worst input at every step.',
  ];
  if (slope > 0 && saturatedRate !== null && saturatedRate >= 0)
    parts.push(
      `Without stabilising noise no bound of this kind can be negative here, because saturated units (slope 0) leave λ_max(sym A) = ${figure(saturatedRate)}, which is not negative.`,
    );
  if (stabilisingNoise !== null && stabilisingNoise > 0)
    parts.push(
      `Scalar noise of amplitude above ${figure(stabilisingNoise)} in its place would certify the equation in continuous time.`,
    );
  return parts.join(' ') + caution;
}
