import { InputError } from '../../errors.js';

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '' };

/** Values between commas, quoted with ' or " where need be; within quotes \n is a line end. @throws InputError for an unended quote. */
export function splitArffFields(text: string, place: string): string[] {
  const fields: string[] = [];
  let position = 0;
  while (position <= text.length) {
    const start = position + /^\s*/.exec(text.slice(position, position + 64))![0].length;
    const quote = text[start];
    if (quote === "'" || quote === '"') {
      const { content, end } = quotedField(text, start, quote, place);
      fields.push(content);
      position = end;
      const after = /^\s*(,|$)/.exec(text.slice(position, position + 64));
      if (after === null) throw new InputError(`${place}: text after a quoted value; expected a comma.`);
      position += after[0].length || 1;
    } else {
      const comma = text.indexOf(',', position);
      const end = comma < 0 ? text.length : comma;
      fields.push(text.slice(position, end).trim());
      position = end + 1;
    }
  }
  return fields;
}

function quotedField(text: string, start: number, quote: string, place: string): { content: string; end: number } {
  const parts: string[] = [];
  let from = start + 1;
  for (let index = from; index < text.length; index++) {
    if (text[index] === quote) return { content: parts.join('') + text.slice(from, index), end: index + 1 };
    if (text[index] !== '\\') continue;
    const escaped = text[index + 1] ?? '';
    parts.push(text.slice(from, index), ESCAPES[escaped] ?? escaped);
    index += 1;
    from = index + 1;
  }
  throw new InputError(`${place}: a quote is not ended; copy the file again.`);
}
