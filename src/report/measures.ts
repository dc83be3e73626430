/** How the quantities that a study measures are written. */
export interface MeasureText {
  readonly label: string;
  /** Title of an axis, with its unit. */
  readonly axis: string;
}

const MEASURES: Readonly<Record<string, MeasureText>> = {
  clean: { label: 'accuracy, clean', axis: 'test accuracy (fraction)' },
  perturbed: { label: 'accuracy, mean over perturbations', axis: 'test accuracy (fraction)' },
  regulariser: { label: 'regulariser P + Q of the study’s noise', axis: 'regulariser P + Q (nats)' },
  hessianMax: { label: 'largest eigenvalue of the Hessian', axis: 'λ_max (nats/unit²)' },
  hessianTrace: { label: 'trace of the Hessian', axis: 'trace (nats/unit²)' },
  exponent: { label: 'largest Lyapunov exponent, per step', axis: 'Λ₁ per step (nats)' },
  marginLinearised: { label: 'median margin, linearised', axis: 'margin (normalised l2)' },
  marginAttack: { label: 'median margin, smallest attack found', axis: 'margin (normalised l2)' },
  range: { label: 'largest state in training', axis: 'largest |h|' },
  bound: { label: 'certified bound on the exponent, per step', axis: 'nats a step' },
  alone: { label: 'accuracy, sequences one by one', axis: 'accuracy (fraction)' },
  trainingLoss: { label: 'training loss, noise off', axis: 'training loss (nats)' },
};

/** Measures of long sequences, `iterations.1120` and the like. */
const LONG: Readonly<Record<string, string>> = {
  iterations: 'iterations, plain Newton',
  converged: 'share converged, plain Newton',
  damped: 'iterations, damped Newton',
  dampedConverged: 'share converged, damped Newton',
  held: 'iterations, Newton held in range',
  heldConverged: 'share converged, held in range',
  exponent: 'largest Lyapunov exponent per step',
  inside: 'share of streams inside twice the training range',
  bounded: 'share of streams not blown up',
  reading: 'accuracy of readings, no reset',
  growth: 'log₁₀ of largest state over training range',
};

/** A measure not known here goes by its own name. */
export function measureText(name: string): MeasureText {
  const [kind = '', length] = name.split('.');
  const long = length !== undefined && Object.hasOwn(LONG, kind) ? LONG[kind] : undefined;
  if (long !== undefined) return { label: `${long} (${Number(length).toLocaleString('en')} steps)`, axis: long };
  return (Object.hasOwn(MEASURES, name) && MEASURES[name]) || { label: name, axis: name };
}
