import type { StudyResult } from '../../result/study.js';
import { trainingRemark } from '../conditions.js';
import { type Html, html, NOTHING } from '../html.js';

/** A part of the page under a heading that can be linked to. */
export function section(id: string, heading: string, ...content: Html[]): Html {
  return html`<section id="${id}">
<h2>${heading}</h2>
${content}
</section>`;
}

/** A table that scrolls sideways inside its own box where it is wider than the screen. */
export function scrollable(label: string, table: Html): Html {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">
${table}
</div>`;
}

/** A heading over the rows of one table body. */
export function groupRow(heading: string, columns: number): Html {
  return html`<tr class="group"><th scope="rowgroup" colspan="${columns}">${heading}</th></tr>`;
}

/** Below the name of a model that did not learn the task in all of its runs. */
export function trainingNote(result: StudyResult, model: string): Html {
  const remark = trainingRemark(result, model);
  return remark === undefined ? NOTHING : html` <small>${remark}</small>`;
}
