/** Names that columns of a role usually have. */

export type Role = 'label' | 'id' | 'time' | 'group';

/** In small letters. `y` is none: it is the second axis of many a sensor. */
const usual: Readonly<Record<Role, readonly string[]>> = {
  label: ['label', 'labels', 'class', 'classlabel', 'class_label', 'category', 'target'],
  id: ['id', 'series', 'series_id', 'sequence', 'sequence_id', 'case', 'case_id', 'recording', 'recording_id'],
  time: ['time', 'timestamp', 't', 'date', 'datetime', 'step'],
  group: ['group', 'patient', 'patient_id', 'subject', 'subject_id', 'participant', 'person', 'machine'],
};

export function hasUsualName(name: string, role: Role): boolean {
  const plain = name.trim().toLowerCase();
  return usual[role].includes(role === 'time' ? splitUnit(plain).name : plain);
}

export function isUsualName(name: string): boolean {
  return (Object.keys(usual) as Role[]).some((role) => hasUsualName(name, role));
}

/** `time [ms]`, `time (ms)` and `time_ms` say their unit. */
export function splitUnit(name: string): { readonly name: string; readonly unit: string | null } {
  const written =
    /^(.*?)\s*(?:\[([^\]]+)\]|\(([^)]+)\))$/.exec(name) ?? /^(time|timestamp|t)_(s|ms|us|µs|ns|min|h)$/i.exec(name);
  if (written === null) return { name, unit: null };
  return { name: written[1]!, unit: (written[2] ?? written[3])!.trim() };
}
