/** The command of a worker, as a scheduler starts it. */
import { fileURLToPath } from 'node:url';

/** Node and the command line that this process is of. */
export function ownCommand(): string[] {
  return [process.execPath, fileURLToPath(new URL('../main.js', import.meta.url))];
}

/** For a POSIX shell. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Options and values; those without a value are left out, `true` is a flag. */
export function flags(options: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>) {
  return Object.entries(options).flatMap(([name, value]): string[] => {
    if (value === undefined || value === false) return [];
    if (value === true) return [`--${name}`];
    return (typeof value === 'object' ? value : [String(value)]).flatMap((each) => [`--${name}`, each]);
  });
}
