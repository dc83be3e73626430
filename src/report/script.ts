/**
 * The page's one script, the same for every study: entries of a legend show and hide their series, and markers say what they
 * stand for. It reads the embedded result and changes nothing else; without it the page is complete, only still.
 */
export const SCRIPT = `
(() => {
  const result = JSON.parse(document.getElementById('result').textContent);
  const models = result.models.filter((model) => model.role !== 'dose');
  const note = document.createElement('div');
  note.className = 'tip';
  note.setAttribute('role', 'status');
  note.hidden = true;
  document.body.append(note);
  const number = (value) => (typeof value === 'number' ? value.toFixed(3).replace('-', '\\u2212') : '\\u2013');
  const pointsOf = (model, kind) => {
    const own = result.points.filter((point) => point.model === model && point.kind === kind);
    const clean = own.some((point) => point.strength === 0) ? [] : result.points.filter((point) => point.model === model && point.kind === 'clean');
    return [...clean, ...own];
  };
  const show = (event, text) => {
    note.textContent = text;
    note.hidden = false;
    const width = document.documentElement.clientWidth;
    note.style.left = Math.max(8, Math.min(width - note.offsetWidth - 8, event.clientX + 12)) + 'px';
    note.style.top = Math.max(8, event.clientY - note.offsetHeight - 12) + 'px';
  };
  for (const figure of document.querySelectorAll('figure')) {
    for (const entry of figure.querySelectorAll('.legend [data-series]')) {
      const series = entry.getAttribute('data-series');
      entry.tabIndex = 0;
      entry.setAttribute('role', 'button');
      entry.setAttribute('aria-pressed', 'true');
      const toggle = () => {
        const shown = entry.getAttribute('aria-pressed') !== 'true';
        entry.setAttribute('aria-pressed', String(shown));
        for (const mark of figure.querySelectorAll('[class*="series_' + series + '_"]')) mark.style.display = shown ? '' : 'none';
      };
      entry.addEventListener('click', toggle);
      entry.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        toggle();
      });
    }
    for (const panel of figure.querySelectorAll('[data-kind]'))
      models.forEach((model, series) => {
        const points = pointsOf(model.id, panel.getAttribute('data-kind'));
        const marks = panel.querySelectorAll('[class*="series_' + series + '_point"] path');
        marks.forEach((mark, index) => {
          const point = points[index];
          if (!point || marks.length !== points.length) return;
          const { value, low, high } = point.accuracy;
          const text = model.label + ', strength ' + point.strength + ': ' + number(value) + ' (' + number(low) + ' to ' + number(high) + ')';
          mark.addEventListener('pointerenter', (event) => show(event, text));
          mark.addEventListener('pointerleave', () => { note.hidden = true; });
        });
      });
  }
  addEventListener('scroll', () => { note.hidden = true; }, { passive: true });
})();
`;

/** What a content security policy calls the script by. */
export async function scriptHash(): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(SCRIPT));
  return `'sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}'`;
}
