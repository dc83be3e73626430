/** What a sweep tries: settings of which some are fixed, some are lists, and some are drawn: `lr: log(1e-4, 1e-1)`. */
import { InputError } from '../../errors.js';
import { createGenerator } from '../../random/index.js';
import type { SweepDimension, SweepMethod } from '../../result/sweep.js';
import { closest } from '../../spec.js';
import { settingNames } from '../../train/configuration.js';
import { checkConfiguration, type GivenConfiguration } from '../../train/index.js';

export interface Space {
  readonly name: string;
  readonly method: SweepMethod;
  /** Arms to draw; null for every point of a grid. */
  readonly trials: number | null;
  /** Seed of what is drawn. */
  readonly draw: number;
  /** Training seeds, the same for every arm. */
  readonly seeds: readonly number[];
  /** One of so many arms goes on to the next rung. */
  readonly factor: number;
  /** Epochs of the first rung, at least. */
  readonly first: number;
  readonly fixed: Readonly<Record<string, unknown>>;
  readonly dimensions: readonly Dimension[];
  /** Of settings that hold numbers in a text: what stands before, between and after them. */
  readonly templates: readonly Template[];
}

export interface Dimension extends SweepDimension {
  /** Points of a grid; null if only a number of them can be drawn. */
  readonly points: readonly unknown[] | null;
  readonly at: (share: number) => unknown;
}

interface Template {
  readonly setting: string;
  readonly texts: readonly string[];
  readonly dimensions: readonly string[];
}

export interface Arm {
  readonly arm: number;
  readonly values: Readonly<Record<string, string | number>>;
  readonly settings: GivenConfiguration;
}

const methods: readonly SweepMethod[] = ['grid', 'random', 'halving', 'asha'];
const controls = ['name', 'method', 'trials', 'draw', 'seeds', 'factor', 'first', 'settings', 'space'];
const number = String.raw`\s*([-+]?[\d.]+(?:e[-+]?\d+)?)\s*`;
const distribution = new RegExp(String.raw`\b(log|uniform|int)\(${number},${number}(?:,${number})?\)`, 'gi');

/** @param where what errors call it. @throws InputError for whatever is wrong with it. */
export function readSpace(content: unknown, where: string): Space {
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new InputError(`${where}: expected settings as "name: value" lines, some of them lists or log(low, high)`);
  const given = content as Record<string, unknown>;
  const settings = { ...given, ...group(given.settings, where), ...group(given.space, where) };
  for (const control of controls) delete (settings as Record<string, unknown>)[control];
  const fixed: Record<string, unknown> = {};
  const dimensions: Dimension[] = [];
  const templates: Template[] = [];
  for (const [setting, value] of Object.entries(settings)) {
    refuseUnknown(setting, where);
    if (Array.isArray(value)) dimensions.push(choices(setting, value, where));
    else if (typeof value !== 'string' || !value.match(distribution))
      fixed[setting] = refuseCall(setting, value, where);
    else templates.push(templateOf(setting, value, dimensions, where));
  }
  if (dimensions.length === 0)
    throw new InputError(`${where}: nothing varies; give a setting as a list, or as log(low, high), uniform or int`);
  const isGrid = dimensions.every(({ points }) => points !== null);
  const method = (given.method ?? (isGrid ? 'grid' : 'random')) as SweepMethod;
  if (!methods.includes(method))
    throw new InputError(`${where}: method: got ${JSON.stringify(given.method)}, expected ${methods.join(', ')}`);
  const trials = given.trials === undefined ? null : whole('trials', given.trials, 1, where);
  const endless = dimensions.find(({ points }) => points === null);
  if (trials === null && endless !== undefined)
    throw new InputError(
      `${where}: ${endless.name} is drawn from a range; say how many arms to draw (trials: 30), or give it points of a ` +
        'grid as a third number: log(1e-4, 1e-1, 7)',
    );
  if (method === 'grid' && trials !== null)
    throw new InputError(`${where}: a grid has as many arms as points: leave trials out, or use method: random`);
  const space: Space = {
    ...{ name: String(given.name ?? 'sweep'), method, trials, fixed, dimensions, templates },
    draw: given.draw === undefined ? 1 : whole('draw', given.draw, 0, where),
    seeds: seedsOf(given.seeds, where),
    factor: given.factor === undefined ? 3 : whole('factor', given.factor, 2, where),
    first: given.first === undefined ? 1 : whole('first', given.first, 1, where),
  };
  // Every setting is checked as the trainer would, before anything is computed.
  for (const arm of armsOf(space, null).slice(0, 1)) checkConfiguration(arm.settings, where);
  return space;
}

