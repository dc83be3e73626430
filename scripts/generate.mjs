// Writes what the executors in assembly/ and native/ share with src/: numbers of operations and functions, records, and the
// spelling of every elementwise function. The files are kept in git, so that the C++ builds without this script and a change
// shows what it makes of them. `--check` only looks whether they are up to date.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { loadTypescript } from './load-typescript.mjs';

const root = resolve(import.meta.dirname, '..');
const { generatedFiles } = await loadTypescript('scripts/generate/files.ts');
const stale = [];
for (const [path, text] of Object.entries(generatedFiles())) {
  const file = join(root, path);
  let found = null;
  try {
    found = readFileSync(file, 'utf8');
  } catch {}
  if (found === text) continue;
  stale.push(path);
  if (!process.argv.includes('--check')) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
if (process.argv.includes('--check')) {
  if (stale.length > 0) {
    console.error(`stale: ${stale.join(', ')}; run "npm run generate"`);
    process.exitCode = 1;
  }
} else console.log(stale.length === 0 ? 'generated files are up to date' : `written: ${stale.join(', ')}`);
