// Writes the measured parts of docs/findings.md and its figures anew from studies/*.json, and brings those of parallel and streams
// into the form in which they are kept (a results.json of `noisy-rnn reproduce` may be copied there as it is).
//   node scripts/write-findings.mjs
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { findingsBlocks, findingsCharts, parsePublic, ROBUSTNESS } from '../dist/experiments/findings/index.js';
import { parseResult } from '../dist/experiments/read-result.js';
import { standaloneSvg } from '../dist/report/figures/index.js';
import { studyJson } from '../dist/result/stored.js';

const pathOf = (name) => new URL(`../studies/${name}.json`, import.meta.url);
const text = (name) => readFileSync(pathOf(name), 'utf8');
const read = (name) => parseResult(text(name), `studies/${name}.json`);
for (const name of ['parallel', 'streams', 'heartbeats'])
  if (existsSync(pathOf(name))) writeFileSync(pathOf(name), studyJson(read(name)));

const committed = {
  robustness: ROBUSTNESS.filter((name) => existsSync(pathOf(name))).map(read),
  parallel: read('parallel'),
  streams: read('streams'),
  benchmark: existsSync(pathOf('public')) ? parsePublic(text('public'), 'studies/public.json') : null,
};
const blocks = findingsBlocks(committed);
const page = new URL('../docs/findings.md', import.meta.url);
const written = readFileSync(page, 'utf8').replace(/<!-- (\S+) -->\n[\s\S]*?<!-- end of \1 -->/g, (before, name) =>
  name in blocks ? `<!-- ${name} -->\n${blocks[name]}<!-- end of ${name} -->` : before,
);
writeFileSync(page, written);
for (const [name, chart] of Object.entries(findingsCharts(committed)))
  writeFileSync(new URL(`../docs/figures/${name}.svg`, import.meta.url), await standaloneSvg(chart));
