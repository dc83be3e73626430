import { InputError } from '../errors.js';
import type { Rates } from './optimisers/index.js';

/** Rates for the parameters whose name matches; what is left out stays as it was. */
export interface ParameterGroup {
  /** A parameter's name, or a pattern in which `*` stands for any characters. */
  match: string;
  /** In place of the base rate. */
  lr?: number;
  /** Times the rate so far; not together with `lr`. */
  lrScale?: number;
  weightDecay?: number;
}

/**
 * The rates of each parameter: the base rates, changed by every matching group in the order given.
 * @returns a function that throws RangeError for a name not among `names`.
 * @throws InputError for a group that matches nothing (a mistyped name would else be ignored) or has unusable rates.
 */
export function resolveRates(
  names: readonly string[],
  base: Readonly<Rates>,
  groups: readonly ParameterGroup[],
): (parameterName: string) => Rates {
  checkRates('base rates', base);
  const rates = new Map(names.map((name): [string, Rates] => [name, { lr: base.lr, weightDecay: base.weightDecay }]));
  for (const group of groups) {
    const where = `parameter group "${group.match}"`;
    checkRates(where, group);
    if (group.lr !== undefined && group.lrScale !== undefined)
      throw new InputError(`${where}: got both lr and lrScale, expected one of them`);
    const pattern = patternOf(group.match);
    const matched = names.filter((name) => pattern.test(name));
    if (matched.length === 0)
      throw new InputError(`${where} matches no parameter; the parameters are ${names.join(', ')}`);
    for (const name of matched) {
      const own = rates.get(name)!;
      own.lr = group.lr ?? own.lr * (group.lrScale ?? 1);
      own.weightDecay = group.weightDecay ?? own.weightDecay;
    }
  }
  return (name) => {
    const own = rates.get(name);
    if (!own) throw new RangeError(`no rates for "${name}"; the parameters are ${names.join(', ')}`);
    return { ...own };
  };
}

/** A name, or one in which `*` stands for any characters, as an expression. */
export function patternOf(match: string): RegExp {
  // Runs of stars are one star: `**…` would make the regular expression's search explode.
  const parts = match.split(/\*+/).map((part) => part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

function checkRates(where: string, given: { lr?: number; lrScale?: number; weightDecay?: number }): void {
  for (const key of ['lr', 'lrScale', 'weightDecay'] as const) {
    const value = given[key];
    if (value !== undefined && !(Number.isFinite(value) && value >= 0))
      throw new InputError(`${where}: ${key}: got ${value}, expected a finite number, 0 or more`);
  }
}
