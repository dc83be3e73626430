/** What is asked of an ONNX file. */

export const onnxForms = ['batch', 'step', 'chunk'] as const;
export type OnnxForm = (typeof onnxForms)[number];

export interface OnnxOptions {
  /**
   * `batch`, unless given: whole series. `step`: one time step, the state goes in and comes out; no control flow in the
   * file. `chunk`: some steps of a stream, the state goes in and comes out.
   */
  readonly form?: OnnxForm | undefined;
  /** Whether the file reads `lengths`, how many steps each row lasts; as the run was trained unless given. */
  readonly lengths?: boolean | undefined;
  /** Probabilities at the run's temperature. */
  readonly calibrated?: boolean | undefined;
  /** What the file says of itself beside what the run says: added to its doc string and its metadata. */
  readonly about?: About | undefined;
}

export interface About {
  readonly sentence?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Of noisy-rnn. */
  readonly version?: string | undefined;
}
