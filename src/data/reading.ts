/** How files are to be read. What is not given is guessed from names; a wrong guess is corrected by giving the name. */

export const layouts = ['auto', 'wide', 'long', 'files'] as const;
export type Layout = (typeof layouts)[number];

/** Columns of a table of text or of a parquet file; keys of a NumPy archive. */
export interface Reading {
  /** A name of the table in `formats/table.ts`; by the path's ending unless given. */
  readonly format?: string | undefined;
  /** Wide: a row a series. Long: a row a step. Files: a row names the file that holds a series. */
  readonly layout?: Layout | undefined;
  readonly labelColumn?: string | undefined;
  /** Tells the series of a long table apart. */
  readonly idColumn?: string | undefined;
  /** Orders the steps of a series in a long table. */
  readonly timeColumn?: string | undefined;
  /** How times are written: `iso`, `number`, `epoch-ns` …, or a pattern as `dd/MM/yyyy HH:mm:ss.SSS`; see `times/format.ts`. */
  readonly timeFormat?: string | undefined;
  /** Whose a series is: a patient, a machine. */
  readonly groupColumn?: string | undefined;
  /** All that is left unless given; in a wide table, the channels of `name_1, name_2, …`. */
  readonly channelColumns?: readonly string[] | undefined;
  /** Numbers to predict. */
  readonly targetColumns?: readonly string[] | undefined;
  /** What becomes of missing values: see `missing.ts`; refused unless given. */
  readonly missing?: string | undefined;
  /** Read as builds did before runs kept a schema: for runs that have none. */
  readonly legacy?: boolean | undefined;
  /** Data to be scored: columns of answers that training data must have may be absent. */
  readonly answersOptional?: boolean | undefined;
}
