"""A problem as bench/works.mjs writes it: weights, batch and settings; parameters and gradients in memory that forked
workers share."""
import base64
import json
import mmap

import torch


def decode(text):
    return torch.frombuffer(bytearray(base64.b64decode(text)), dtype=torch.float32).clone()


def shared_zeros(length):
    """float32 zeros that a forked process sees too."""
    return torch.frombuffer(mmap.mmap(-1, 4 * length), dtype=torch.float32)


class Problem:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        self.cell = document["cell"]
        self.units = document["units"]
        self.steps = document["steps"]
        self.batch = document["batch"]
        self.classes = document["classes"]
        self.settings = document["settings"]
        given = {name: decode(tensor["data"]).view(tensor["shape"]) for name, tensor in document["parameters"].items()}
        self.shapes = {name: value.shape for name, value in given.items()}
        self.size = sum(value.numel() for value in given.values())
        self.parameters = shared_zeros(self.size)
        for name, view in self.views(self.parameters).items():
            view.copy_(given[name])
        rows = decode(document["x"]).view(self.batch, self.steps, document["inputs"])
        # Time first, as a loop over time reads it.
        self.x = rows.transpose(0, 1).contiguous()
        self.labels = torch.tensor(document["labels"], dtype=torch.long)

    def views(self, flat):
        """The named parameters as views of one vector."""
        views, start = {}, 0
        for name, shape in self.shapes.items():
            length = shape.numel()
            views[name] = flat[start : start + length].view(shape)
            start += length
        return views

    def part(self, worker, workers):
        """The rows of one data-parallel worker: x [steps, rows, inputs] and labels [rows]."""
        start, end = self.batch * worker // workers, self.batch * (worker + 1) // workers
        return self.x[:, start:end].contiguous(), self.labels[start:end].contiguous(), slice(start, end)
