import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from './errors.js';
import { closest, completeSpec, numberAt, parseSpec, positive, type SpecTable, unitInterval } from './spec.js';

const table: SpecTable = {
  none: { keys: {} },
  sde: { keys: { add: { kind: 'number', default: 0 }, mult: { kind: 'number', default: 0 } } },
  dropout: { keys: { rate: { kind: 'number', required: true, limit: unitInterval } } },
  step: {
    keys: { at: { kind: 'text' }, every: { kind: 'number', limit: positive }, on: { kind: 'flag', default: 0 } },
  },
};
const parse = (text: string) => parseSpec(text, table, 'noise scheme');

describe('parseSpec', () => {
  it('reads names, numbers, texts and flags, and fills in defaults', () => {
    expect(parse('none')).toEqual({ name: 'none', values: {} });
    expect(parse('none:')).toEqual({ name: 'none', values: {} });
    expect(parse('sde:mult=2e-2')).toEqual({ name: 'sde', values: { add: 0, mult: 0.02 } });
    expect(parse(' sde : add = 0.5 , mult = -1 ')).toEqual({ name: 'sde', values: { add: 0.5, mult: -1 } });
    expect(parse('step:at=90|95,on=true')).toEqual({ name: 'step', values: { at: '90|95', on: 1 } });
  });

  it.each([
    ['sda:add=1', 'unknown noise scheme "sda"; known: none, sde, dropout, step; did you mean "sde"?'],
    ['', 'unknown noise scheme ""'],
    ['constructor', 'unknown noise scheme "constructor"'],
    ['sde:ad=1', 'unknown key of noise scheme "sde" "ad"; known: add, mult; did you mean "add"?'],
    ['none:add=1', 'known: none'],
    ['sde:toString=1', 'unknown key'],
    ['sde:__proto__=1', 'unknown key'],
    ['sde:add', '"add" has no value; write add=VALUE'],
    ['sde:add=', '"add" has no value'],
    ['sde:=1', 'expected'],
    ['sde:add=1,', 'where key=value was expected'],
    ['sde:add=1,add=2', '"add" is given twice'],
    ['sde:add=big', 'noise scheme "sde": add: got "big", expected a number'],
    ['sde:add=Infinity', 'expected a number'],
    ['dropout', 'needs rate; write dropout:rate=VALUE'],
    ['dropout:rate=1.5', 'got 1.5, must be between 0 and 1'],
    ['step:on=perhaps', 'expected true or false'],
  ])('refuses %j', (text, message) => {
    expect(() => parse(text)).toThrow(InputError);
    expect(() => parse(text)).toThrow(message);
  });

  it('throws nothing but InputError, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ maxLength: 200 }), fc.stringMatching(/^(sde|step|x):[a-z=,.0-9|]*$/)),
        (text) => {
          try {
            parse(text);
          } catch (error) {
            expect(error).toBeInstanceOf(InputError);
          }
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('completeSpec', () => {
  it('takes values of a configuration file', () => {
    expect(completeSpec({ name: 'step', values: { at: 90, on: true } }, table)).toEqual({
      name: 'step',
      values: { at: '90', on: 1 },
    });
    expect(completeSpec({ name: 'sde' }, table).values).toEqual({ add: 0, mult: 0 });
    expect(() => completeSpec({ name: 'sde', values: { add: true } }, table)).toThrow(InputError);
    expect(() => completeSpec({ name: 'sde', values: { add: Number.NaN } }, table)).toThrow(InputError);
  });
});

describe('numberAt', () => {
  it('is a TypeError for a key that the table left open', () => {
    expect(numberAt({ lr: 1 }, 'lr')).toBe(1);
    expect(() => numberAt({}, 'lr')).toThrow(TypeError);
  });
});

describe('closest', () => {
  it('suggests a slip of the hand and nothing far away', () => {
    expect(closest('adma', ['sgd', 'adam', 'adamw'])).toBe('adam');
    expect(closest('lion', ['sgd', 'adam'])).toBeUndefined();
    expect(closest('x'.repeat(100_000), ['sgd'])).toBeUndefined();
  });
});
