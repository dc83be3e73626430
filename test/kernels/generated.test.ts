/** What scripts/generate.mjs wrote is what it would write now. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { generatedFiles } from '../../scripts/generate/files.js';

it.each(Object.entries(generatedFiles()))('%s is up to date; if not, run npm run generate', (path, text) => {
  expect(readFileSync(path, 'utf8')).toBe(text);
});
