{
  # Every set of vector instructions is a library of its own, built with its own flags; the rest is built for the
  # platform's baseline. No contraction into fused multiply-adds: where there is one, the source says so.
  'target_defaults': {
    'cflags!': ['-O2', '-fno-strict-aliasing'],
    # The last two: false alarms in the compiler's own headers of AVX-512.
    'cflags': ['-O3', '-ffp-contract=off', '-Wall', '-Wextra', '-Wno-maybe-uninitialized', '-Wno-uninitialized'],
    'cflags_cc': ['-std=c++17', '-fvisibility=hidden'],
    'cflags_cc!': ['-fno-exceptions', '-std=gnu++17', '-std=gnu++20'],
    'xcode_settings': {
      'CLANG_CXX_LANGUAGE_STANDARD': 'c++17',
      'GCC_OPTIMIZATION_LEVEL': '3',
      'GCC_ENABLE_CPP_EXCEPTIONS': 'YES',
      'GCC_SYMBOLS_PRIVATE_EXTERN': 'YES',
      'MACOSX_DEPLOYMENT_TARGET': '11.0',
      'OTHER_CFLAGS': ['-ffp-contract=off'],
    },
    'msvs_settings': {
      'VCCLCompilerTool': {'ExceptionHandling': 1, 'AdditionalOptions': ['/std:c++17', '/fp:precise']},
    },
    'defines': ['NAPI_VERSION=8'],
  },
  'targets': [
    {
      'target_name': 'noisy_rnn',
      'sources': ['src/addon.cc', 'src/executor.cc', 'src/plan.cc', 'src/pool.cc', 'src/processor.cc', 'src/kernels_scalar.cc'],
      'conditions': [
        ['target_arch=="x64"', {'dependencies': ['kernels_avx512', 'kernels_avx2']}],
        ['target_arch=="arm64"', {'sources': ['src/kernels_neon.cc']}],
      ],
    },
  ],
  'conditions': [
    ['target_arch=="x64"', {
      'targets': [
        {
          'target_name': 'kernels_avx512',
          'type': 'static_library',
          'sources': ['src/kernels_avx512.cc'],
          'cflags': ['-mavx512f', '-mavx512dq', '-mavx2', '-mfma'],
          'xcode_settings': {'OTHER_CFLAGS': ['-mavx512f', '-mavx512dq', '-mavx2', '-mfma']},
          'msvs_settings': {'VCCLCompilerTool': {'AdditionalOptions': ['/arch:AVX512']}},
        },
        {
          'target_name': 'kernels_avx2',
          'type': 'static_library',
          'sources': ['src/kernels_avx2.cc'],
          'cflags': ['-mavx2', '-mfma'],
          'xcode_settings': {'OTHER_CFLAGS': ['-mavx2', '-mfma']},
          'msvs_settings': {'VCCLCompilerTool': {'AdditionalOptions': ['/arch:AVX2']}},
        },
      ],
    }],
  ],
}
