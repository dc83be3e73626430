"""PyTorch on the same work, speaking the protocol of bench/serve.mjs.

    torch_peer.py run   PROBLEM.json MODE VARIANT PROCESSES THREADS
    torch_peer.py check PROBLEM.json NOISY VARIANT…

Variants: eager, scripted, handwritten, and for the GRU also module (torch.nn.GRU). PROCESSES share the rows of the batch;
their gradients are summed through shared memory and the first updates the parameters that all of them read. `check`
prints loss, logits and gradient of every variant, in one process and in two.
"""
import os
import sys

if __name__ == "__main__":
    own_threads = sys.argv[6] if sys.argv[1] == "run" else "1"
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = own_threads

import torch

from torch_cells import Autograd
from torch_manual import manual
from torch_problem import Problem, shared_zeros
from torch_serve import answer, serve


class Team:
    """Data-parallel workers, this process being the first."""

    def __init__(self, problem, variant, mode, workers, noisy):
        self.problem, self.mode, self.noisy, self.workers = problem, mode, noisy, workers
        self.gradients = [shared_zeros(problem.size) for _ in range(workers)]
        self.logits = shared_zeros(problem.batch * problem.classes).view(problem.batch, problem.classes)
        self.losses = shared_zeros(workers)
        self.variant = variant
        self.helpers = []
        for worker in range(1, workers):
            self.helpers.append(self.fork(worker))
        self.work = self.worker(0)
        problem.parameters.grad = self.gradients[0]
        self.adam = torch.optim.Adam([problem.parameters], lr=0.001)

    def worker(self, index):
        """One worker's work on its own rows, as a function of nothing."""
        x, labels, rows = self.problem.part(index, self.workers)
        torch.manual_seed(1 + index)
        training = self.mode == "train"
        if self.variant == "handwritten":
            model = manual[self.problem.cell](self.problem, x.size(1), training)
        else:
            model = Autograd(self.problem, x.size(1), self.variant)
        parameters, gradient = self.problem.parameters, self.gradients[index]

        def work():
            if training:
                self.losses[index] = model.gradient(parameters, x, labels, self.noisy, gradient)
            else:
                self.logits[rows].copy_(model.logits(parameters, x))

        return work

    def fork(self, index):
        told_read, told_write = os.pipe()
        done_read, done_write = os.pipe()
        child = os.fork()
        if child != 0:
            os.close(told_read)
            os.close(done_write)
            return child, told_write, done_read
        # A pipe that ends (its writer is gone, whatever the reason) ends the worker.
        os.close(told_write)
        os.close(done_read)
        for _, other_write, other_read in self.helpers:
            os.close(other_write)
            os.close(other_read)
        work = self.worker(index)
        while os.read(told_read, 1):
            work()
            os.write(done_write, b"1")
        os._exit(0)

    def compute(self):
        for _, tell, _ in self.helpers:
            os.write(tell, b"1")
        self.work()
        for _, _, done in self.helpers:
            if not os.read(done, 1):
                raise RuntimeError("a data-parallel worker died")
        if self.mode == "train":
            for other in self.gradients[1:]:
                self.gradients[0].add_(other)

    def step(self):
        self.compute()
        if self.mode == "train":
            self.adam.step()

    def end(self):
        for child, tell, _ in self.helpers:
            os.close(tell)
            os.waitpid(child, 0)


def run(path, mode, variant, processes, threads):
    torch.set_num_threads(int(threads))
    team = Team(Problem(path), variant, mode, int(processes), noisy=True)
    serve(team.step, team.end, helpers=int(processes) - 1)


def check(path, noisy, variants):
    torch.set_num_threads(1)
    problem = Problem(path)
    results = {}
    for variant in variants:
        for workers in (1, 2):
            training = Team(problem, variant, "train", workers, noisy == "noisy")
            # Twice: what one step leaves behind must not enter the next.
            training.compute()
            training.compute()
            training.end()
            inference = Team(problem, variant, "infer", workers, False)
            inference.compute()
            inference.compute()
            inference.end()
            gradient = {name: view.flatten().tolist() for name, view in problem.views(training.gradients[0]).items()}
            results[f"{variant}-{workers}x1"] = {
                "loss": sum(training.losses.tolist()),
                "logits": inference.logits.flatten().tolist(),
                "gradient": gradient,
            }
        if noisy == "noisy" and variant == "eager":
            noisy_logits = Autograd(problem, problem.batch, variant).logits(problem.parameters, problem.x, True)
            results["eager-1x1"]["noisyLogits"] = noisy_logits.flatten().tolist()
    answer(results)


if __name__ == "__main__":
    if sys.argv[1] == "run":
        run(*sys.argv[2:7])
    else:
        check(sys.argv[2], sys.argv[3], sys.argv[4:])
