/** The shapes of beats: one healthy heart's, and what each of several conditions does to it. */
import type { Generator } from '../random/index.js';
import type { Wave } from './heartbeat-model.js';

/** A beat's waves by name; ST is the segment between S and T, flat in a healthy heart. */
export interface BeatShape {
  P: Wave;
  Q: Wave;
  R: Wave;
  S: Wave;
  ST: Wave;
  T: Wave;
}

/** What is wrong with a heart; `severity` from 0 (nothing) to 1 changes it continuously. */
export interface Condition {
  readonly name: string;
  /** Only the beat in the middle of the window has it. */
  readonly single: boolean;
  /** The next beat comes early by this share of its period, times severity. */
  readonly early: number;
  readonly change: (shape: BeatShape, severity: number, sign: 1 | -1) => void;
}

/** Heights, widths and phases vary from heart to heart about those of the paper's figure. */
export function healthyShape(generator: Generator): BeatShape {
  const factor = (spread: number) => Math.exp(spread * generator.normal());
  const wave = (phase: number, height: number, width: number, spread: number): Wave => ({
    phase: phase + 0.02 * generator.normal(),
    height: height * factor(spread),
    width: width * factor(0.06),
  });
  return {
    P: wave(-1.05, 0.15, 0.24, 0.12),
    Q: wave(-0.26, -0.1, 0.1, 0.2),
    R: { phase: 0, height: factor(0.1), width: 0.1 * factor(0.06) },
    S: wave(0.26, -0.2, 0.11, 0.2),
    ST: { phase: 0.75, height: 0.02 * generator.normal(), width: 0.3 },
    T: wave(1.6, 0.3, 0.4, 0.15),
  };
}

export const conditions: readonly Condition[] = [
  {
    name: 'premature ventricular beat: early, wide, without P, T inverted',
    single: true,
    early: 0.25,
    change: (shape, severity) => {
      shape.P.height *= 1 - severity;
      shape.Q.height *= 1 - severity;
      shape.R.width *= 1 + 1.5 * severity;
      shape.R.height *= 1 + 0.2 * severity;
      shape.S.width *= 1 + severity;
      shape.S.phase += 0.3 * severity;
      shape.T.height *= 1 - 1.7 * severity;
    },
  },
  {
    name: 'ST segment raised, or lowered with a flat T wave',
    single: false,
    early: 0,
    change: (shape, severity, sign) => {
      shape.ST.height += 0.45 * sign * severity;
      if (sign < 0) shape.T.height *= 1 - 0.8 * severity;
    },
  },
  {
    name: 'T wave inverted',
    single: false,
    early: 0,
    change: (shape, severity) => {
      shape.T.height *= 1 - 1.8 * severity;
    },
  },
  {
    name: 'conduction delay: QRS wide with a deep S, P ahead, T the other way',
    single: false,
    early: 0,
    change: (shape, severity) => {
      shape.P.phase -= 0.4 * severity;
      shape.R.width *= 1 + 0.8 * severity;
      shape.S.width *= 1 + 0.8 * severity;
      shape.S.height *= 1 + severity;
      shape.T.height *= 1 - 1.2 * severity;
    },
  },
];
