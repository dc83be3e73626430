/** What is written of a result: itself, its page, and its tables in other formats. */
import type { Files } from '../platform/files.js';
import { studyExports } from '../report/exports.js';
import { renderStudyPage } from '../report/page.js';
import { studyJson } from '../result/stored.js';
import type { StudyResult } from '../result/study.js';
import { readResult } from './read-result.js';

/** Names and contents. */
export async function resultFiles(result: StudyResult): Promise<[string, string][]> {
  return [['results.json', studyJson(result)], ...(await reportFiles(result))];
}

async function reportFiles(result: StudyResult): Promise<[string, string][]> {
  return [['report.html', await renderStudyPage(result)], ...studyExports(result)];
}

/**
 * The report of a result that is there, written anew into a folder, which is made if need be; nothing is computed.
 * @returns the result, and the paths written. @throws InputError if the file is no result of a study.
 */
export async function writeReport(files: Files, path: string, out: string) {
  const result = await readResult(files, path);
  const contents = await reportFiles(result);
  await files.makeFolder(out);
  const paths: string[] = [];
  for (const [name, content] of contents) {
    paths.push(files.join(out, name));
    await files.write(files.join(out, name), content);
  }
  return { result, paths };
}
