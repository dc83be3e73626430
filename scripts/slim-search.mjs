// From the result of `reproduce ecg-cause` to what is committed of it: settings and accuracies of every run, without training
// curves, examples, and most of what can be computed from the runs. `reproduce ecg-cause --from` takes the file as any other.
//   node scripts/slim-search.mjs RESULTS.json studies/ecg-cause.json
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseResult } from '../dist/experiments/read-result.js';
import { studyJson } from '../dist/result/stored.js';

const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined)
  throw new Error('usage: node scripts/slim-search.mjs RESULTS.json OUT.json');
const result = parseResult(readFileSync(from, 'utf8'), from);
const slim = {
  ...result,
  runs: result.runs.map((run) => ({ ...run, curve: [] })),
  points: [],
  comparisons: [],
  examples: [],
};
writeFileSync(`${to}.part`, studyJson(slim));
renameSync(`${to}.part`, to);
