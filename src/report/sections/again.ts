import type { StudyResult } from '../../result/study.js';
import { formatSetting } from '../format.js';
import { type Html, html } from '../html.js';
import { section } from './section.js';
import { buildsText } from './summary.js';

/** How to run the study again, and where it ran. */
export function againSection(result: StudyResult): Html {
  const facts = Object.entries(result.assembledBy).map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${formatSetting(value)}</dd></div>`,
  );
  return section(
    'again',
    'Run it again',
    html`<pre><code>${result.command}</code></pre>`,
    html`<h3>Put together by</h3>
<p class="note">The sitting that computed what was missing and wrote the result. Runs may come from earlier sittings: by the engine
that trained them they are ${buildsText(result.builds)}.</p>`,
    html`<dl class="facts">${facts}</dl>`,
    html`<p class="note">All numbers of this page are embedded in it as JSON, in the element
<code>script#result</code>, format <code>${result.format}</code> version ${result.version}.</p>`,
  );
}
