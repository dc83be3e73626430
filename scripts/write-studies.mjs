// Brings studies/*.json into the form in which they are kept (a result of `noisy-rnn reproduce` may be copied there as it is), and
// writes the measured parts of docs/studies.md anew from them: what stands between <!-- NAME --> and <!-- end of NAME -->
// is the answer and the tables of that study, and nothing else is touched.
//   node scripts/write-studies.mjs
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseResult } from '../dist/experiments/read-result.js';
import { documentMarkdown } from '../dist/report/markdown.js';
import { studyJson } from '../dist/result/stored.js';

const page = new URL('../docs/studies.md', import.meta.url);
const text = readFileSync(page, 'utf8').replace(/<!-- (\S+) -->\n[\s\S]*?<!-- end of \1 -->/g, (before, name) => {
  const path = new URL(`../studies/${name}.json`, import.meta.url);
  if (!existsSync(path)) return before;
  const result = parseResult(readFileSync(path, 'utf8'), `studies/${name}.json`);
  writeFileSync(path, studyJson(result));
  return `<!-- ${name} -->\n${result.answer}\n\n${documentMarkdown(result)}<!-- end of ${name} -->`;
});
writeFileSync(page, text);
