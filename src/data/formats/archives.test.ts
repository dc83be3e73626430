/** Files as the UEA and UCR archives have them, and Parquet. */
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../errors.js';
import type { Reading } from '../reading.js';
import { parseTable } from './table.js';

const parse = (text: string, name: string, reading: Reading = {}) =>
  parseTable(new TextEncoder().encode(text), name, reading);

const basic = `# Comment
@problemName Basic
@timeStamps false
@missing false
@univariate false
@dimensions 2
@equalLength false
@classLabel true Standing Walking
@data
1,2,3:10,20,30:Standing
4,5:40,50:Walking
`;

describe('.ts', () => {
  it('reads several channels and different lengths', async () => {
    expect(await parse(basic, 'Basic_TRAIN.ts')).toMatchObject({
      ...{ rows: 2, steps: 3, channels: 2, lengths: Uint32Array.of(3, 2), labels: ['Standing', 'Walking'] },
      values: Float32Array.of(1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 0, 0),
    });
  });

  it('reads one channel, missing values and targets', async () => {
    const text = '@problemName P\n@univariate true\n@targetlabel true\n@data\n1,?,3:0.5\n4,5,6:-2\n';
    const table = await parse(text, 'P_TRAIN.ts', { missing: 'linear' });
    expect(table).toMatchObject({ values: Float32Array.of(1, 2, 3, 4, 5, 6), labels: null });
    expect(table.targets).toEqual({ values: Float32Array.of(0.5, -2), width: 1, per: 'row' });
    await expect(parse(text, 'P_TRAIN.ts')).rejects.toThrow(/row 1, step 2 is NaN/);
  });

  it('reads time stamps: numbers, or dates with colons in them', async () => {
    const stamped = (first: string, second: string) =>
      `@problemName P\n@timeStamps true\n@univariate true\n@classLabel true a\n@data\n(${first},1.5),(${second},2):a\n`;
    const numbers = await parse(stamped('0', '0.25'), 'P.ts');
    expect(numbers).toMatchObject({ values: Float32Array.of(1.5, 2), labels: ['a'] });
    expect([...numbers.times!.values]).toEqual([0, 0.25]);
    const dates = await parse(stamped('2020-01-01 00:00:00', '2020-01-01 00:00:02'), 'P.ts');
    expect(dates.times).toMatchObject({ values: Float64Array.of(0, 2), unit: 's' });
    await expect(parse(stamped('1', '1'), 'P.ts')).rejects.toThrow(/line 6: time stamp 2 .* not after/);
  });

  it.each<[string, (text: string) => string, RegExp]>([
    [
      'no time stamps where they are declared',
      (text) => text.replace('@timeStamps false', '@timeStamps true'),
      /expected \(time,value\)/,
    ],
    ['no @data', (text) => text.replace('@data\n', ''), /no line @data/],
    ['an unknown label', (text) => text.replace(':Walking', ':Wolking'), /line 11 has label 'Wolking'/],
    [
      'a dimension too few',
      (text) => text.replace(':40,50', ''),
      /line 11 has 1 dimension before its answer; expected 2/,
    ],
    ['dimensions of different lengths', (text) => text.replace('40,50', '40'), /dimension 2 has 1 steps; expected 2/],
    ['a word', (text) => text.replace('20', 'x'), /dimension 2, step 2 is 'x'/],
    [
      'other lengths than declared',
      (text) => text.replace('@equalLength false', '@equalLength true\n@seriesLength 3'),
      /expected 3 \(@seriesLength\)/,
    ],
    ['a count that is none', (text) => text.replace('@dimensions 2', '@dimensions two'), /@dimensions is 'two'/],
  ])('refuses %s', async (_, change, message) => {
    await expect(parse(change(basic), 'f.ts')).rejects.toThrow(InputError);
    await expect(parse(change(basic), 'f.ts')).rejects.toThrow(message);
  });
});

const univariate = `% Comment
@relation Coffee
@attribute att1 numeric
@attribute att2 real
@attribute target {'class a',b}
@data
1.5,2,'class a'
-3,?,b
`;
const relational = `@relation Basic
@attribute relationalAtt relational
 @attribute att0 numeric
 @attribute att1 numeric
@end relationalAtt
@attribute activity {Standing,Walking}
@data
'1,2\\n10,20',Standing
"3,4\\n30,40",Walking
`;

