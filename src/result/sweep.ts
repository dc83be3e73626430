/** The versioned result of a sweep: everything its report shows. */

export type SweepMethod = 'grid' | 'random' | 'halving' | 'asha';

export interface SweepDimension {
  /** A setting, or `noise.add` for a number within the text of one. */
  name: string;
  /** How it is drawn: `log`, `uniform`, `int` over low to high, or one of the choices. */
  kind: 'log' | 'uniform' | 'int' | 'choice';
  low: number | null;
  high: number | null;
  choices: string[] | null;
}

export interface SweepRung {
  rung: number;
  /** Trained when it ended. */
  epochs: number;
  /** A training seed each, in the order of `seeds`; of what selects the epoch, the higher the better. Null: diverged. */
  merits: (number | null)[];
  accuracies: (number | null)[];
  losses: (number | null)[];
}

export interface SweepArm {
  /** From 1; the same for the same space, whoever computes it and however often it is resumed. */
  arm: number;
  /** Of each dimension. */
  values: Record<string, string | number>;
  /** `completed`: trained to the last epoch; `stopped`: after a rung; `failed`: twice; `left`: not trained to its end. */
  status: 'completed' | 'stopped' | 'failed' | 'left';
  rungs: SweepRung[];
}

export interface SweepResult {
  format: 'noisy-rnn/sweep';
  version: 1;
  name: string;
  method: SweepMethod;
  /** Whether any number of workers, in any order, comes to the same arms and decisions. */
  reproducible: boolean;
  /** What selects, on the validation data: `accuracy`, `loss` or a metric. No test data are read. */
  selection: string;
  dimensions: SweepDimension[];
  settings: Record<string, string | number | boolean>;
  seeds: number[];
  /** Epochs that each rung ends with. */
  rungEpochs: number[];
  arms: SweepArm[];
  /** Null while no arm is trained to its end. */
  best: { arm: number; values: SweepArm['values']; accuracy: number | null; loss: number | null } | null;
  epochs: {
    trained: number;
    /** Of all arms to their last epoch. */
    full: number;
  };
  /** Of the asynchronous form: which arm went on, and what was known then. */
  decisions: { arm: number; rung: number; completed: number }[];
  /** Arms asked for by --limit; null for all. */
  limit: number | null;
  builds: Record<string, number>;
  command: string;
  assembledBy: Record<string, string | number | boolean>;
  seconds: number;
}
