/** Which process on which machine this is, and whether another one of the same machine still runs. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, networkInterfaces, platform } from 'node:os';

export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** Of the machine's run since it was switched on, and of its space of process numbers; empty where it has no name. */
  readonly machine: string;
  /** When the process began, in the machine's own ticks; empty where that is not told. A number alone may be given anew. */
  readonly began: string;
}

export function thisProcess(): ProcessIdentity {
  return { host: hostname(), pid: process.pid, machine: machineName(), began: beginOf(process.pid) ?? '' };
}

/** Undefined for a process of another machine, or where machines have no name: then only its silence tells. */
export function isRunning(other: ProcessIdentity): boolean | undefined {
  if (other.machine === '' || other.machine !== machineName() || other.host !== hostname()) return undefined;
  // Where it is not told when a process began, a number in use may be another's by now; one that is not is nobody's.
  if (other.began === '') return isInUse(other.pid) ? undefined : false;
  const began = beginOf(other.pid);
  return began !== undefined && began === other.began;
}

function machineName(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    // Names of laptops repeat; numbers of their network adapters do not.
    const adapters = Object.values(networkInterfaces()).flatMap((own = []) => own.filter(({ internal }) => !internal));
    const numbers = [...new Set(adapters.map(({ mac }) => mac))].filter((mac) => mac !== '00:00:00:00:00:00').sort();
    return numbers.length === 0 ? '' : `${platform()} ${numbers.join(' ')}`;
  }
}

function isInUse(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** The 22nd field of /proc/PID/stat; the second is a name in parentheses, which may hold anything. */
function beginOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended, though its parent has not yet asked how.
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
