import { describe, expect, it } from 'vitest';
import { InputError } from '../../errors.js';
import type { Reading } from '../reading.js';
import { parseTable } from './table.js';

const parse = (text: string, reading: Reading = {}, name = 'a.csv') =>
  parseTable(new TextEncoder().encode(text), name, reading);

describe('wide CSV', () => {
  const expected = {
    rows: 2,
    steps: 3,
    channels: 1,
    labels: ['up', 'down'],
    values: Float32Array.of(1, 2, 3, 3, 2, -1),
  };

  it.each<[string, string, Reading]>([
    ['columns in order', 'a,b,c,label\n1,2,3,up\n3,2,-1,down\n', {}],
    ['numbered columns in any order', 'x_3,label,x_1,x_2\n3,up,1,2\n-1,down,3,2\n', {}],
    [
      'tabs, Windows line ends, a byte order mark, blank lines',
      '\uFEFFlabel\tt1\tt2\tt3\r\nup\t1\t2\t3\r\n\r\ndown\t3\t2\t-1',
      {},
    ],
    ['semicolons and decimal commas', 'label;t1;t2;t3\nup;1,0;2,0;3\ndown;3;2;-1,0\n', {}],
    [
      'quotes',
      '"label","t ""1""","t, 2","t3"\n"up","1",2,"3"\n"down",3,2,-1\n',
      { channelColumns: ['t "1"', 't, 2', 't3'] },
    ],
    ['the numbers of a data frame', ',0,1,2,label\n0,1,2,3,up\n1,3,2,-1,down\n', {}],
    ['a label column given, an id left out', 'id,kind,t1,t2,t3\n7,up,1,2,3\n8,down,3,2,-1\n', { labelColumn: 'kind' }],
  ])('%s', async (_, text, reading) => {
    expect(await parse(text, reading)).toMatchObject(expected);
  });

  it('several channels of numbered columns, with groups and targets', async () => {
    const text = 'x_1,x_2,y_1,y_2,patient,age\n1,2,10,20,p,30\n3,4,30,40,q,41.5\n';
    expect(await parse(text, { targetColumns: ['age'] })).toMatchObject({
      steps: 2,
      channels: 2,
      values: Float32Array.of(1, 10, 2, 20, 3, 30, 4, 40),
      labels: null,
      groups: ['p', 'q'],
      targets: { values: Float32Array.of(30, 41.5), width: 1, per: 'row' },
    });
    expect(await parse(text, { targetColumns: ['age'], channelColumns: ['y'] })).toMatchObject({ channels: 1 });
  });

  it.each<[string, string, Reading, RegExp]>([
    ['a missing column', 'a,b,c\n1,2,3\n', { labelColumn: 'lable' }, /missing label column 'lable': has 'a', 'b', 'c'/],
    ['a short line', 'a,b,label\n1,2,x\n1,x\n', {}, /line 3 has 2 fields, but line 1.* has 3/],
    ['a word', 'a,b,label\n1,two,x\n', {}, /line 2, column 'b' is 'two'; expected a number/],
    ['a hexadecimal number', 'a,b,label\n1,0x2,x\n', {}, /column 'b' is '0x2'/],
    ['an unended quote', 'a,b,label\n1,"2,x\n3,4,y\n', {}, /line 2: Quoted field unterminated/],
    ['a name twice', 'a,a,label\n1,2,x\n', {}, /two columns are named 'a'/],
    ['a role twice', 'a,b,label\n1,2,x\n', { labelColumn: 'a', groupColumn: 'a' }, /given as label and as group/],
    ['a column without a step', 'x_1,x_2,age,label\n1,2,3,a\n', {}, /'age' has no step's number/],
    ['channels of different steps', 'x_1,x_2,y_1,y_3,label\n1,2,3,4,a\n', {}, /'x' and 'y' have different steps/],
    ['a channel there is none of', 'x_1,x_2,label\n1,2,a\n', { channelColumns: ['z'] }, /missing channel 'z'/],
    ['a label in some rows only', 'a,b,label\n1,2,x\n3,4,\n', {}, /line 3 has no label in column 'label'/],
    ['a missing value', 'a,b,label\n1,,x\n', {}, /row 1, step 2 is NaN.*--missing/],
    ['no rows', 'a,b,label\n', {}, /holds no sequences/],
    ['nothing', '\n', { format: 'csv' }, /is empty/],
    ['a text that is not UTF-8', 'a,b\n', {}, /not a text in UTF-8/],
    ['an unknown format', 'a,b\n', { format: 'xls' }, /unknown format 'xls'; known: ts, csv/],
  ])('refuses %s', async (what, text, reading, message) => {
    const bytes = what.includes('UTF-8') ? Uint8Array.of(97, 44, 98, 10, 0xe4, 44, 49) : new TextEncoder().encode(text);
    await expect(parseTable(bytes, 'a.csv', reading)).rejects.toThrow(InputError);
    await expect(parseTable(bytes, 'a.csv', reading)).rejects.toThrow(message);
  });

  it('needs no answers to score', async () => {
    const reading = { labelColumn: 'label', targetColumns: ['age'], groupColumn: 'who', answersOptional: true };
    expect(await parse('a,b\n1,2\n', reading)).toMatchObject({ labels: null, targets: null, steps: 2 });
  });
});

describe('long CSV', () => {
  const text = 'id,time,x,y,label\nB,2,3,30,no\nA,1,1,10,yes\nB,10,4,40,no\nA,2,2,20,yes\nB,1,2.5,25,no\n';

  it('orders by time, keeps series in the order they occur in, and their lengths', async () => {
    expect(await parse(text)).toMatchObject({
      ...{ name: 'a.csv', rows: 2, steps: 3, channels: 2, lengths: Uint32Array.of(3, 2) },
      ...{ ids: ['B', 'A'], channelNames: ['x', 'y'], places: ['line 2', 'line 3'] },
      times: { values: Float64Array.of(0, 1, 9, 0, 1, 0), unit: null, resolution: 1 },
      values: Float32Array.of(2.5, 25, 3, 30, 4, 40, 1, 10, 2, 20, 0, 0),
      labels: ['no', 'yes'],
      stepLabels: ['no', 'no', 'no', 'yes', 'yes', null],
    });
  });

  it('takes dates, chosen channels, and ids without times', async () => {
    const dated = 'series,when,x\n1,2024-03-01T10:00:00Z,1\n1,2024-02-29,2\n2,2024-01-01,3\n2,2024-01-02,4\n';
    const reading = { timeColumn: 'when' };
    expect((await parse(dated, reading)).values).toEqual(Float32Array.of(2, 1, 3, 4));
    expect(await parse(text, { channelColumns: ['y'] })).toMatchObject({ channels: 1, rows: 2 });
    expect(await parse('id,x\na,1\nb,2\na,3\nb,4\n')).toMatchObject({ rows: 2, values: Float32Array.of(1, 3, 2, 4) });
  });

  it('labels steps where labels differ within a series, and tells targets of a series from those of a step', async () => {
    const steps = 'id,t,x,label,level,dose\na,1,5,on,1,3\na,2,6,off,2,3\nb,1,7,on,3,4\n';
    const table = await parse(steps, { targetColumns: ['level'] });
    expect(table).toMatchObject({ labels: null, stepLabels: ['on', 'off', 'on', null], channels: 2 });
    expect(table.targets).toEqual({ values: Float32Array.of(1, 2, 3, 0), width: 1, per: 'step' });
    const dose = await parse(steps, { targetColumns: ['dose'] });
    expect(dose.targets).toEqual({ values: Float32Array.of(3, 4), width: 1, per: 'row' });
  });

  it.each<[string, string, RegExp]>([
    ['equal times', 'id,time,x\na,1,2\na,1,3\n', /line 3 and line 2 have one time, '1' in one series/],
    ['equal times without ids', 'time,x\n1,2\n1,3\n', /--id-column/],
    ['a row without id', 'id,time,x\na,1,2\n,1,3\n', /line 3 has no id/],
    ['a time that is none', 'id,time,x\na,soon,2\n', /column 'time' is 'soon'/],
    ['a series of two groups', 'id,time,x,patient\na,1,2,p\na,2,2,q\n', /series 1 belongs to groups 'p', 'q'/],
  ])('refuses %s', async (_, given, message) => {
    await expect(parse(given)).rejects.toThrow(InputError);
    await expect(parse(given)).rejects.toThrow(message);
  });
});
