/** What every engine does with a program before anything of its own. */
import { InputError } from '../errors.js';
import { hoist, mergePrepared, type Program, prune, type Requests } from '../program/index.js';
import { type Signature, signatureOf } from './check-inputs.js';

export interface Compiled {
  /** Only what the requests need, with all that depends on parameters alone prepared once. */
  readonly program: Program;
  readonly signature: Signature;
}

/** @throws InputError for a request of something that the program does not make. */
export function compiled(whole: Program, requests: Requests): Compiled {
  const program = mergePrepared(hoist(prune(whole, requests)));
  const signature = signatureOf(program);
  const known = {
    carries: [...signature.carries.keys()],
    sequences: [...signature.written.keys(), ...signature.given.keys()],
    shared: Object.keys(program.finish),
  };
  for (const kind of ['carries', 'sequences', 'shared'] as const)
    for (const name of requests[kind] ?? [])
      if (!known[kind].includes(name))
        throw new InputError(`compile: the program makes no ${words[kind]} ${name}; ask for what it makes`);
  return { program, signature };
}

const words = { carries: 'carry', sequences: 'sequence', shared: 'shared result' } as const;
