/** What the columns of a table mean: as given, else guessed by their names. */
import { InputError } from '../../errors.js';
import type { Reading } from '../reading.js';
import { type Columns, columnNamed, listNames } from './columns.js';

export interface Roles {
  readonly label: number | null;
  readonly id: number | null;
  readonly time: number | null;
  readonly group: number | null;
  readonly targets: readonly number[];
  /** Names given for the channels; null where all that is left are channels. */
  readonly channels: readonly string[] | null;
  /** Columns without another role. */
  readonly rest: readonly number[];
}

type Single = 'label' | 'id' | 'time' | 'group';

/** Names that columns usually have, in small letters. `y` is none: it is the second axis of many a sensor. */
const usual: Readonly<Record<Single, readonly string[]>> = {
  label: ['label', 'labels', 'class', 'classlabel', 'class_label', 'category', 'target'],
  id: ['id', 'series', 'series_id', 'sequence', 'sequence_id', 'case', 'case_id', 'recording', 'recording_id'],
  time: ['time', 'timestamp', 't', 'date', 'datetime', 'step'],
  group: ['group', 'patient', 'patient_id', 'subject', 'subject_id', 'participant', 'person', 'machine'],
};

/** The numbers that a spreadsheet or data frame puts before each line. */
const isLineNumber = (name: string) => name === '' || /^unnamed: 0$/i.test(name);

/** @throws InputError for a name that no column has, or one that is given two roles. */
export function rolesOf(columns: Columns, reading: Reading): Roles {
  const { names } = columns;
  const taken = new Map<number, string>();
  const take = (index: number, what: string): number => {
    const other = taken.get(index);
    if (other !== undefined)
      throw new InputError(
        `${columns.name}: column '${names[index]}' is given as ${other} and as ${what}; give it as one of the two.`,
      );
    taken.set(index, what);
    return index;
  };
  // Data to be scored need not hold the answers.
  const absent = (name: string) => reading.answersOptional === true && !names.includes(name);
  const given = (name: string | undefined, what: string, answer: boolean): number | null =>
    name === undefined || (answer && absent(name)) ? null : take(columnNamed(columns, name, what), what);

  const channels = reading.channelColumns ?? null;
  for (const name of channels ?? []) if (names.includes(name)) take(names.indexOf(name), 'channel');
  const label = given(reading.labelColumn, 'label', true);
  const id = given(reading.idColumn, 'id', false);
  const time = given(reading.timeColumn, 'time', false);
  const group = given(reading.groupColumn, 'group', true);
  const targets = (reading.targetColumns ?? [])
    .filter((name) => !absent(name))
    .map((name) => take(columnNamed(columns, name, 'target'), 'target'));

  const guess = (role: Single): number | null => {
    const index = names.findIndex((name, own) => !taken.has(own) && usual[role].includes(name.trim().toLowerCase()));
    return index < 0 ? null : take(index, role);
  };
  const known = {
    label: label ?? (reading.labelColumn === undefined ? (columns.label ?? guess('label')) : null),
    id: id ?? guess('id'),
    time: time ?? guess('time'),
    group: group ?? (reading.groupColumn === undefined ? guess('group') : null),
  };
  if (columns.label !== undefined && known.label === columns.label) taken.set(columns.label, 'label');
  // Answers that another file's settings name are no channels.
  const rest = [...names.keys()].filter((index) => !taken.has(index) && !isLineNumber(names[index]!.trim()));
  if (rest.length === 0 && !channels)
    throw new InputError(`${columns.name}: no column is left for the values: has ${listNames(names)}.`);
  return { ...known, targets, channels, rest };
}
