/** Markup that is safe to put into a page as it stands. Made by `html` (which escapes) or, knowingly, by `trusted`. */
export interface Html {
  readonly markup: string;
}

type HtmlPart = string | number | Html | readonly Html[];

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

// Control characters other than tab and line breaks are errors in HTML, even as character references.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/** Text without the characters that HTML forbids, a replacement sign for each. */
export function withoutForbidden(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd');
}

/** Text as HTML text or attribute value (in either kind of quotes). */
export function escapeHtml(text: string): string {
  return withoutForbidden(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Marks a string as markup that needs no escaping; only for text made by this package or by the chart renderer. */
export function trusted(markup: string): Html {
  return { markup };
}

function partMarkup(part: HtmlPart): string {
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map((item) => item.markup).join('\n');
}

/** A template of markup: every interpolated string is escaped; `Html` and lists of it go in as they are. */
export function html(template: TemplateStringsArray, ...parts: HtmlPart[]): Html {
  return trusted(template.reduce((markup, piece, index) => markup + partMarkup(parts[index - 1] ?? '') + piece));
}

/** Nothing: for a section that has nothing to show. */
export const NOTHING: Html = trusted('');

/**
 * JSON for a `<script type="application/json">`: no `<`, so that neither `</script>` nor `<!--` can end or open
 * anything; parses to the same value.
 */
export function jsonForScript(value: unknown): Html {
  return trusted(
    JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029'),
  );
}
