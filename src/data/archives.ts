/** Public archives that data sources are downloaded from, where there is a network. */
import { imageFamilyOf } from './mnist.js';

export interface ArchiveFile {
  readonly name: string;
  /** Tried in turn. */
  readonly urls: readonly string[];
  /** Null: not known beforehand. The first download's is kept, and later ones are held to it. */
  readonly sha256: string | null;
  readonly bytes: number | null;
  /** SHA-256 of what the gzip holds, where copies were packed anew: in place of `sha256` and `bytes`. */
  readonly content?: string;
  /** A zip or tar archive, whose files of these names are taken out. */
  readonly members?: RegExp;
}

export interface Archive {
  readonly name: string;
  /** Where to get it by hand. */
  readonly page: string;
  /** Where packages of operating systems put the files. */
  readonly installed?: readonly string[];
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

const fashionPage = 'https://github.com/zalandoresearch/fashion-mnist';
const fashionFile = (name: string, content: string): ArchiveFile => ({
  name,
  urls: [
    `http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/${name}`,
    `${fashionPage}/raw/master/data/fashion/${name}`,
  ],
  sha256: null,
  bytes: null,
  content,
});

/** The checksums are of the images and labels themselves, which Debian's package packs anew. */
const fashion: Archive = {
  name: 'fashion-mnist',
  page: fashionPage,
  installed: ['/usr/share/datasets/fashion-mnist'],
  files: [
    fashionFile('train-images-idx3-ubyte.gz', 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888'),
    fashionFile('train-labels-idx1-ubyte.gz', 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9'),
    fashionFile('t10k-images-idx3-ubyte.gz', '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b'),
    fashionFile('t10k-labels-idx1-ubyte.gz', '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34'),
  ],
};

/** The binary version; its page prints the MD5 c32a1d4ab5d03f1284b67883e8d87530. */
const cifar10: Archive = {
  name: 'cifar10',
  page: 'https://www.cs.toronto.edu/~kriz/cifar.html',
  files: [
    {
      name: 'cifar-10-binary.tar.gz',
      urls: ['https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz'],
      sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
      bytes: 170_052_171,
      members: /^(data_batch_[1-5]|test_batch)\.bin$/,
    },
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
  if (/^cifar10(-rows|-padded)?$/.test(source)) return cifar10;
  const family = imageFamilyOf(source);
  return family === null ? null : family === 'mnist' ? mnist : fashion;
}
