"""Takes the data sets of the public benchmark out of the Python package aeon, which ships them.

    pip download aeon --no-deps -d WHEELS
    python scripts/fetch-public.py WHEELS/aeon-*.whl FOLDER

writes FOLDER/NAME/NAME_TRAIN.ts and NAME_TEST.ts. Nothing of the package is run.
"""

import sys
import zipfile
from pathlib import Path

NAMES = [
    "ArrowHead",
    "BasicMotions",
    "Covid3Month_disc",
    "GunPoint",
    "ItalyPowerDemand",
    "JapaneseVowels",
    "OSULeaf",
    "PickupGestureWiimoteZ_eq",
]

wheel, folder = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    paths = {path.rsplit("/", 1)[-1]: path for path in archive.namelist()}
    for name in NAMES:
        for part in ("TRAIN", "TEST"):
            target = Path(folder) / name / f"{name}_{part}.ts"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(paths[target.name]))
print(f"{len(NAMES)} data sets in {folder}")
