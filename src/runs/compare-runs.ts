/** Runs side by side: the settings that differ, and what was measured, paired by test row where that can be. */
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import { type Figure, figuresOf, type RunRecord, readRecord } from '../train/run-record.js';
import { answersUnlike, lossesUnlike } from './likeness.js';
import { type McNemar, mcNemar, newcombe, type PairedDifference, pairedBootstrap } from './paired.js';

export interface Comparison {
  readonly runs: readonly string[];
  /** Settings that are not the same in all runs, and their values by run; null where one has none. */
  readonly settings: Readonly<Record<string, readonly unknown[]>>;
  /** Figures of the test data by run; empty for a run without. */
  readonly test: readonly (readonly Figure[])[];
  /** Each other run against the first. */
  readonly differences: readonly Difference[];
}

export interface Difference {
  readonly first: string;
  readonly second: string;
  /** How the two were compared: row by row, as independent samples, or not at all. */
  readonly method: 'paired by test row' | 'independent samples' | 'none';
  /** Why not row by row; null where it is. */
  readonly reason: string | null;
  /** Second minus first. */
  readonly accuracy: (Pick<PairedDifference, 'value' | 'low' | 'high'> & Partial<PairedDifference>) | null;
  /** Second minus first; only row by row, and of losses of one kind. */
  readonly loss: PairedDifference | null;
  /** Why the losses cannot be held against each other, as a weighted one and one that is not; null where they could be. */
  readonly lossReason: string | null;
  readonly mcNemar: McNemar | null;
}

/** @throws InputError for fewer than two runs, or a folder that is none. */
export async function compareRuns(files: Files, paths: readonly string[], seed = 1): Promise<Comparison> {
  if (paths.length < 2) throw new InputError(`compare: got ${paths.length} run, expected two or more`);
  const records: RunRecord[] = [];
  for (const path of paths) records.push(await readRecord(files, path));
  const [first, ...others] = records as [RunRecord, ...RunRecord[]];
  return {
    runs: paths,
    settings: differingSettings(records),
    test: records.map(({ result }) => (result?.test ? figuresOf(result.test) : [])),
    differences: others.map((second) => difference(first, second, seed)),
  };
}

/** Where the data lay and what computed change no number that is compared. */
const passedOver = new Set(['dataDir', 'threads']);

function differingSettings(records: readonly RunRecord[]): Record<string, unknown[]> {
  const all = records.map(
    ({ document }): Record<string, unknown> => ({ origin: document.origin, ...document.settings }),
  );
  const names = [...new Set(all.flatMap((settings) => Object.keys(settings)))].filter((name) => !passedOver.has(name));
  const values = names.map((name) => [name, all.map((settings) => settings[name] ?? null)] as const);
  return Object.fromEntries(values.filter(([, own]) => new Set(own.map((value) => JSON.stringify(value))).size > 1));
}

function difference(first: RunRecord, second: RunRecord, seed: number): Difference {
  const names = { first: first.path, second: second.path };
  const unlike = answersUnlike(first, second);
  const lossReason = unlike ?? lossesUnlike(first, second);
  const nothing = { accuracy: null, loss: null, lossReason, mcNemar: null };
  // What a run has no result of needs no question of its kind.
  const reason = [first, second].some(({ result }) => result === null)
    ? unpairedBecause(first, second)
    : (unlike ?? unpairedBecause(first, second));
  if (unlike !== null) return { ...names, method: 'none', reason, ...nothing };
  if (reason === null) {
    const [a, b] = [first.testRows!, second.testRows!];
    const counted = a.correct !== null && b.correct !== null;
    return {
      ...names,
      method: 'paired by test row',
      reason,
      accuracy: counted ? pairedBootstrap(a.correct, b.correct, seed) : null,
      loss: lossReason === null ? pairedBootstrap(a.losses, b.losses, seed) : null,
      lossReason,
      mcNemar: counted ? mcNemar(a.correct, b.correct) : null,
    };
  }
  const [a, b] = [accuracyOf(first), accuracyOf(second)];
  if (a === null || b === null) return { ...names, method: 'none', reason, ...nothing };
  return { ...names, method: 'independent samples', reason, ...nothing, accuracy: newcombe(a, b) };
}

function unpairedBecause(first: RunRecord, second: RunRecord): string | null {
  for (const { path, testRows, result, document } of [first, second]) {
    if (document.origin === 'imported') return `${path} was imported and has no test result of its own`;
    if (result === null) return `${path} is not finished`;
    if (result.test === null) return `${path} has no test data`;
    if (testRows === null) return `${path} did not keep its test rows; train it anew to compare row by row`;
  }
  return first.testRows!.digest === second.testRows!.digest ? null : 'they were tested on different rows';
}

function accuracyOf({ result }: RunRecord): { value: number; low: number; high: number } | null {
  const found = result?.test && figuresOf(result.test).find(({ name }) => name === 'accuracy');
  return found && found.low !== null && found.high !== null
    ? { value: found.value, low: found.low, high: found.high }
    : null;
}
