import type { Exporter } from '../exporter.js';
import type { Extent } from './messages.js';
import { createOnnx } from './to-onnx.js';

/** A network that any ONNX runtime runs: see `docs/interop.md`. */
export const onnx: Exporter = {
  description: 'the network with normalisation and labels, for any ONNX runtime',
  settings: ['form', 'lengths', 'calibrated'],
  create: ({ run, settings, out, version, horizon }) => {
    const { bytes, form, inputs, outputs, opset } = createOnnx(run, {
      ...settings,
      about: {
        version,
        sentence: horizon?.sentence,
        metadata: horizon === null ? {} : { stream: JSON.stringify(horizon) },
      },
    });
    const listed = (values: typeof inputs) => values.map(({ name, shape }) => `  ${name} ${shapeText(shape)}`);
    return {
      files: [{ path: out, content: bytes }],
      result: { bytes: bytes.length, form, inputs, outputs, opset },
      lines: [
        `ONNX, operator set ${opset}, form ${form}, ${bytes.length} bytes`,
        ...['takes', ...listed(inputs), 'gives', ...listed(outputs)],
        ...(horizon === null ? [] : [horizon.sentence]),
      ],
    };
  },
};

const shapeText = (shape: readonly Extent[]) => `[${shape.join(', ')}]`;
