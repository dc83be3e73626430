/** How the quantities that a study measures are written. */
export interface MeasureText {
  readonly label: string;
  /** Title of an axis, with its unit. */
  readonly axis: string;
}

const MEASURES: Readonly<Record<string, MeasureText>> = {
  clean: { label: 'accuracy, clean', axis: 'test accuracy, clean (fraction)' },
  perturbed: { label: 'accuracy, mean over perturbations', axis: 'test accuracy, perturbed (fraction)' },
  regulariser: { label: 'regulariser P + Q of the study’s noise', axis: 'regulariser P + Q (nats)' },
  hessianMax: { label: 'largest eigenvalue of the Hessian', axis: 'λ_max (nats per unit² of θ)' },
  hessianTrace: { label: 'trace of the Hessian', axis: 'trace (nats per unit² of θ)' },
  exponent: { label: 'largest Lyapunov exponent, per step', axis: 'Λ₁ per step (nats)' },
  marginLinearised: { label: 'median margin, linearised', axis: 'median margin, linearised (normalised l2)' },
  marginAttack: { label: 'median margin, smallest attack found', axis: 'median margin, attack (normalised l2)' },
  trainingLoss: { label: 'training loss, noise off', axis: 'training loss (nats)' },
};

/** A measure not known here goes by its own name. */
export function measureText(name: string): MeasureText {
  return (Object.hasOwn(MEASURES, name) && MEASURES[name]) || { label: name, axis: name };
}
