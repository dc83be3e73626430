/**
 * ARFF (Weka's attribute-relation file format), as the UEA & UCR archives use it: numeric attributes are the steps of a
 * series; or one relational attribute holds a series with a line for each dimension. The class is the nominal attribute.
 */
import { InputError } from '../../errors.js';
import { assembleSeries } from '../assemble.js';
import { targetsOf, textsOf } from '../columns/answers.js';
import type { Columns } from '../columns/columns.js';
import { columnReports, rolesOf } from '../columns/roles.js';
import { tableOfColumns } from '../columns/table-of-columns.js';
import type { SequenceTable } from '../dataset.js';
import { labelsOf } from '../labels/labels.js';
import { parseNumber } from '../number.js';
import type { Reading } from '../reading.js';
import { quoted } from '../table.js';
import { decodeText } from '../text.js';
import { splitArffFields } from './arff-fields.js';

interface Attribute {
  readonly name: string;
  readonly kind: 'numeric' | 'nominal' | 'text' | 'relational';
  /** Allowed values of a nominal attribute. */
  readonly values: ReadonlySet<string>;
  /** Numbers a line of a relational attribute has. */
  readonly width: number;
}

/** @throws InputError naming the line, for what is not as the attributes say. */
export function parseArff(bytes: Uint8Array, name: string, reading: Reading): SequenceTable {
  const lines = decodeText(bytes, name).split('\n');
  const begin = lines.findIndex((line) => /^\s*@data\s*$/i.test(line));
  if (begin < 0) throw new InputError(`${name}: has no line @data; expected an ARFF file.`);
  const attributes = readAttributes(lines.slice(0, begin), name);
  const rows: { readonly fields: readonly string[]; readonly line: number }[] = [];
  for (let index = begin + 1; index < lines.length; index++) {
    const text = lines[index]!.trim();
    if (text === '' || text.startsWith('%')) continue;
    const place = `${name}: line ${index + 1}`;
    if (text.startsWith('{')) throw new InputError(`${place} is sparse, which is not read; save it with all values.`);
    const fields = splitArffFields(text, place);
    if (fields.length !== attributes.length)
      throw new InputError(`${place} has ${fields.length} values; expected ${attributes.length}, one an attribute.`);
    attributes.forEach(({ kind, values, name: own }, at) => {
      if (kind === 'nominal' && fields[at] !== '?' && !values.has(fields[at]!))
        throw new InputError(`${place}: ${quoted(fields[at]!)} is none of the values of '${own}'.`);
    });
    rows.push({ fields, line: index + 1 });
  }
  const nominal = attributes.findLastIndex(({ kind }) => kind === 'nominal');
  const columns: Columns = {
    name,
    names: attributes.map((attribute) => attribute.name),
    rows: rows.length,
    cell: (column, row) => rows[row]!.fields[column]!,
    place: (row) => `line ${rows[row]!.line}`,
    label: nominal < 0 ? undefined : nominal,
    missingLabel: '?',
    numbers: { decimal: '.', thousands: null, missing: reading.missingMarks },
  };
  const relation = attributes.findIndex(({ kind }) => kind === 'relational');
  return relation < 0
    ? tableOfColumns(columns, { layout: 'wide', ...reading })
    : relationalTable(columns, relation, attributes[relation]!.width, reading);
}

function relationalTable(columns: Columns, relation: number, width: number, reading: Reading): SequenceTable {
  const roles = rolesOf(columns, reading);
  const { label, group, targets } = roles;
  const { rows: all, labels, notes } = labelsOf(columns, label, reading);
  let dimensions: number | null = null;
  const series = all.map((row) => {
    const place = `${columns.name}: ${columns.place(row)}`;
    // Some publishers end the last dimension with a line end too.
    const lines = String(columns.cell(relation, row)).replace(/\n+$/, '').split('\n');
    dimensions ??= lines.length;
    if (lines.length !== dimensions)
      throw new InputError(`${place} has ${lines.length} dimensions; expected ${dimensions}, as the first series has.`);
    return relationalSeries(lines, width, place);
  });
  return {
    ...assembleSeries(columns.name, dimensions ?? 1, series),
    ...labels,
    places: all.map(columns.place),
    report: {
      layout: 'wide',
      header: null,
      notes,
      columns: columnReports(columns, roles, new Map([[relation, { channel: 0, step: null }]])),
    },
    ...(group !== null && { groups: textsOf(columns, group, 'group', all) }),
    ...(targets.length > 0 && {
      targets: { values: targetsOf(columns, targets, all), width: targets.length, per: 'row' as const },
    }),
  };
}

/** [steps, dimensions] from a line of `width` numbers for each dimension. */
function relationalSeries(lines: readonly string[], width: number, place: string): Float64Array {
  const series = new Float64Array(width * lines.length);
  lines.forEach((line, dimension) => {
    const fields = line.split(',');
    if (fields.length !== width)
      throw new InputError(`${place}, dimension ${dimension + 1} has ${fields.length} steps; expected ${width}.`);
    fields.forEach((field, step) => {
      const value = parseNumber(field);
      if (value === undefined)
        throw new InputError(
          `${place}, dimension ${dimension + 1}, step ${step + 1} is ${quoted(field)}; expected a number.`,
        );
      series[step * lines.length + dimension] = value;
    });
  });
  return series;
}

function readAttributes(lines: readonly string[], name: string): Attribute[] {
  const attributes: Attribute[] = [];
  let relation: { name: string; width: number } | null = null;
  lines.forEach((line, index) => {
    const text = line.trim();
    const place = `${name}: line ${index + 1}`;
    if (text === '' || text.startsWith('%') || /^@relation\b/i.test(text)) return;
    if (/^@end\b/i.test(text)) {
      if (relation === null) throw new InputError(`${place}: @end without a relational attribute.`);
      attributes.push({ name: relation.name, kind: 'relational', values: new Set(), width: relation.width });
      relation = null;
      return;
    }
    const written = /^@attribute\s+('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\S+)\s+(.+)$/i.exec(text);
    if (written === null) throw new InputError(`${place} is ${quoted(text)}; expected @attribute NAME TYPE.`);
    const own = written[1]!.replace(/^(['"])(.*)\1$/, '$2');
    const type = written[2]!.trim();
    if (relation !== null) relation.width += 1;
    else if (/^relational$/i.test(type)) relation = { name: own, width: 0 };
    else attributes.push({ name: own, ...kindOf(type, place), width: 1 });
  });
  if (relation !== null) throw new InputError(`${name}: its relational attribute has no @end.`);
  if (attributes.length === 0) throw new InputError(`${name}: has no @attribute before @data.`);
  return attributes;
}

function kindOf(type: string, place: string): Pick<Attribute, 'kind' | 'values'> {
  if (/^(numeric|real|integer)(\s*\[[^\]]*\])?$/i.test(type)) return { kind: 'numeric', values: new Set() };
  if (/^(string|date\b.*)$/i.test(type)) return { kind: 'text', values: new Set() };
  if (type.startsWith('{') && type.endsWith('}'))
    return { kind: 'nominal', values: new Set(splitArffFields(type.slice(1, -1), place)) };
  throw new InputError(`${place}: type ${quoted(type)} is not read; expected numeric, {values}, string or relational.`);
}
