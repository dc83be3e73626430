/** Which sign stands between the fields of a text, and what stands before its first record. */
import { InputError } from '../../errors.js';
import { BLANKS } from './split.js';

/** In order of preference, where several fit. */
const candidates = ['\t', ';', '|', ',', BLANKS] as const;
const SAMPLE = 50;

const names: Readonly<Record<string, string>> = {
  '\t': 'tab',
  ';': 'semicolon',
  '|': 'pipe',
  ',': 'comma',
  [BLANKS]: 'blank',
};

export const separatorName = (separator: string): string => names[separator] ?? separator;

/** A sign, or its name. @throws InputError for more than one sign. */
export function parseSeparator(text: string): string {
  const named = Object.entries(names).find(([, name]) => name === text.toLowerCase() || `${name}s` === text);
  if (named) return named[0];
  const sign = text === '\\t' ? '\t' : text;
  if (sign.length === 1 && !/[\w".\n-]/.test(sign)) return sign;
  throw new InputError(`separator '${text}': expected one sign, or ${Object.values(names).join(', ')}`);
}

export interface Preamble {
  /** Lines before the first record. */
  readonly lines: number;
  /** As a line `sep=` says. */
  readonly separator: string | null;
  /** The last comment before the first record, without its sign: it may hold the names of the columns. */
  readonly comment: { readonly text: string; readonly line: number } | null;
}

/** `sep=;`, and comments that begin with # or %. */
export function readPreamble(text: string): Preamble {
  let separator: string | null = null;
  let comment: Preamble['comment'] = null;
  let lines = 0;
  for (let start = 0; start < text.length; lines++) {
    const stop = text.indexOf('\n', start);
    const line = text.slice(start, stop < 0 ? undefined : stop).trim();
    const said = /^"?sep=(\\t|.)"?$/i.exec(text.slice(start, stop < 0 ? undefined : stop).replace(/[\r ]+$/, ''));
    if (said !== null && separator === null) separator = parseSeparator(said[1]!);
    else if (/^[#%]/.test(line)) comment = { text: line.replace(/^[#%]+ ?/, ''), line: lines + 1 };
    else if (line !== '') break;
    if (stop < 0) return { lines: lines + 1, separator, comment };
    start = stop + 1;
  }
  return { lines, separator, comment };
}

/** The separator that cuts all of the first lines alike and leaves none of the others in the fields. */
export function guessSeparator(text: string, skip: number): string {
  const lines = firstLines(text, skip);
  const [first = ''] = lines;
  const counts = candidates.map((separator) => ({ separator, count: fieldsOf(first, separator).length }));
  const fits = counts.find(
    ({ separator, count }) =>
      count > 1 &&
      lines.every((line) => {
        const fields = fieldsOf(line, separator);
        return fields.length === count && fields.every((field) => isClean(field, separator));
      }),
  );
  if (fits) return fits.separator;
  // Ragged lines: the sign that the first line has most of; blanks only where there is no other.
  const signs = counts.filter(({ separator }) => separator !== BLANKS);
  const most = signs.reduce((best, own) => (own.count > best.count ? own : best));
  if (most.count > 1) return most.separator;
  return fieldsOf(first, BLANKS).length > 1 && lines.length > 1 && !lines.some((line) => line.includes(','))
    ? BLANKS
    : ',';
}

function firstLines(text: string, skip: number): string[] {
  const lines: string[] = [];
  let start = 0;
  for (let index = 0; start < text.length && lines.length < SAMPLE; index++) {
    const stop = text.indexOf('\n', start);
    const line = text.slice(start, stop < 0 ? undefined : stop);
    if (index >= skip && line.trim() !== '') lines.push(line);
    if (stop < 0) break;
    start = stop + 1;
  }
  return lines;
}

function fieldsOf(line: string, separator: string): string[] {
  const plain = line.replace(/"[^"]*"/g, 'q');
  return separator === BLANKS ? plain.trim().split(/[ \t]+/) : plain.split(separator);
}

const NUMBER = /^\s*[+-]?[\d.,]+(?:[eE][+-]?\d+)?\s*$/;

function isClean(field: string, separator: string): boolean {
  const others = separator === '\t' || separator === BLANKS ? /[;|]/ : /[;|\t]/;
  return !others.test(field) && (separator === ',' || !field.includes(',') || NUMBER.test(field));
}
