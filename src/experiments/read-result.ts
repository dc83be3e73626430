/** Results that were written earlier: older versions brought up to date, and what was left out filled in, from their own runs. */
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import { parseStored, storedExample, storedRun } from '../result/stored.js';
import type { StudyResult } from '../result/study.js';
import { comparisonsOf, overallComparisonsOf, overallOf, pointsOf } from './assemble.js';
import { pictureOf } from './picture.js';

/** @throws InputError if the file is missing, or is no result of a study of a version that can be read. */
export async function readResult(files: Files, path: string): Promise<StudyResult> {
  const kind = await files.kind(path);
  if (kind !== 'file')
    throw new InputError(
      `${path} is ${kind === 'folder' ? 'a folder' : 'missing'}; expected the results.json of a study ("noisy-rnn reproduce")`,
    );
  return parseResult(new TextDecoder().decode(await files.read(path)), path);
}

/** @param path what errors call it. @throws InputError as `readResult`. */
export function parseResult(text: string, path: string): StudyResult {
  const content = parsed(text, path);
  if (content.format !== 'noisy-rnn/study')
    throw new InputError(`${path} is not the result of a study; expected a results.json of "noisy-rnn reproduce"`);
  if (content.version !== 2 && content.version !== 3)
    throw new InputError(
      `${path} is a study's result of version ${String(content.version)}, expected 2 or 3; run the study anew`,
    );
  const missing = LISTS.filter((name) => !Array.isArray(content[name]));
  if (missing.length > 0)
    throw new InputError(`${path} is a study's result without ${missing.join(', ')}; it was changed: use the original`);
  const result = content as unknown as StudyResult | Version2;
  return refilled(withLater(result.version === 3 ? result : fromVersion2(result)));
}

const LISTS = ['models', 'seeds', 'searches', 'runs', 'points', 'comparisons', 'examples'] as const;

type Later = 'underTrained';

type Version2 = Omit<StudyResult, Later | 'version' | 'data' | 'overall' | 'overallComparisons' | 'assembledBy'> & {
  version: 2;
  data: Omit<StudyResult['data'], 'picture'>;
  environment: StudyResult['assembledBy'];
};

/** What version 3 says besides follows from what version 2 says, and from the source of the data. */
function fromVersion2({ environment, runs, examples, ...result }: Version2): Omit<StudyResult, Later> {
  const { data, models, protocol, comparisons } = result;
  const pairs = [
    ...new Map(comparisons.map(({ first, second }) => [JSON.stringify([first, second]), { first, second }])).values(),
  ];
  const study = { models: models.map((model) => ({ ...model, settings: {} })), perturbations: protocol.perturbations };
  return {
    ...result,
    version: 3,
    data: { ...data, picture: pictureOf(data.name) },
    runs: runs.map(storedRun),
    overall: overallOf(study, runs),
    overallComparisons: overallComparisonsOf(study, pairs, runs),
    examples: examples.map(storedExample),
    assembledBy: environment,
  };
}

/** What was left out of a result that is kept small, from its own runs. */
function refilled(result: StudyResult): StudyResult {
  const { models, protocol, runs, overallComparisons } = result;
  const [primary, ...others] = overallComparisons;
  if (result.points.length > 0 || runs.length === 0) return result;
  const study = {
    models: models.map((model) => ({ ...model, settings: {} })),
    perturbations: protocol.perturbations,
    ...(protocol.attacks === null ? {} : { attacks: protocol.attacks }),
  };
  const comparisons = primary === undefined ? [] : comparisonsOf({ ...study, primary, others }, runs);
  return { ...result, points: pointsOf(study, runs), comparisons };
}

/** An older file says nothing of what came later. */
function withLater(result: Omit<StudyResult, Later> & Partial<Pick<StudyResult, Later>>): StudyResult {
  return { ...result, underTrained: result.underTrained ?? null };
}

function parsed(text: string, path: string): Record<string, unknown> {
  try {
    const content = parseStored(text);
    return typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : {};
  } catch {
    throw new InputError(
      text.trimStart().startsWith('{')
        ? `${path} cannot be read as JSON: it is cut off or damaged; copy it again, or compute it anew`
        : `${path} is not the result of a study; expected a results.json of "noisy-rnn reproduce"`,
    );
  }
}
