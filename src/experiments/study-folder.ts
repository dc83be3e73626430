/**
 * The folder of a study: `parts/` while it is computed, `results.json` and `report.html` at the end. Every file is
 * written whole or not at all, so a study may be killed at any instant and resumed.
 */
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import type { Part } from './part.js';

export interface StudyFolder {
  /** The stored part, or undefined if it is not finished. @throws InputError if it is of other settings or another engine. */
  readPart(model: string, seed: number, identity: string): Promise<Part | undefined>;
  writePart(part: Part): Promise<void>;
  /** @returns the path. */
  write(name: 'results.json' | 'report.html', content: string): Promise<string>;
}

const PARTS = 'parts';

/**
 * Makes the folder if need be.
 * @param resume go on with what is there; otherwise the folder has to be missing or empty.
 * @throws InputError if the folder holds anything else, or is a file.
 */
export async function openStudyFolder(files: Files, path: string, resume: boolean): Promise<StudyFolder> {
  await checkFree(files, path, resume);
  const parts = files.join(path, PARTS);
  await files.makeFolder(parts);
  const partPath = (model: string, seed: number) => files.join(parts, `${model}-seed${seed}.json`);
  return {
    async readPart(model, seed, identity) {
      const own = partPath(model, seed);
      if ((await files.kind(own)) !== 'file') return undefined;
      const part = parsePart(new TextDecoder().decode(await files.read(own)), own);
      if (part.identity === identity) return part;
      throw new InputError(
        `${own} was computed with other settings, another version or another engine, so the study cannot go on from it; ` +
          'use the same ones, or begin in a new folder (--out)',
      );
    },
    writePart: (part) => files.write(partPath(part.run.model, part.run.seed), `${JSON.stringify(part)}\n`),
    async write(name, content) {
      const own = files.join(path, name);
      await files.write(own, content);
      return own;
    },
  };
}

async function checkFree(files: Files, path: string, resume: boolean): Promise<void> {
  const kind = await files.kind(path);
  if (kind === 'missing') return;
  if (kind === 'file') throw new InputError(`${path} is a file; expected a folder for the study, new or empty (--out)`);
  const present = await files.list(path);
  if (present.length === 0) return;
  const isStudy = (await files.kind(files.join(path, PARTS))) === 'folder';
  if (isStudy && resume) return;
  throw new InputError(
    isStudy
      ? `${path} already holds a study; go on with it (--resume), or give a new folder (--out)`
      : `${path} is not empty ("${present[0]}" is in it) and holds no study; give a new or an empty folder (--out)`,
  );
}

/** Files are written whole, so a part that cannot be read was changed by someone else. */
function parsePart(text: string, path: string): Part {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    content = undefined;
  }
  if (isPart(content)) return content;
  throw new InputError(`${path} is not a part of a study of this version; remove it to have it computed again`);
}

function isPart(content: unknown): content is Part {
  if (typeof content !== 'object' || content === null) return false;
  const { format, version } = content as Partial<Part>;
  return format === 'noisy-rnn/study-part' && version === 1;
}
