import { c } from './c/exporter.js';
import type { Exporter } from './exporter.js';
import { js } from './js/exporter.js';
import { onnx } from './onnx/exporter.js';
import { pytorch } from './pytorch/exporter.js';
import { safetensors } from './safetensors.js';

/** The formats to export to, by name: a new one is one row. */
export const exporters: Readonly<Record<string, Exporter>> = {
  safetensors,
  onnx,
  c,
  pytorch,
  js,
};
