/**
 * How fast an executor could be at most: the rates of programs of nothing but products or nothing but noise
 * (kernels.mjs), and from them the least time of a work, were all else free.
 */
import { alternate } from './alternate.mjs';
import { kernelDraws, kernelFlops, noiseDraws, productFlops } from './works.mjs';

/** The size of the draws; their rate does not depend on it. */
const drawnUnits = 128;

/**
 * @param units sizes of matrices to try.
 * @returns `products`: by size, floating-point operations a second of each kind; `peak`: the highest of them; `draws`: seconds of one
 *   value by distribution. @throws Error if a program fails.
 */
export async function measureRates({ engine, threads }, units, plan) {
  const products = units.flatMap((size) => ['forward', 'weights'].map((kind) => ({ kind, units: size })));
  const noise = ['uniform', 'normal'].map((kind) => ({ kind, units: drawnUnits }));
  const specs = [...products, ...noise].map(({ kind, units: size }) => ({
    name: `${engine}, ${kind}, ${size} units`,
    command: process.execPath,
    args: [new URL('./kernels.mjs', import.meta.url).pathname, JSON.stringify({ engine, threads, kind, units: size })],
  }));
  const { results, failures } = await alternate(specs, plan);
  if (failures.length > 0) throw new Error(`${failures[0].name}: ${failures[0].failure}`);
  // What it can do at most: the fastest round, not the median.
  const secondsOf = (kind, size) =>
    Math.min(...results.find(({ name }) => name === `${engine}, ${kind}, ${size} units`).rounds);
  const bySize = units.map((size) => {
    const rate = (kind) => kernelFlops(size) / secondsOf(kind, size);
    return [size, { forward: rate('forward'), weights: rate('weights') }];
  });
  const draw = (kind) => secondsOf(kind, drawnUnits) / kernelDraws(drawnUnits);
  return {
    products: Object.fromEntries(bySize),
    peak: Math.max(...bySize.flatMap(([, { forward, weights }]) => [forward, weights])),
    draws: { uniform: draw('uniform'), normal: draw('normal') },
  };
}

/**
 * The least seconds of a work on an executor: its products at the fastest rate of any product there, and every random value drawn
 * once. `seconds` is their sum; what is measured in place of it is `measured`, and `share` the products' part of that.
 */
export function boundOf(work, mode, rates, measured) {
  const { forward, backward, weights } = productFlops(work, mode);
  const flops = forward + backward + weights;
  const { uniform, normal } = noiseDraws(work, mode);
  const products = flops / rates.peak;
  const noise = uniform * rates.draws.uniform + normal * rates.draws.normal;
  return {
    flops,
    peakFlopsPerSecond: rates.peak,
    products,
    noise,
    seconds: products + noise,
    share: products / measured,
  };
}
