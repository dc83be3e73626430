/** How files are to be read. What is not given is guessed from names; a wrong guess is corrected by giving the name. */

/** Columns of a run's training data, which other data are held to by name. */
export interface ExpectedColumns {
  readonly layout: string;
  /** Of a wide table whose columns are steps with names of their own: those. */
  readonly steps?: readonly string[] | null;
  /** One a channel. */
  readonly units?: readonly (string | null)[];
  /** In the run's order; null where the training data named none. */
  readonly channels: readonly string[] | null;
  readonly label: string | null;
  readonly id: string | null;
  readonly time: string | null;
  readonly group: string | null;
  /** How times were written. */
  readonly timeFormat: string | null;
}

export const layouts = ['auto', 'wide', 'long', 'files'] as const;
export type Layout = (typeof layouts)[number];

/** Columns of a table of text or of a parquet file; keys of a NumPy archive. */
export interface Reading {
  /** A name of the table in `formats/table.ts`; by the path's ending unless given. */
  readonly format?: string | undefined;
  /** Wide: a row a series. Long: a row a step. Files: a row names the file that holds a series. */
  readonly layout?: Layout | undefined;
  readonly labelColumn?: string | undefined;
  /** Whether the first line of a text holds the names of its columns; as it looks unless given. */
  readonly header?: 'auto' | 'yes' | 'no' | undefined;
  /** Between the fields of a text: a sign, or tab, comma, semicolon, pipe, blank. */
  readonly separator?: string | undefined;
  /** Of the numbers of a text: point or comma. */
  readonly decimal?: string | undefined;
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
  /** Columns that are not read. */
  readonly ignoreColumns?: readonly string[] | undefined;
  /** Numbers to predict. */
  readonly targetColumns?: readonly string[] | undefined;
  /** Order of the axes of an array: `rows,steps,channels` unless given. */
  readonly axes?: string | undefined;
  /** Marks of missing values in channels, beside the usual ones. */
  readonly missingMarks?: readonly string[] | undefined;
  /** Marks of missing labels; none but an empty field unless given. */
  readonly missingLabels?: readonly string[] | undefined;
  /** Labels and targets are not looked at: what is read is to be predicted. */
  readonly answersIgnored?: boolean | undefined;
  /** In which precision values are kept; as they need unless given. */
  readonly precision?: 'float32' | 'float64' | undefined;
  /** What becomes of missing values: see `missing.ts`; refused unless given. */
  readonly missing?: string | undefined;
  /** Read as builds did before runs kept a schema: for runs that have none. */
  readonly legacy?: boolean | undefined;
  /** What the run that scores the data knows of their columns. */
  readonly expected?: ExpectedColumns | undefined;
  /** Data to be scored: columns of answers that training data must have may be absent. */
  readonly answersOptional?: boolean | undefined;
}
