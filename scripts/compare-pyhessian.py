"""Curvature of the published model on its golden batch: this package's figures beside PyHessian's, on the same weights.

    node scripts/compare-pyhessian.mjs > ours.json
    PYTHONPATH=FOLDER_THAT_HOLDS_pyhessian python3 scripts/compare-pyhessian.py ours.json

Needs PyTorch and PyHessian (Yao, Gholami, Keutzer & Mahoney 2020; github.com/amirgholami/PyHessian), all in float64.
"""
import json
import sys

import numpy
import torch
from pyhessian import hessian

torch.set_default_dtype(torch.float64)
torch.manual_seed(1)


class Published(torch.nn.Module):
    """h+ = h + d * (h A + tanh(h W + E x)), row vectors; A and W are symmetric and skew parts of B and C, mixed."""

    def __init__(self, config, weights):
        super().__init__()
        self.config = config
        for name, tensor in weights.items():
            value = torch.tensor(tensor["data"]).reshape(tensor["shape"])
            self.register_parameter(name.replace(".", "_"), torch.nn.Parameter(value))

    def mixed(self, matrix, gamma):
        beta, identity = self.config["beta"], torch.eye(matrix.shape[0])
        return beta * (matrix - matrix.T) + (1 - beta) * (matrix + matrix.T) - gamma * identity

    def forward(self, inputs):
        A = self.mixed(self.B, self.config["gammaA"])
        W = self.mixed(self.C, self.config["gammaW"])
        h = torch.zeros(inputs.shape[0], A.shape[0])
        for x in inputs.transpose(0, 1):
            h = h + self.d * (h @ A + torch.tanh(h @ W + x @ self.E_weight.T + self.E_bias))
        return h @ self.D_weight.T + self.D_bias


with open(sys.argv[1], encoding="utf-8") as file:
    ours = json.load(file)
model = Published(ours["config"], ours["weights"])
data = (torch.tensor(ours["inputs"]), torch.tensor(ours["labels"]))
theirs = hessian(model, torch.nn.CrossEntropyLoss(), data=data, cuda=False)
figures = ours["figures"]
size = figures["parameters"]


def row(name, own, other, own_error=None, error=None):
    def shown(value, spread):
        return f"{value:>14.8g}" + ("" if spread is None else f" ± {spread:<7.3g}").ljust(10)

    print(f"{name:32}{shown(own, own_error)}{shown(other, error)}".rstrip())


def mean(samples):
    """Mean and standard error of independent draws."""
    return numpy.mean(samples), numpy.std(samples, ddof=1) / len(samples) ** 0.5


print(f"{f'{size} parameters':32}{'noisy-rnn':>14}{'PyHessian':>24}")
# PyHessian finds eigenvalues of the largest magnitude, by power iteration with deflation.
ends = figures["top"] + figures["bottom"]
largest = sorted((end["value"] for end in ends), key=abs, reverse=True)[:4]
found, _ = theirs.eigenvalues(maxIter=4000, tol=1e-11, top_n=4)
for index, (own, other) in enumerate(zip(largest, found)):
    row(f"eigenvalue {index + 1} by magnitude", own, other)
trace, error = mean(theirs.trace(maxIter=400, tol=0))
row("trace (theirs: 400 probes)", figures["trace"]["value"], trace, None, error)
negative = figures["negativeEigenvalues"]

# Moments of the spectral density, the means of powers of the eigenvalues: exact, from the assembled matrix; and from forty
# probes of stochastic Lanczos quadrature each, ours broadened by a narrow Gaussian.
nodes, squares = theirs.density(iter=60, n_v=40)
# PyHessian returns the squares of all entries of the eigenvectors; the quadrature's weights are those of the first row.
rules = [(numpy.real(own), numpy.real(numpy.array(square)[0])) for own, square in zip(nodes, squares)]


def ours_moment(density, power):
    grid, value = numpy.array(density["grid"]), numpy.array(density["value"])
    return numpy.sum(value * grid**power) * (grid[1] - grid[0])


for power in range(1, 5):
    own, own_error = mean([ours_moment(density, power) for density in ours["densities"]])
    other, error = mean([numpy.sum(weights * own_nodes**power) / numpy.sum(weights) for own_nodes, weights in rules])
    row(f"moment {power}, exact {ours['moments'][power - 1]:.7g}", own, other, own_error, error)
below, error = mean([size * numpy.sum(weights[own < 0]) / numpy.sum(weights) for own, weights in rules])
row("negative eigenvalues", negative["value"], below, negative["standardError"], error)
