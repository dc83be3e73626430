/** Values of settings: text from flags and overrides, numbers, words or lists from files. */
import { z } from 'zod';

const numeric = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value), schema);
const wordsFor = { true: ['true', 'on', 'yes'], false: ['false', 'off', 'no'] } as const;

export const count = numeric(z.int('expected a whole number, 1 or more').min(1));
export const countFromZero = numeric(z.int('expected a whole number, 0 or more').min(0));
export const positive = numeric(z.number().gt(0));
export const nonNegative = numeric(z.number().min(0));
export const text = z.string().trim().min(1);
/** One sign, blanks included. */
export const sign = z.string().min(1);
export const onOff = z.preprocess((value) => {
  const among = (words: readonly unknown[]) => words.includes(value);
  return among(wordsFor.true) ? true : among(wordsFor.false) ? false : value;
}, z.boolean());
export const wordOr = <const Word extends string, T extends z.ZodType>(word: Word, schema: T) =>
  z.union([z.literal(word), schema]);
/** A list, or one text with `;` between its parts. */
export const listOf = <T extends z.ZodType>(schema: T) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(';').filter((part) => part.trim() !== '') : value),
    z.array(schema),
  );
export const list = listOf(text);
/** A list, or one text with commas between the names. */
export const names = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value),
  z.array(text).min(1),
);

const weights = z.array(z.number().gt(0)).min(2);
/** `none`, `balanced`, or numbers: a list, or one text with commas between them. */
export const classWeights = z.preprocess(
  (value) => {
    if (typeof value !== 'string' || value === 'none' || value === 'balanced') return value;
    return value.split(',').map((part) => (part.trim() === '' ? part : Number(part)));
  },
  z.union([z.enum(['none', 'balanced']), weights]),
);
