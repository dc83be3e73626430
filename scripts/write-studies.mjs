// Brings studies/*.json into the form in which they are kept (a result of `noisy-rnn reproduce` may be copied there as it is), and
// writes the measured parts of docs/studies.md anew from them: what stands between <!-- NAME --> and <!-- end of NAME -->
// is the answer and the tables of that study, or one of `besides`, and nothing else is touched.
//   node scripts/write-studies.mjs
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { headroomMarkdown, searchMarkdown } from '../dist/experiments/gain-tables.js';
import { publishedMarkdown } from '../dist/experiments/published-table.js';
import { parseResult } from '../dist/experiments/read-result.js';
import { documentMarkdown } from '../dist/report/markdown.js';
import { studyJson } from '../dist/result/stored.js';

const page = new URL('../docs/studies.md', import.meta.url);
const pathOf = (name) => new URL(`../studies/${name}.json`, import.meta.url);
const read = (name) => parseResult(readFileSync(pathOf(name), 'utf8'), `studies/${name}.json`);

/** Studies of the noisy network and its control. */
const studies = ['ecg', 'mnist-rows', 'mnist-196', 'mnist'];

const besides = {
  ...Object.fromEntries(studies.map((name) => [`${name}-headroom`, () => headroomMarkdown(read(name))])),
  published: () => publishedMarkdown(studies.map(read)),
  'ecg-cause': () => searchMarkdown(read('ecg-cause'), read('ecg')),
};

function sectionOf(name) {
  if (name in besides) return besides[name]();
  if (!existsSync(pathOf(name))) return undefined;
  const result = read(name);
  writeFileSync(pathOf(name), studyJson(result));
  return `${result.answer}\n\n${documentMarkdown(result)}`;
}

const text = readFileSync(page, 'utf8').replace(/<!-- (\S+) -->\n[\s\S]*?<!-- end of \1 -->/g, (before, name) => {
  const section = sectionOf(name);
  return section === undefined ? before : `<!-- ${name} -->\n${section}<!-- end of ${name} -->`;
});
writeFileSync(page, text);
