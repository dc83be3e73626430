export { type ExportOptions, type ExportResult, exportRun } from './export-run.js';
export type { ExportSettings } from './exporter.js';
export type { OnnxForm, OnnxOptions } from './onnx/options.js';
export { toOnnx } from './onnx/to-onnx.js';
export type { ExportableRun } from './run.js';
