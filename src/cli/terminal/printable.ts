// Labels and paths come from files: escape sequences in them would drive the terminal.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

/** Text that is safe to print. */
export function printable(text: string): string {
  return text.replace(CONTROL, '?');
}
