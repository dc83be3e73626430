"""Writes test/golden/recurrent-weights.json: small nn.RNN, nn.GRU and nn.LSTM of PyTorch in float64, and what they answer.

    python scripts/golden-recurrent-weights.py > test/golden/recurrent-weights.json

Weights are multiples of 1/256, so that every element type holds them exactly.
"""
import json
import sys

import torch
from torch import nn

torch.manual_seed(1)
torch.set_default_dtype(torch.float64)


def round_(value):
    return (value * 256).round() / 256


cases = []
for name in ("RNN", "GRU", "LSTM"):
    for layers in (1, 2):
        for both in (False, True):
            bias = not (layers == 2 and both)
            recurrent = getattr(nn, name)(2, 3, num_layers=layers, bidirectional=both, batch_first=True, bias=bias)
            readout = nn.Linear(3 * (1 + both), 3)
            with torch.no_grad():
                for value in [*recurrent.parameters(), *readout.parameters()]:
                    value.copy_(round_(torch.randn_like(value) * 0.7))
                x = round_(torch.randn(2, 4, 2))
                last = recurrent(x)[1]
                last = last[0] if name == "LSTM" else last
                features = torch.cat([last[-2], last[-1]], 1) if both else last[-1]
                logits = readout(features)
            module = nn.ModuleDict({"rnn": recurrent, "fc": readout})
            cases.append(
                {
                    "name": f"nn.{name}, {layers} layer{'s' if layers > 1 else ''}{', both directions' if both else ''}{'' if bias else ', no bias'}",
                    "tensors": {
                        key: {"shape": list(value.shape), "data": value.flatten().tolist()}
                        for key, value in module.state_dict().items()
                    },
                    "x": x.tolist(),
                    "logits": logits.tolist(),
                }
            )
json.dump({"source": f"PyTorch {torch.__version__}, float64", "cases": cases}, sys.stdout)
