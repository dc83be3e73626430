"""Runs exported ONNX files and PyTorch modules. Usage: verify-exports.py JOBS.json RESULTS.json check|no-check"""
import importlib.util
import json
import sys

import numpy as np

jobs, results, check = sys.argv[1:]
found = []


def onnx_answers(job, item, x, lengths):
    import onnxruntime

    if check == "check":
        import onnx

        onnx.checker.check_model(onnx.load(item["file"]), full_check=True)
    onnxruntime.set_default_logger_severity(3)
    session = onnxruntime.InferenceSession(item["file"], providers=["CPUExecutionProvider"])
    names = [value.name for value in session.get_outputs()]
    run = lambda feed: dict(zip(names, session.run(None, feed)))
    form = item["form"]
    if form == "batch":
        out = run({"x": x})
    elif form == "ragged":
        ragged = x.copy()
        for row, length in enumerate(lengths):
            ragged[row, length:] = np.nan
        out = run({"x": ragged, "lengths": lengths})
    else:
        start = json.loads(session.get_modelmeta().custom_metadata_map["initialState"])
        state = {name: np.tile(np.array(value, np.float32), (len(x), 1)) for name, value in start.items()}
        half = x.shape[1] // 2
        pieces = [x[:, t] for t in range(x.shape[1])] if form == "step" else [x[:, :half], x[:, half:]]
        for piece in pieces:
            out = run({"x": piece, **state})
            state = {name: out[name + "_next"] for name in state}
    answers = out.get("probabilities", out.get("values"))
    labels = out.get("labels")
    return {"what": f"ONNX, {form}", "answers": answers.tolist(), "labels": None if labels is None else labels.tolist()}


def pytorch_answers(job, x, lengths):
    import torch

    torch.set_num_threads(1)
    spec = importlib.util.spec_from_file_location("network", job["pytorch"]["file"])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    network = module.load()
    made = []
    with torch.no_grad():
        for what, extra in (("PyTorch", {}), ("PyTorch, ragged", {"lengths": torch.tensor(lengths)})):
            given = torch.tensor(x)
            if extra:
                for row, length in enumerate(lengths):
                    given[row, length:] = float("nan")
            out = network(given, **extra)
            labels = None
            if module.CLASSES:
                labels = network.predict(given, **extra)
                out = network.probabilities(given, **extra)
            made.append({"what": what, "answers": out.tolist(), "labels": labels})
    gradient = job["pytorch"]["gradient"]
    if gradient:
        network = module.load().double()
        loss = torch.nn.functional.cross_entropy(
            network(torch.tensor(x[: gradient["count"]])), torch.tensor(gradient["labels"])
        )
        loss.backward()
        worst = 0.0
        for attribute, name in module.NAMES.items():
            ours = np.array(gradient["tensors"][name])
            theirs = getattr(network, attribute).grad.numpy().ravel()
            worst = max(worst, np.abs(ours - theirs).max() / max(np.abs(ours).max(), 1e-12))
        made.append({"what": "PyTorch, gradient", "gradient": float(worst)})
        noisy = module.load().train()
        different = [noisy(torch.tensor(x[:4])) for _ in range(2)]
        assert torch.isfinite(different[0]).all()
    return made


for job in json.load(open(jobs)):
    x = np.fromfile(job["x"], np.float32).reshape(job["shape"])
    lengths = np.array(job["lengths"], np.int64)
    own = [onnx_answers(job, item, x, lengths) for item in job["onnx"]]
    if job["pytorch"]:
        own += pytorch_answers(job, x, lengths)
    found.append(own)
json.dump(found, open(results, "w"))
