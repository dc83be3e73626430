import type { StudyResult } from '../../result/study.js';
import { kindText, modelLabel } from '../conditions.js';
import { formatFixed } from '../format.js';
import { type Html, html, NOTHING } from '../html.js';

/** Whether stronger attacks are stronger, and gradients can be trusted; nothing where none was made. */
export function attackNotes({ protocol, attackOrder, ...result }: StudyResult): Html {
  if (protocol.attacks === null) return NOTHING;
  const { rows, seeds } = protocol.attacks;
  const { checked, violations } = attackOrder;
  const items = violations.map(
    ({ model, strength, stronger, weaker, difference }) =>
      html`<li>${modelLabel({ ...result, protocol, attackOrder }, model)}, r = ${strength}: ${kindText(stronger).label} leaves
${formatFixed(100 * difference, 1)} points more than ${kindText(weaker).label}.</li>`,
  );
  const found =
    violations.length === 0
      ? html`In all ${checked} comparisons here they do.`
      : html`In ${violations.length} of the ${checked} comparisons here they do not:<ul>${items}</ul>
A single step along the sign of the gradient may overshoot where the loss bends within the radius, which random signs do not;
a projected gradient attack starts from that step and keeps the better. A random search that does better than gradients shows
gradients that mislead there.`;
  return html`<h3>Attacks</h3>
<p>On ${rows} test sequences, spread evenly over the data, and the first ${seeds} training seeds, noise off. At one l∞ radius
the gradient sign attack should leave no more accuracy than random signs, and the projected gradient attack no more than either;
a random search without gradients should leave no less. ${found}</p>`;
}
