export { samplingNotes } from './describe.js';
export { countGaps, splitAtGaps } from './gaps.js';
export { type GapRule, gapRules, type Sampling, samplings, type TimeScale, type TimeStep } from './scale.js';
export { withTimeChannel } from './time-channel.js';
export { intervalsOf, needsTimes, type SamplingSettings, timeScaleOf, usualMaxStep } from './time-scale.js';
export { timeStepOf } from './time-step.js';
