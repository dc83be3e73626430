/** How a file was read: what was guessed of it, why, and which flag says otherwise. */

export type ColumnRole = 'channel' | 'label' | 'id' | 'time' | 'group' | 'target' | 'ignored';

export interface ColumnReport {
  readonly name: string;
  readonly role: ColumnRole;
  readonly reason: string;
  /** What overrules the guess. */
  readonly flag: string;
  /** Of a channel's column: which channel of the table, and which of its steps (null: all of them). */
  readonly channel?: number;
  readonly step?: number | null;
  /** As written in the file. */
  readonly unit?: string | null;
}

export interface ReadingReport {
  readonly layout: string;
  readonly layoutReason?: string;
  /** Whether the text has names for its columns; null for other formats. */
  readonly header: 'yes' | 'no' | null;
  readonly separator?: string;
  readonly decimal?: '.' | ',';
  readonly columns: readonly ColumnReport[];
  /** What a user should know of it. */
  readonly notes: readonly string[];
}
