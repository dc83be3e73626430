/** Public archives that data sources are downloaded from, where there is a network. */

export interface ArchiveFile {
  readonly name: string;
  /** Tried in turn. */
  readonly urls: readonly string[];
  /** Null: not known beforehand. The first download's is kept, and later ones are held to it. */
  readonly sha256: string | null;
  readonly bytes: number | null;
  /** A zip archive, whose files of these names are taken out. */
  readonly members?: RegExp;
}

export interface Archive {
  readonly name: string;
  /** Where to get it by hand. */
  readonly page: string;
  readonly files: readonly ArchiveFile[];
}

const mnistMirrors = [
  'https://storage.googleapis.com/cvdf-datasets/mnist',
  'https://ossci-datasets.s3.amazonaws.com/mnist',
];
const mnistFile = (name: string, bytes: number, sha256: string): ArchiveFile => ({
  name,
  urls: mnistMirrors.map((mirror) => `${mirror}/${name}`),
  sha256,
  bytes,
});

/** The published files of LeCun, Cortes & Burges, whose checksums many projects have printed. */
const mnist: Archive = {
  name: 'mnist',
  page: mnistMirrors[1]!,
  files: [
    mnistFile(
      'train-images-idx3-ubyte.gz',
      9_912_422,
      '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
    ),
    mnistFile('train-labels-idx1-ubyte.gz', 28_881, '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c'),
    mnistFile(
      't10k-images-idx3-ubyte.gz',
      1_648_877,
      '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
    ),
    mnistFile('t10k-labels-idx1-ubyte.gz', 4_542, 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6'),
  ],
};

/** The archive publishes no checksums. */
const ecg5000: Archive = {
  name: 'ecg5000',
  page: 'https://timeseriesclassification.com/description.php?Dataset=ECG5000',
  files: [
    {
      name: 'ECG5000.zip',
      urls: ['https://timeseriesclassification.com/aeon-toolkit/ECG5000.zip'],
      sha256: null,
      bytes: null,
      members: /^ECG5000_(TRAIN|TEST)\.(ts|tsv|txt)$/,
    },
  ],
};

/** Null for a source that is no public archive's. */
export function archiveOf(source: string): Archive | null {
  if (source === ecg5000.name) return ecg5000;
  return /^p?mnist(-\w+)?$/.test(source) ? mnist : null;
}
