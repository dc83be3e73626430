/** The study of recognition, which compares generators and classifiers on series made for it. */
import { InputError } from '../../errors.js';
import { plan } from '../../experiments/recognition/plan.js';
import { nodeFiles } from '../../platform/node-files.js';
import { type EngineOptions, withEngine } from '../engine-options.js';
import type { Session } from '../session.js';
import { wholeNumber } from '../whole-number.js';

export const recognitionStudy = 'recognition';

interface Options extends EngineOptions {
  readonly seeds?: string;
  readonly dataDir?: string;
  readonly models?: string;
  readonly json?: boolean;
}

/** Writes `results.json` and `results.md`. Without a folder of ECG5000 its part is left out, and told. */
export async function reproduceRecognition(out: string, options: Options, session: Session): Promise<void> {
  if (options.models !== undefined)
    throw new InputError('study recognition compares all its models with one another; leave --models out');
  const kind = await nodeFiles.kind(out);
  if (kind !== 'missing' && (kind !== 'folder' || (await nodeFiles.list(out)).length > 0))
    throw new InputError(`${out} is taken; give a new or empty folder with --out`);
  const seeds = options.seeds === undefined ? plan.seeds : wholeNumber('seeds', options.seeds, 1);
  const { runRecognition } = await import('../../experiments/recognition/study.js');
  const { recognitionText } = await import('../../experiments/recognition/text.js');
  const made = ['limit-cycles', 'walking'] as const;
  if (options.dataDir === undefined)
    session.progress.note('without --data-dir, the folder of ECG5000, the study leaves its heartbeats out');
  const result = await withEngine(options, session, (engine) =>
    runRecognition({
      ...{ engine, files: nodeFiles, dataDir: options.dataDir, seeds, signal: session.signal },
      data: options.dataDir === undefined ? made : [...made, 'ecg5000'],
      onProgress: (fraction, label) => session.progress.update(fraction, label),
    }),
  );
  const text = recognitionText(result);
  await nodeFiles.makeFolder(out);
  await nodeFiles.write(`${out}/results.json`, `${JSON.stringify(result)}\n`);
  await nodeFiles.write(`${out}/results.md`, `${text}\n`);
  session.progress.done(`wrote ${out}/results.json, ${out}/results.md`);
  session.print(options, result, text);
}
