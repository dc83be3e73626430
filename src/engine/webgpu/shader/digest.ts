/** A digest of what the shaders are made of: an engine's build is what it computes. */
import { functionsFor } from './functions.js';
import { noiseShader } from './noise.js';
import { spellings } from './spellings.js';
import { largeSumsShader, smallSumsShader, totalsShader } from './sums.js';

/** Raised by hand where the phases' writer changes what is computed. */
const writerVersion = 1;

/** FNV-1a, 32 bits. */
export function shaderDigest(): string {
  const spelt = Object.values(spellings)
    .map((spell) => spell('a', 'b', 'c'))
    .join('\n');
  const texts = [
    `${writerVersion}`,
    spelt,
    functionsFor(spelt),
    noiseShader,
    smallSumsShader,
    largeSumsShader,
    totalsShader,
  ];
  let value = 0x811c9dc5;
  for (const text of texts)
    for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return value.toString(16).padStart(8, '0');
}
