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
  trainingLoss: { label: 'training loss, noise off', axis: 'training loss (nats)' },
};

/** A measure not known here goes by its own name. */
export function measureText(name: string): MeasureText {
  return (Object.hasOwn(MEASURES, name) && MEASURES[name]) || { label: name, axis: name };
}