/** The arms, numbered from 1: a function of the space alone. @param limit of so many of them alone. */
export function armsOf(space: Space, limit: number | null): Arm[] {
  const all = space.trials === null ? gridArms(space) : drawnArms(space, space.trials);
  if (limit === null || limit >= all.length) return all;
  // Drawn arms are as good as any others; of a grid the first would all lie in one corner.
  if (space.trials !== null) return all.slice(0, limit);
  const order = createGenerator(space.draw, 'sweep limit').permutation(all.length);
  const kept = new Set(Array.from(order.slice(0, limit)));
  return all.filter((_, index) => kept.has(index));
}

function gridArms(space: Space): Arm[] {
  const points = space.dimensions.map((dimension) => dimension.points!);
  const count = points.reduce((product, own) => product * own.length, 1);
  return Array.from({ length: count }, (_, index) => {
    let rest = index;
    const values = points.toReversed().map((own) => {
      const value = own[rest % own.length];
      rest = Math.floor(rest / own.length);
      return value;
    });
    return armOf(space, index + 1, values.toReversed());
  });
}

/** Of a finite space no arm is drawn twice. */
function drawnArms(space: Space, trials: number): Arm[] {
  const finite = space.dimensions.every(({ points }) => points !== null);
  const size = finite ? space.dimensions.reduce((product, { points }) => product * points!.length, 1) : trials;
  const arms: Arm[] = [];
  const seen = new Set<string>();
  for (let index = 0; arms.length < Math.min(trials, size); index++) {
    const generator = createGenerator(space.draw, 'sweep', index);
    const values = space.dimensions.map(({ at }) => at(generator.uniform()));
    const key = JSON.stringify(values);
    if (finite && seen.has(key)) continue;
    seen.add(key);
    arms.push(armOf(space, arms.length + 1, values));
  }
  return arms;
}

function armOf({ dimensions, templates, fixed }: Space, arm: number, values: readonly unknown[]): Arm {
  const byName = new Map(dimensions.map(({ name }, index) => [name, values[index]]));
  const inTexts = new Set(templates.flatMap((template) => template.dimensions));
  const whole = [...byName].filter(([name]) => !inTexts.has(name));
  const texts = templates.map(({ setting, texts, dimensions: own }): [string, unknown] => {
    const text = texts.map((part, index) => (index === 0 ? part : `${byName.get(own[index - 1]!)}${part}`)).join('');
    // A number alone is a number.
    return [setting, texts.length === 2 && texts.join('') === '' ? byName.get(own[0]!) : text];
  });
  const settings = { ...fixed, ...Object.fromEntries([...whole, ...texts]) };
  const shown = [...byName].map(([name, value]): [string, string | number] => [
    name,
    typeof value === 'number' ? value : shownText(value),
  ]);
  return { arm, values: Object.fromEntries(shown), settings: checkConfiguration(settings, `arm ${arm}`) };
}

function templateOf(setting: string, text: string, dimensions: Dimension[], where: string): Template {
  const texts: string[] = [];
  const names: string[] = [];
  let from = 0;
  for (const match of text.matchAll(distribution)) {
    const before = text.slice(from, match.index);
    texts.push(before);
    from = match.index + match[0].length;
    const key = /([A-Za-z_]\w*)=$/.exec(before)?.[1];
    const alone = texts.length === 1 && before === '' && from === text.length;
    const base = alone ? setting : `${setting}.${key ?? texts.length}`;
    const name = dimensions.some((own) => own.name === base) ? `${base}.${texts.length}` : base;
    names.push(name);
    dimensions.push(range(name, match, where));
  }
  texts.push(text.slice(from));
  return { setting, texts, dimensions: names };
}

