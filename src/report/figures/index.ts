/** Charts of analyses: pure functions from what `analyze --json` prints to a specification, and its drawing as SVG. */
export { byLengthChart } from './by-length.js';
export { renderChart } from './chart.js';
export { type ForestRow, forestChart } from './forest.js';
export type { Chart, Labelled, Measured } from './labelled.js';
export { type LyapunovData, lyapunovConvergenceChart, lyapunovSpectrumChart } from './lyapunov-spectrum.js';
export { type MarginData, type Margins, marginChart, marginKinds } from './margin-distributions.js';
export {
  type ContributionData,
  contributionsByStepChart,
  contributionsByUnitChart,
} from './regulariser-contributions.js';
export { type DensityData, spectralDensityChart } from './spectral-density.js';
export { type StabilityData, stabilityChart } from './stability-bounds.js';
export { standaloneSvg } from './standalone.js';
