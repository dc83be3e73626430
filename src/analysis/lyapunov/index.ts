export { kaplanYorke } from './dimension.js';
export { type LyapunovFigures, type LyapunovOptions, lyapunovExponents } from './exponents.js';
