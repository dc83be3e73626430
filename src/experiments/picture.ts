import { namedSource } from '../data/index.js';
import type { Picture } from '../result/study.js';

/** What the source of these data says of its pictures; a file or a folder is no source, and says nothing. */
export function pictureOf(data: string): Picture | null {
  return namedSource(data)?.picture ?? null;
}
