/**
 * A synthetic electrocardiogram after McSharry, Clifford, Tarassenko & Smith, "A dynamical model for generating
 * synthetic electrocardiogram signals", IEEE Trans. Biomed. Eng. 50 (2003) 289–294. A point goes round a limit cycle,
 * once a beat; near the phase of each wave (P, Q, R, S, T) it is pushed up or down, which draws the voltage z:
 *
 *     θ' = ω(t),   z' = −Σ_i a_i ω (Δθ_i / b_i²) exp(−Δθ_i² / 2b_i²) − (z − z₀(t)),   Δθ_i = θ − θ_i
 *
 * The paper's (x, y) start on the circle they are drawn to, where their equations are θ' = ω. Its a_i are ours times
 * ω / b_i²: so a_i is the wave's height in millivolts at any heart rate.
 */

/** Widths from a wave's middle beyond which its push is below rounding: exp(−9²/2) < 3e-18. */
const NEGLIGIBLE = 9;

/** One wave of a beat: its phase [rad, R peak at 0], height [mV] and width [rad, standard deviation]. */
export interface Wave {
  phase: number;
  height: number;
  width: number;
}

/** One turn of the limit cycle, from phase −π to π. */
export interface Beat {
  /** Duration of the turn [s]. */
  period: number;
  waves: readonly Wave[];
}

/** The slow wander of the baseline: z₀(t) = height sin(2π frequency t + phase) + slope t. */
export interface Wander {
  /** [mV] */
  height: number;
  /** [Hz] */
  frequency: number;
  /** [rad] */
  phase: number;
  /** [mV/s] */
  slope: number;
}

/**
 * Integrates the beats one after the other from rest (fourth-order Runge–Kutta, one step a sample).
 * @param start time of the first sample [s after the first beat begins]; `rate` samples a second.
 * @returns `samples` voltages [mV]; after the last beat that one is repeated.
 */
export function simulateBeats(
  beats: readonly Beat[],
  wander: Wander,
  window: { start: number; rate: number; samples: number },
): Float64Array {
  const step = 1 / window.rate;
  const voltages = new Float64Array(window.samples);
  const skipped = Math.round(window.start * window.rate);
  const baseline = (time: number) =>
    wander.height * Math.sin(2 * Math.PI * wander.frequency * time + wander.phase) + wander.slope * time;
  let voltage = baseline(0);
  let beginning = 0;
  let index = 0;
  const slope = (time: number, z: number) => {
    const beat = beats[index]!;
    const speed = (2 * Math.PI) / beat.period;
    return waveSlope(beat.waves, speed * (time - beginning) - Math.PI, speed) - (z - baseline(time));
  };
  for (let sample = 0; sample < skipped + window.samples; sample++) {
    const time = sample * step;
    if (sample >= skipped) voltages[sample - skipped] = voltage;
    while (time - beginning >= beats[index]!.period) {
      beginning += beats[index]!.period;
      index = Math.min(index + 1, beats.length - 1);
    }
    const first = slope(time, voltage);
    const second = slope(time + step / 2, voltage + (step / 2) * first);
    const third = slope(time + step / 2, voltage + (step / 2) * second);
    const fourth = slope(time + step, voltage + step * third);
    voltage += (step / 6) * (first + 2 * second + 2 * third + fourth);
  }
  return voltages;
}

function waveSlope(waves: readonly Wave[], phase: number, speed: number): number {
  let total = 0;
  for (const wave of waves) {
    // The nearest turn of the circle: a wide T wave reaches into the next beat's phases.
    const turns = Math.round((phase - wave.phase) / (2 * Math.PI));
    const distance = (phase - wave.phase - 2 * Math.PI * turns) / wave.width;
    if (Math.abs(distance) > NEGLIGIBLE) continue;
    total -= ((wave.height * speed * distance) / wave.width) * Math.exp(-0.5 * distance * distance);
  }
  return total;
}
