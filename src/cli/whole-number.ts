import { InputError } from '../errors.js';

/** @throws InputError naming the flag, unless the text is a whole number of `least` or more. */
export function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < least)
    throw new InputError(`--${name}: got "${text}"; expected a whole number, ${least} or more`);
  return value;
}
