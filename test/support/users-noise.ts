/** Noise as a user of the library writes it: trained, correlated, with jumps, with heavy tails. */
import { normal, startAt } from '../../src/cells/index.js';
import { add, cos, divide, exp, log, maximum, minimum, multiply, sin, subtract, tanh } from '../../src/graph/index.js';
import { defineNoise } from '../../src/noise/index.js';

/** The example of the documentation: diagonal and correlated noise with amplitudes that are trained. */
export const learned = defineNoise({
  name: 'learned',
  parameters: ({ units }) => ({
    G: { shape: [units, 2], initial: normal(0.1) },
    s: { shape: [units], initial: startAt(0.1) },
  }),
  channels: ({ state: { h }, parameters: { G, s } }) => ({
    h: [
      { kind: 'diagonal', amplitude: multiply(s, h!) },
      { kind: 'matrix', matrix: G },
    ],
  }),
});

/** α-stable increments by Chambers, Mallows & Stuck (1976), symmetric, α = 1.5: draws uniform alone. */
export const stable = defineNoise({
  name: 'stable',
  symmetric: true,
  finiteVariance: false,
  update: ({ state: { h }, drift, stepSize, scale, draw }) => {
    const alpha = 1.5;
    const u = draw('uniform', h!.shape[0]!);
    const V = multiply(Math.PI, subtract(u, 0.5));
    // cos V without the cancellation near ±π/2, where the tails come from.
    const cosV = sin(multiply(Math.PI, minimum(u, subtract(1, u))));
    const W = multiply(-1, log(maximum(draw('uniform', h!.shape[0]!), 1e-7)));
    const power = (x: ReturnType<typeof exp>, of: number) => exp(multiply(of, log(x)));
    const tail = power(divide(cos(multiply(1 - alpha, V)), W), (1 - alpha) / alpha);
    const X = multiply(divide(sin(multiply(alpha, V)), power(cosV, 1 / alpha)), tail);
    const moved = add(h!, multiply(stepSize.h!, drift.h!));
    return { h: add(moved, multiply(multiply(scale, 0.05), multiply(power(stepSize.h!, 1 / alpha), X))) };
  },
});

/** Jumps: with probability λδ a unit is moved by a normal. */
export const jumps = defineNoise({
  name: 'jumps',
  centred: true,
  symmetric: true,
  update: ({ state: { h }, drift, stepSize, scale, draw }) => {
    const width = h!.shape[0]!;
    const jump = multiply(subtract(1, draw('bernoulli', width, 0.9)), draw('normal', width));
    return { h: add(add(h!, multiply(stepSize.h!, drift.h!)), multiply(multiply(scale, 0.3), jump)) };
  },
});

export const matrixOfState = defineNoise({
  name: 'scaled matrix',
  parameters: ({ units }) => ({ G: { shape: [units, 2], initial: normal(0.3) } }),
  channels: ({ state: { h }, time, parameters: { G } }) => ({
    h: [{ kind: 'matrix', matrix: G, amplitude: add(1, multiply(0.3, sin(add(h!, time)))) }],
  }),
});
export const single = defineNoise({
  name: 'one shared motion',
  parameters: ({ units }) => ({ g: { shape: [units, 1], initial: normal(0.3) } }),
  channels: ({ state: { h }, parameters: { g } }) => ({ h: [{ kind: 'matrix', matrix: g, amplitude: tanh(h!) }] }),
});
