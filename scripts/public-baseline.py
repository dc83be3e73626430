"""MiniRocket (Dempster, Schmidt & Webb, KDD 2021) as in the package aeon, beside the networks of the public benchmark.

    pip install aeon
    python scripts/public-baseline.py RUNS

Same data, same five seeds, same perturbed test data (white noise on the inputs that `scripts/public-benchmark.mjs` wrote), one JSON
file a data set in RUNS. Sequences of several lengths are padded with zeros, the perturbed ones too.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from aeon.classification.convolution_based import MiniRocketClassifier

runs = Path(sys.argv[1])


for own in sorted(runs.glob("*-data.json")):
    name = own.name.removesuffix("-data.json")
    out = runs / f"{name}-minirocket.json"
    if out.exists():
        continue
    data = json.loads(own.read_text())
    arrays = {
        key: np.array(value, dtype=np.float32).reshape(-1, data["steps"], data["channels"]).transpose(0, 2, 1)
        for key, value in data["arrays"].items()
    }
    found = []
    for seed in range(1, 6):
        started = time.time()
        model = MiniRocketClassifier(random_state=seed, n_jobs=1)
        model.fit(arrays["train"], np.array(data["trainLabels"]))
        scores = {
            key: float(np.mean(model.predict(arrays[key]) == np.array(data["testLabels"])))
            for key in arrays
            if key != "train"
        }
        found.append({"dataset": name, "model": "minirocket", "seed": seed, **scores, "seconds": time.time() - started})
    out.write_text(json.dumps(found))
    print(name, np.mean([run["clean"] for run in found]))
