// A page may share memory between threads only where these two headers isolate it from other origins. Without them, as on
// many plain hosts, everything works the same on one thread.
const isolated = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default {
  server: { headers: isolated },
  preview: { headers: isolated },
  build: { target: 'esnext' },
};
