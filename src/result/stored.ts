/** How a result is kept: no digits that nothing shows, and a text of which a change shows where it is. */
import type { EpochRecord, StudyExample, StudyProfile, StudyResult, StudyRun } from './study.js';

/** Digits of a value that only a curve or a picture shows. */
const DIGITS = 4;

/** Curves rounded; numbers of tables stay whole. Doing it again changes nothing. */
export function storedRun({ curve, profile, ...run }: StudyRun): StudyRun {
  return {
    ...run,
    curve: curve.map(storedEpoch),
    ...(profile === undefined ? {} : { profile: storedProfile(profile) }),
  };
}

export function storedExample({ clean, perturbed, ...example }: StudyExample): StudyExample {
  return {
    ...example,
    clean: numbers(clean),
    perturbed: perturbed.map(({ values, ...view }) => ({ ...view, values: numbers(values) })),
  };
}

/** JSON with a line for each entry of each list, always the same for the same result. */
export function studyJson(result: StudyResult): string {
  const fields = Object.entries(result).map(([name, value]) => `${JSON.stringify(name)}: ${fieldText(value)}`);
  return `{\n${fields.join(',\n')}\n}\n`;
}

function fieldText(value: unknown): string {
  if (!Array.isArray(value) || typeof value[0] !== 'object') return JSON.stringify(value);
  return `[\n${value.map((entry) => JSON.stringify(entry)).join(',\n')}\n]`;
}

/**
 * What two sittings of the same study agree on: all but how long they took, what was typed (it names the folder), and where
 * the result was put together.
 */
export function timeless({ command: _, assembledBy: __, ...result }: StudyResult): unknown {
  return JSON.parse(JSON.stringify(result, (key, value: unknown) => (key === 'seconds' ? 0 : value)));
}

function storedEpoch({ epoch, trainLoss, validationLoss, validationAccuracy }: EpochRecord): EpochRecord {
  const [training, validation] = [rounded(trainLoss), rounded(validationLoss)];
  return { epoch, trainLoss: training, validationLoss: validation, validationAccuracy: rounded(validationAccuracy) };
}

function storedProfile({ hessian, exponents, exponentErrors, margins }: StudyProfile): StudyProfile {
  return {
    hessian: { grid: numbers(hessian.grid), density: numbers(hessian.density) },
    exponents: numbers(exponents),
    exponentErrors: numbers(exponentErrors),
    margins: {
      linearised: margins.linearised.map(roundedOrNull),
      certified: margins.certified?.map(roundedOrNull) ?? null,
      attack: margins.attack.map(roundedOrNull),
    },
  };
}

/** A part that was read from its file says null where there was no finite number (exponents of a network that dies). */
const numbers = (values: readonly (number | null)[]): number[] => values.map((value) => rounded(value ?? Number.NaN));

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

function roundedOrNull(value: number | null): number | null {
  return value === null ? null : rounded(value);
}
