import { createGenerator } from '../../random/index.js';
import { type Estimate, meanOf, type Progress } from '../estimate.js';
import { signVector } from '../vectors.js';
import { Lanczos, ritzPairs } from './lanczos.js';
import type { SymmetricOperator } from './operator.js';

export interface DensityOptions {
  /** Random start vectors; 4 unless given. */
  readonly probes?: number;
  /** Lanczos steps from each; 40 unless given. */
  readonly steps?: number;
  /** Points of the grid; 256 unless given. */
  readonly points?: number;
  /** Standard deviation of the Gaussian that stands for each eigenvalue, relative to the spectrum's width; 0.01 unless given. */
  readonly width?: number;
  readonly seed?: number;
  readonly progress?: Progress;
}

export interface SpectralDensity {
  readonly grid: readonly number[];
  /** Density of eigenvalues, integrating to one over the grid. */
  readonly value: readonly number[];
  /** Standard error of each value over the probes. */
  readonly standardError: readonly number[];
  /** Estimated number of negative eigenvalues: quadrature weight below zero, times the size. */
  readonly negative: Estimate;
}

interface Rule {
  readonly nodes: readonly number[];
  readonly weights: readonly number[];
}

/**
 * Spectral density by stochastic Lanczos quadrature: each Rademacher start vector makes a quadrature rule of the spectral
 * measure, broadened by a Gaussian and averaged. Of all start vectors with independent entries these spread least. Golub & Meurant 1994; Lin, Saad & Yang, SIAM Review 2016; Ghorbani,
 * Krishnan & Xiao, ICML 2019.
 */
export async function spectralDensity(
  operator: SymmetricOperator,
  options: DensityOptions = {},
): Promise<SpectralDensity> {
  const { probes = 4, steps = 40, points = 256, width = 0.01, seed = 0, progress } = options;
  const generator = createGenerator(seed, 'spectral density');
  const rules: Rule[] = [];
  const total = probes * Math.min(steps, operator.size);
  let done = 0;
  for (let probe = 0; probe < probes; probe++) {
    const lanczos = new Lanczos(operator, signVector(operator.size, generator), seed, false);
    for (let step = 0; step < steps && (await lanczos.advance()); step++) progress?.(++done, total);
    const pairs = ritzPairs(lanczos.krylov);
    rules.push({ nodes: pairs.map((pair) => pair.value), weights: pairs.map((pair) => pair.weight) });
  }
  const nodes = rules.flatMap((rule) => rule.nodes);
  const [low, high] = [Math.min(...nodes), Math.max(...nodes)];
  const spread = width * (high - low || Math.abs(high) || 1);
  const [from, to] = [low - 4 * spread, high + 4 * spread];
  const grid = Array.from({ length: points }, (_, i) => from + ((to - from) * i) / (points - 1));
  const columns = grid.map((at) =>
    meanOf(
      rules.map((rule) => broadened(rule, at, spread)),
      seed,
    ),
  );
  const below = rules.map(({ nodes: own, weights }) =>
    own.reduce((sum, node, i) => sum + (node < 0 ? weights[i]! : 0), 0),
  );
  const share = meanOf(below, seed);
  return {
    grid,
    value: columns.map((column) => column.value),
    standardError: columns.map((column) => column.standardError),
    negative: { ...share, value: operator.size * share.value, standardError: operator.size * share.standardError },
  };
}

function broadened({ nodes, weights }: Rule, at: number, spread: number): number {
  const peak = 1 / (spread * Math.sqrt(2 * Math.PI));
  return nodes.reduce((sum, node, i) => sum + weights[i]! * peak * Math.exp(-0.5 * ((at - node) / spread) ** 2), 0);
}
