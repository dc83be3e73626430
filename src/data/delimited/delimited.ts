/** Delimited text as records, with what had to be guessed to read it so. */
import { InputError } from '../../errors.js';
import type { Columns } from '../columns/columns.js';
import type { NumberStyle } from '../number.js';
import type { Reading } from '../reading.js';
import { quoted } from '../table.js';
import { guessHeader } from './header.js';
import { numberStyle } from './number-style.js';
import { guessSeparator, parseSeparator, readPreamble, separatorName } from './separator.js';
import { type RecordOfText, splitRecords } from './split.js';
import { unitsOf } from './units.js';

export interface Delimited {
  /** Null where the text names no columns. */
  readonly names: readonly string[] | null;
  /** Where the names are: `line 1`. */
  readonly namesLine: number;
  readonly records: readonly RecordOfText[];
  readonly numbers: NumberStyle;
  readonly units: readonly (string | null)[] | null;
  readonly separator: string;
  readonly headerReason: string;
  readonly notes: readonly string[];
}

export type DelimitedReading = Pick<Reading, 'header' | 'separator' | 'decimal' | 'missingMarks' | 'legacy'>;

/** @throws InputError for text that is no table, with the line; or that could be read two ways, with both commands. */
export function readDelimited(text: string, name: string, reading: DelimitedReading): Delimited {
  const preamble = readPreamble(text);
  const separator =
    reading.separator === undefined
      ? (preamble.separator ?? guessSeparator(text, preamble.lines))
      : parseSeparator(reading.separator);
  const all = splitRecords(text, separator, name, preamble.lines);
  if (all.length === 0) throw new InputError(`${name}: is empty.`);
  const comment = commentedNames(preamble.comment, separator, all, name);
  const header =
    reading.header !== undefined && reading.header !== 'auto'
      ? { named: reading.header === 'yes', reason: 'given' }
      : comment !== null
        ? { named: true, reason: 'the comment above the first line' }
        : guessHeader(all, name, reading.legacy);
  const [names, below] = !header.named ? [null, all] : comment ? [comment, all] : [all[0]!, all.slice(1)];
  if (names !== null) checkCounts(names, below, name);
  const fields = below.map((record) => record.fields);
  // A line of units has no numbers: it says nothing of how they are written.
  const given = parseDecimal(reading.decimal);
  const style = (rows: readonly (readonly string[])[]) => ({
    ...numberStyle(rows, name, given),
    ...(reading.missingMarks && { missing: reading.missingMarks }),
  });
  const numbers = style(fields);
  const units = names === null || reading.legacy ? null : unitsOf(names.fields, fields, numbers);
  return {
    ...{ names: names?.fields.map((field) => field.trim()) ?? null, namesLine: names?.line ?? 0 },
    records: units === null ? below : below.slice(1),
    ...{ numbers: units === null ? numbers : style(fields.slice(1)), units },
    ...{ separator: separatorName(separator), headerReason: header.reason },
    notes: notesOf(numbers, units !== null),
  };
}

/** As a table of columns; without names they are called 1, 2, … @throws InputError for a name twice. */
export function columnsOf(text: Delimited, name: string): Columns {
  const { records } = text;
  const names = text.names ?? (records[0]?.fields ?? []).map((_, index) => String(index + 1));
  if (text.names === null) checkCounts(null, records, name);
  const twice = names.findIndex((own, index) => own !== '' && names.indexOf(own) !== index);
  if (twice >= 0) throw new InputError(`${name}: two columns are named ${quoted(names[twice]!)}; rename one.`);
  return {
    ...{ name, names, rows: records.length, numbers: text.numbers },
    cell: (column, row) => records[row]!.fields[column]!,
    place: (row) => `line ${records[row]!.line}`,
    ...(text.units && { units: text.units }),
  };
}

/** `.` or `,`, or their names. @throws InputError for another. */
export function parseDecimal(text: string | undefined): '.' | ',' | undefined {
  if (text === undefined || text === 'auto') return undefined;
  const found = { '.': '.', point: '.', ',': ',', comma: ',' } as const;
  if (Object.hasOwn(found, text)) return found[text as keyof typeof found];
  throw new InputError(`decimal sign '${text}': expected point or comma`);
}

/** The names of the columns in a comment, as numpy.savetxt writes them: as many as the fields below, which are no names. */
function commentedNames(
  comment: { readonly text: string; readonly line: number } | null,
  separator: string,
  records: readonly RecordOfText[],
  name: string,
): RecordOfText | null {
  const count = records[0]!.fields.length;
  if (comment === null || count < 2) return null;
  const [own] = splitRecords(comment.text.replaceAll('"', ''), separator, name);
  if (own?.fields.length !== count || !guessHeader([own], name).named || guessHeader(records, name).named) return null;
  return { fields: own.fields, line: comment.line };
}

function checkCounts(names: RecordOfText | null, records: readonly RecordOfText[], name: string): void {
  const first = names ?? records[0];
  const wrong = records.find(({ fields }) => fields.length !== first?.fields.length);
  if (wrong === undefined || first === undefined) return;
  throw new InputError(
    `${name}: line ${wrong.line} has ${wrong.fields.length} fields, but line ${first.line}` +
      `${names === null ? '' : ', the names of the columns,'} has ${first.fields.length}; every line needs as many.`,
  );
}

function notesOf({ thousands, decimal }: NumberStyle, units: boolean): string[] {
  return [
    ...(thousands === null
      ? []
      : [`numbers have '${thousands}' between thousands and '${decimal}' for the decimal sign (--decimal)`]),
    ...(units ? ['the line below the names is read as units'] : []),
  ];
}
