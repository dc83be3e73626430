export { stateBound } from './bounded-state.js';
export { type StreamHorizon, streamHorizon } from './stream-horizon.js';
