/**
 * Delimited text cut into records and fields as RFC 4180 says, and no more leniently: a quote where none belongs means that
 * the text is damaged, and what a lenient reader would make of it is wrong without a word.
 */
import { InputError } from '../../errors.js';

export interface RecordOfText {
  readonly fields: readonly string[];
  /** Where it begins in the file, from 1: a quoted field may hold line ends. */
  readonly line: number;
}

/** Runs of blanks. */
export const BLANKS = ' ';

/**
 * Records that are not blank.
 * @param skip lines at the start that are none.
 * @throws InputError for a quote that is not ended, or stands within a field.
 */
export function splitRecords(text: string, separator: string, name: string, skip = 0): RecordOfText[] {
  const records: RecordOfText[] = [];
  const lines = text.split('\n');
  for (let index = skip; index < lines.length; index++) {
    const line = index + 1;
    let record = lines[index]!;
    if (record.trim() === '') continue;
    if (!record.includes('"')) {
      records.push({ line, fields: separator === BLANKS ? record.trim().split(/[ \t]+/) : record.split(separator) });
      continue;
    }
    // A quoted field may go on over several lines.
    while (openQuote(record) && index + 1 < lines.length) {
      index += 1;
      record += `\n${lines[index]}`;
    }
    records.push({ line, fields: quotedFields(record, separator, `${name}: line ${line}`) });
  }
  return records;
}

function openQuote(text: string): boolean {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count += 1;
  return count % 2 === 1;
}

function quotedFields(record: string, separator: string, place: string): string[] {
  const fields: string[] = [];
  const blanks = separator === BLANKS;
  let at = 0;
  const skipBlanks = () => {
    while (record[at] === ' ' || (separator !== '\t' && record[at] === '\t')) at += 1;
  };
  if (blanks) skipBlanks();
  for (;;) {
    const start = at;
    skipBlanks();
    if (record[at] === '"') {
      fields.push(quotedField());
      skipBlanks();
    } else {
      const end = blanks ? record.slice(at).search(/[ \t]/) : record.indexOf(separator, at);
      const stop = end < 0 ? record.length : blanks ? at + end : end;
      const field = record.slice(blanks ? at : start, stop);
      if (field.includes('"'))
        throw new InputError(
          `${place}: Quote within an unquoted field; a field with quotes is written "a ""b"" c". Mend it, or copy the file again.`,
        );
      fields.push(field);
      at = stop;
      if (blanks) skipBlanks();
    }
    if (at >= record.length) return fields;
    if (blanks) continue;
    if (!record.startsWith(separator, at))
      throw new InputError(`${place}: Text after a quoted field; check the quotes, or copy the file again.`);
    at += separator.length;
    // A separator at the very end begins one more field.
    if (at >= record.length) return [...fields, ''];
  }

  function quotedField(): string {
    let content = '';
    for (let from = at + 1; ; ) {
      const quote = record.indexOf('"', from);
      if (quote < 0)
        throw new InputError(`${place}: Quoted field unterminated; check the quotes, or copy the file again.`);
      content += record.slice(from, quote);
      if (record[quote + 1] !== '"') {
        at = quote + 1;
        return content;
      }
      content += '"';
      from = quote + 2;
    }
  }
}
