/** All generated files: their paths from the project's folder, and their texts. */
import { assemblyFunctions, assemblyTape } from './assembly.js';
import { nativeFunctions, nativeTape } from './native.js';

export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    'assembly/generated/tape.ts': assemblyTape(),
    'assembly/generated/functions.ts': assemblyFunctions(),
    'native/src/generated/tape.h': nativeTape(),
    'native/src/generated/functions.h': nativeFunctions(),
  };
}
