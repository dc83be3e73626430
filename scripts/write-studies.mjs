// Writes the measured parts of docs/studies.md anew from studies/*.json: what stands between <!-- NAME --> and
// <!-- end of NAME --> is the answer and the tables of that study, and nothing else is touched.
//   node scripts/write-studies.mjs
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { documentMarkdown } from '../dist/report/markdown.js';

const page = new URL('../docs/studies.md', import.meta.url);
const text = readFileSync(page, 'utf8').replace(/<!-- (\S+) -->\n[\s\S]*?<!-- end of \1 -->/g, (before, name) => {
  const path = new URL(`../studies/${name}.json`, import.meta.url);
  if (!existsSync(path)) return before;
  const result = JSON.parse(readFileSync(path, 'utf8'));
  return `<!-- ${name} -->\n${result.answer}\n\n${documentMarkdown(result)}<!-- end of ${name} -->`;
});
writeFileSync(page, text);
