"""The cells as a PyTorch user writes them: a loop over time on which autograd works. Plain tensor code that
torch.jit.script takes too. Shapes: x [steps, rows, inputs], h [rows, units]. Steps are taken apart by `unbind`: the
adjoint of an index z[t] is as large as z, so that a loop over indices costs the square of the steps."""
import math
from typing import Optional

import torch
import torch.nn.functional as F
from torch import Tensor


def noisy_loop(a: Tensor, w: Tensor, z: Tensor, d: Tensor, h: Tensor, mult: float, add: float, noisy: bool) -> Tensor:
    for driven in z.unbind(0):
        f = torch.mm(h, a) + torch.tanh(torch.addmm(driven, h, w))
        if noisy:
            h = h + d * (1.0 - mult + mult * torch.rand_like(h)) * f + add * torch.randn_like(h)
        else:
            h = h + d * f
    return h


def gru_loop(w: Tensor, c: Tensor, zr: Tensor, zz: Tensor, zn: Tensor, h: Tensor) -> Tensor:
    for r, k, n in zip(zr.unbind(0), zz.unbind(0), zn.unbind(0)):
        pr, pz, pn = torch.mm(h, w).chunk(3, 1)
        r = torch.sigmoid(pr + r)
        k = torch.sigmoid(pz + k)
        n = torch.tanh(n + r * (pn + c))
        h = n + k * (h - n)
    return h


def user_loop(v: Tensor, c: Tensor, w: Tensor, z: Tensor, h: Tensor, delta: float, scale: float, noisy: bool) -> Tensor:
    for driven in z.unbind(0):
        f = torch.sigmoid(torch.addmm(c, h, v)) * (torch.tanh(torch.addmm(driven, h, w)) - h)
        h = h + delta * f
        if noisy:
            h = h + scale * torch.randn_like(h)
    return h


def symmetric_skew(m, beta, gamma):
    return (1 - beta) * (m + m.t()) + beta * (m - m.t()) - gamma * torch.eye(m.size(0))


class Autograd:
    """Logits and gradients by autograd: of the loops above, eager or scripted, or of PyTorch's own GRU."""

    def __init__(self, problem, rows, variant):
        self.problem, self.rows, self.variant = problem, rows, variant
        compiled = torch.jit.script if variant == "scripted" else lambda function: function
        self.loop = compiled({"noisy": noisy_loop, "gru": gru_loop, "user": user_loop}[problem.cell])

    def features(self, p, x, noisy):
        settings, cell = self.problem.settings, self.problem.cell
        h = torch.zeros(x.size(1), self.problem.units)
        if cell == "noisy":
            a = symmetric_skew(p["M_A"], settings["beta"], settings["gammaA"]).t()
            w = symmetric_skew(p["M_W"], settings["beta"], settings["gammaW"]).t()
            z = F.linear(x, p["U"], p["b"])
            return self.loop(a, w, z, p["step"], h, settings["mult"], settings["add"], noisy)
        if cell == "user":
            z = F.linear(x, p["U"], p["b"])
            scale = settings["add"] * math.sqrt(settings["delta"])
            return self.loop(p["V"].t(), p["c"], p["W"].t(), z, h, settings["delta"], scale, noisy)
        weights = torch.cat([p["W_r"], p["W_z"], p["W_n"]])
        if self.variant == "module":
            inputs = torch.cat([p["U_r"], p["U_z"], p["U_n"]])
            offsets = torch.cat([p["b_r"], p["b_z"], p["b_n"]])
            own = torch.cat([torch.zeros(2 * h.size(1)), p["c_n"]])
            # What torch.nn.GRU.forward calls, with weights that are functions of our parameters.
            last = torch._VF.gru(x, h.unsqueeze(0), [inputs, weights, offsets, own], True, 1, 0.0, True, False, False)[1]
            return last[0]
        z = [F.linear(x, p["U_" + gate], p["b_" + gate]) for gate in "rzn"]
        return self.loop(weights.t(), p["c_n"], z[0], z[1], z[2], h)

    def logits(self, flat, x, noisy=False):
        with torch.no_grad():
            p = self.problem.views(flat)
            return F.linear(self.features(p, x, noisy), p["readout.weight"], p["readout.bias"])

    def gradient(self, flat, x, labels, noisy, out: Optional[Tensor]):
        """This worker's share of the mean loss over the whole batch; its gradient is written to `out`."""
        leaves = {name: view.detach().requires_grad_() for name, view in self.problem.views(flat).items()}
        logits = F.linear(self.features(leaves, x, noisy), leaves["readout.weight"], leaves["readout.bias"])
        loss = F.cross_entropy(logits, labels, reduction="sum") / self.problem.batch
        gradients = torch.autograd.grad(loss, list(leaves.values()))
        torch.cat([gradient.reshape(-1) for gradient in gradients], out=out)
        return loss.item()