function range(
  name: string,
  [text, kindText, lowText, highText, countText]: RegExpMatchArray,
  where: string,
): Dimension {
  const kind = kindText!.toLowerCase() as 'log' | 'uniform' | 'int';
  const [low, high] = [Number(lowText), Number(highText)];
  const points = countText === undefined ? null : Number(countText);
  const refuse = (why: string): never => {
    throw new InputError(`${where}: ${name}: got ${text}; ${why}`);
  };
  if (!(low < high)) refuse('expected the lower number first');
  if (kind === 'log' && low <= 0) refuse('expected numbers above 0 on a logarithmic scale');
  if (kind === 'int' && !(Number.isInteger(low) && Number.isInteger(high))) refuse('expected whole numbers');
  if (points !== null && !(Number.isInteger(points) && points >= 2)) refuse('expected two points or more');
  const rounded = (value: number) => Number(value.toPrecision(4));
  const at = (share: number): number => {
    if (kind === 'int') return Math.min(high, low + Math.floor(share * (high - low + 1)));
    return rounded(kind === 'log' ? low * (high / low) ** share : low + share * (high - low));
  };
  const every = (count: number) => Array.from({ length: count }, (_, index) => index / (count - 1));
  const whole = Array.from({ length: high - low + 1 }, (_, index) => low + index);
  const grid = {
    log: () => every(points!).map(at),
    uniform: () => every(points!).map(at),
    int: () => [...new Set(every(points!).map((share) => Math.round(low + share * (high - low))))],
  };
  const known = points === null ? (kind === 'int' && whole.length <= 12 ? whole : null) : grid[kind]();
  return { ...{ name, kind, low, high, choices: null, at: known === null ? at : picking(known) }, points: known };
}

function choices(name: string, values: readonly unknown[], where: string): Dimension {
  if (values.length === 0) throw new InputError(`${where}: ${name}: an empty list; give values to choose from`);
  const drawn = values.find((value) => typeof value === 'string' && value.match(distribution));
  if (drawn !== undefined)
    throw new InputError(
      `${where}: ${name}: got ${String(drawn)} within a list; give a list of values, or one text with log, uniform or int`,
    );
  const known = { kind: 'choice', low: null, high: null, choices: values.map(shownText) } as const;
  return { name, ...known, choices: [...known.choices], points: values, at: picking(values) };
}

const picking = (values: readonly unknown[]) => (share: number) =>
  values[Math.min(values.length - 1, Math.floor(share * values.length))];

function shownText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function group(value: unknown, where: string): object {
  if (value === undefined || value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value;
  throw new InputError(`${where}: settings and space are groups of "name: value" lines`);
}

function refuseUnknown(name: string, where: string): void {
  const known = [...settingNames, ...controls];
  if (name === 'seed')
    throw new InputError(`${where}: seed: training seeds are shared by all arms; give them as seeds: [1, 2, 3]`);
  if ((settingNames as readonly string[]).includes(name)) return;
  const near = closest(name, known);
  throw new InputError(
    `${where}: unknown setting "${name}"; ${near === undefined ? `known: ${known.join(', ')}` : `did you mean "${near}"?`}`,
  );
}

/** A distribution that is misspelt would be taken for a name and fail later, or pass. */
function refuseCall(name: string, value: unknown, where: string): unknown {
  if (typeof value !== 'string' || !/^\s*\w+\(.*\)\s*$/.test(value)) return value;
  throw new InputError(
    `${where}: ${name}: got ${value}; expected log(low, high), uniform(low, high) or int(low, high), for a grid with a ` +
      'number of points: log(1e-4, 1e-1, 7)',
  );
}

function seedsOf(value: unknown, where: string): number[] {
  if (value === undefined) return [1];
  if (!Array.isArray(value)) return Array.from({ length: whole('seeds', value, 1, where) }, (_, index) => index + 1);
  return value.map((seed) => whole('seeds', seed, 0, where));
}

function whole(name: string, value: unknown, least: number, where: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
  throw new InputError(`${where}: ${name}: got ${JSON.stringify(value)}; expected a whole number, ${least} or more`);
}