describe('.arff', () => {
  it('reads attributes as steps, the nominal one as label', async () => {
    expect(await parse(univariate, 'C.arff', { missing: 'value=7' })).toMatchObject({
      ...{ steps: 2, channels: 1, labels: ['class a', 'b'], values: Float32Array.of(1.5, 2, -3, 7) },
    });
  });

  it('reads the relational attribute of several channels', async () => {
    expect(await parse(relational, 'B.arff')).toMatchObject({
      ...{ rows: 2, steps: 2, channels: 2, labels: ['Standing', 'Walking'] },
      values: Float32Array.of(1, 10, 2, 20, 3, 30, 4, 40),
    });
  });

  it.each<[string, string, RegExp]>([
    ['a value too few', univariate.replace('1.5,2,', '1.5,'), /line 7 has 2 values; expected 3/],
    ['an undeclared class', univariate.replace('?,b', '?,c'), /line 8: 'c' is none of the values of 'target'/],
    ['an unended quote', univariate.replace("2,'class a'", "2,'class a"), /a quote is not ended/],
    ['sparse rows', univariate.replace('-3,?,b', '{0 1}'), /line 8 is sparse/],
    ['an unknown type', univariate.replace('real', 'complex'), /type 'complex' is not read/],
    ['another number of dimensions', relational.replace('\\n30,40', ''), /line 9 has 1 dimensions; expected 2/],
    ['another number of steps', relational.replace('10,20', '10'), /dimension 2 has 1 steps; expected 2/],
    ['no end', relational.replace('@end relationalAtt\n', ''), /has no @end/],
  ])('refuses %s', async (_, text, message) => {
    await expect(parse(text, 'f.arff')).rejects.toThrow(InputError);
    await expect(parse(text, 'f.arff')).rejects.toThrow(message);
  });
});

describe('.parquet', () => {
  const write = (columnData: Parameters<typeof parquetWriteBuffer>[0]['columnData']) =>
    new Uint8Array(parquetWriteBuffer({ columnData }));

  it('reads wide and long tables', async () => {
    const wide = write([
      { name: 'x_1', data: [1, 3], type: 'DOUBLE' },
      { name: 'x_2', data: [2, null], type: 'DOUBLE', nullable: true },
      { name: 'label', data: ['a', 'b'], type: 'STRING' },
    ]);
    expect(await parseTable(wide, 'w.parquet', { missing: 'previous' })).toMatchObject({
      ...{ steps: 2, labels: ['a', 'b'], values: Float32Array.of(1, 2, 3, 3) },
    });
    const long = write([
      { name: 'id', data: [1, 1, 2], type: 'INT32' },
      { name: 'time', data: [new Date(2000), new Date(1000), new Date(0)], type: 'TIMESTAMP' },
      { name: 'v', data: [5n, 6n, 7n], type: 'INT64' },
    ]);
    expect(await parseTable(long, 'l.parquet')).toMatchObject({
      ...{ rows: 2, lengths: Uint32Array.of(2, 1), values: Float32Array.of(6, 5, 7, 0) },
    });
  });

  it('reads a list a channel', async () => {
    const schema = [
      { name: 'root', num_children: 2 },
      { name: 'x', num_children: 1, repetition_type: 'OPTIONAL', converted_type: 'LIST' },
      { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
      { name: 'element', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
      { name: 'label', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
    ] as const;
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'x', data: [[1, 2, 3], [4]] },
        { name: 'label', data: ['a', 'b'] },
      ],
      schema: schema.map((element) => ({ ...element })),
    });
    expect(await parseTable(new Uint8Array(bytes), 'l.parquet')).toMatchObject({
      ...{ steps: 3, lengths: Uint32Array.of(3, 1), values: Float32Array.of(1, 2, 3, 4, 0, 0), labels: ['a', 'b'] },
    });
  });

  it('refuses a damaged file', async () => {
    const bytes = write([{ name: 'x_1', data: [1, 3], type: 'DOUBLE' }]);
    await expect(parseTable(bytes.subarray(0, 40), 'w.parquet')).rejects.toThrow(
      /w\.parquet: not a whole Parquet file/,
    );
    await expect(parseTable(new Uint8Array(3), 'w.parquet')).rejects.toThrow(InputError);
  });
});
