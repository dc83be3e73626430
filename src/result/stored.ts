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

/** Numbers that may not be finite: of a single seed there is no interval, of a run that diverged no loss. */
const MAY_BE_NAN = new Set(['low', 'high', 'standardError', 'detectable', 'trainLoss', 'validationLoss']);
/** Lists of such numbers: a network that dies has no exponents. */
const LISTS_WITH_NAN = new Set(['exponents', 'exponentErrors']);

/** The content of a file of a study. JSON has no NaN and says null. @throws SyntaxError if the text is no JSON. */
export function parseStored(text: string): unknown {
  return JSON.parse(text, (key, value: unknown) => {
    if (LISTS_WITH_NAN.has(key) && Array.isArray(value)) return value.map((entry: unknown) => entry ?? Number.NaN);
    return value === null && MAY_BE_NAN.has(key) ? Number.NaN : value;
  });
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

const numbers = (values: readonly number[]): number[] => values.map(rounded);

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

function roundedOrNull(value: number | null): number | null {
  return value === null ? null : rounded(value);
}
