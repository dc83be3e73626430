/**
 * Finds WebGPU: a page's and Deno's `navigator.gpu`, or in Node the optional package `webgpu` (Dawn), found at run time so that nothing of it
 * is installed or imported where it is not wanted.
 */

interface NodeProcess {
  readonly versions?: { readonly node?: string };
}

interface DawnPackage {
  create(options: readonly string[]): object;
  readonly globals: object;
}

/** Node's, once made: collected while a device of it is in use, the process would end. */
let made: object | undefined;

/** @throws Error saying what to install or do where there is none. */
export async function findGpu(): Promise<object> {
  const { navigator } = globalThis as { navigator?: { gpu?: object } };
  if (navigator?.gpu !== undefined) return navigator.gpu;
  if (nodeProcess()?.versions?.node === undefined)
    throw new Error('this browser has no WebGPU, or the page is not served over https or from localhost');
  if (made !== undefined) return made;
  // A name that bundlers do not follow.
  const name = 'webgpu';
  let dawn: DawnPackage;
  try {
    dawn = (await import(/* @vite-ignore */ name)) as DawnPackage;
  } catch (error) {
    const missing = (error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND';
    throw new Error(
      missing
        ? 'the package webgpu is not installed; "npm install webgpu" brings it'
        : `the package webgpu does not load: ${String(error)}`,
    );
  }
  made = dawn.create([]);
  return made;
}

function nodeProcess(): NodeProcess | undefined {
  return (globalThis as { process?: NodeProcess }).process;
}
