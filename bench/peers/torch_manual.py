"""The same cells with the backward pass written by hand: buffers made once, products that share their left side fused,
every weight gradient one large product over all steps. The fastest that PyTorch's operations allow, as far as we know."""
import math

import torch
import torch.nn.functional as F

from torch_cells import symmetric_skew

tanh_backward = torch.ops.aten.tanh_backward.grad_input
sigmoid_backward = torch.ops.aten.sigmoid_backward.grad_input


class Manual:
    """Hidden states h [steps + 1, rows, units]; q [steps, rows, width] collects the cotangents of the products."""

    products = 2

    def __init__(self, problem, rows, training):
        self.problem, self.settings = problem, problem.settings
        units, steps = problem.units, problem.steps
        self.units, self.steps, self.rows = units, steps, rows
        self.training = training
        self.states = torch.zeros(steps + 1 if training else 2, rows, units)
        self.h = [self.states[t % len(self.states)] for t in range(steps + 1)]
        self.p = torch.zeros(rows, self.products * units)
        self.parts = self.p.split(units, 1)
        self.noise = torch.zeros(rows, units)
        if training:
            self.q_all = torch.zeros(steps, rows, self.products * units)
            self.q = [*self.q_all.unbind()]
            self.q_parts = [q.split(units, 1) for q in self.q]
            self.g = [torch.zeros(rows, units), torch.zeros(rows, units)]
        self.allocate()

    def many(self):
        """A buffer over all steps [steps, rows, units] and its steps; for inference one step serves them all."""
        whole = torch.zeros(self.steps if self.training else 1, self.rows, self.units)
        return whole, [whole[t % len(whole)] for t in range(self.steps)]

    def logits(self, flat, x, noisy=False):
        with torch.no_grad():
            p = self.problem.views(flat)
            self.prepare(p)
            self.h[0].zero_()
            self.forward(p, x, noisy)
            return F.linear(self.h[self.steps], p["readout.weight"], p["readout.bias"])

    def gradient(self, flat, x, labels, noisy, out):
        with torch.no_grad():
            p, g = self.problem.views(flat), self.problem.views(out)
            self.prepare(p)
            self.forward(p, x, noisy)
            last = self.h[self.steps]
            scores = F.log_softmax(F.linear(last, p["readout.weight"], p["readout.bias"]), 1)
            loss = F.nll_loss(scores, labels, reduction="sum") / self.problem.batch
            delta = (scores.exp() - F.one_hot(labels, self.problem.classes)) / self.problem.batch
            torch.mm(delta.t(), last, out=g["readout.weight"])
            torch.sum(delta, 0, out=g["readout.bias"])
            torch.mm(delta, p["readout.weight"], out=self.g[0])
            self.backward()
            long = self.q_all.view(-1, self.q_all.size(2))
            total = torch.mm(long.t(), self.states[: self.steps].view(-1, self.units))
            self.collect(p, g, x, total)
            return loss.item()

    def pull_back(self, t, g, following):
        torch.addmm(g, self.q[t], self.weights, out=following)

    def input_gradients(self, g, name_u, name_b, cotangent, x):
        flat = cotangent.reshape(-1, self.units)
        torch.mm(flat.t(), x.reshape(-1, x.size(2)), out=g[name_u])
        torch.sum(flat, 0, out=g[name_b])


class NoisyManual(Manual):
    def allocate(self):
        self.f_all, self.f = self.many()
        _, self.t = self.many()
        _, self.m = self.many()

    def prepare(self, p):
        s = self.settings
        a = symmetric_skew(p["M_A"], s["beta"], s["gammaA"])
        w = symmetric_skew(p["M_W"], s["beta"], s["gammaW"])
        self.weights = torch.cat([a, w])
        self.transposed = self.weights.t().contiguous()

    def forward(self, p, x, noisy):
        mult, add, d = self.settings["mult"], self.settings["add"], p["step"]
        z = F.linear(x, p["U"], p["b"]).unbind()
        rows_d = d.expand(self.rows, self.units)
        for t in range(self.steps):
            h = self.h[t]
            torch.mm(h, self.transposed, out=self.p)
            torch.tanh(torch.add(self.parts[1], z[t], out=self.t[t]), out=self.t[t])
            torch.add(self.parts[0], self.t[t], out=self.f[t])
            if not self.training:
                torch.addcmul(h, self.f[t], rows_d, out=self.h[t + 1])
                continue
            if noisy:
                torch.mul(self.m[t].uniform_(1 - mult, 1), rows_d, out=self.m[t])
                torch.addcmul(self.noise.normal_(0, add), self.m[t], self.f[t], out=self.h[t + 1]).add_(h)
            else:
                self.m[t].copy_(rows_d)
                torch.addcmul(h, self.m[t], self.f[t], out=self.h[t + 1])

    def backward(self):
        g, following = self.g
        for t in range(self.steps - 1, -1, -1):
            cotangent, inner = self.q_parts[t]
            torch.mul(g, self.m[t], out=cotangent)
            tanh_backward(cotangent, self.t[t], grad_input=inner)
            self.pull_back(t, g, following)
            g, following = following, g

    def collect(self, p, g, x, total):
        beta, n = self.settings["beta"], self.units
        for name, part in (("M_A", total[:n]), ("M_W", total[n:])):
            torch.add((1 - beta) * (part + part.t()), beta * (part - part.t()), out=g[name])
        self.input_gradients(g, "U", "b", self.q_all[:, :, n:], x)
        # The cotangent of f is g ⊙ d ⊙ m, so that of d is the sum of it times f over d.
        torch.div(self.f_all.mul_(self.q_all[:, :, :n]).sum((0, 1)), p["step"], out=g["step"])


class GruManual(Manual):
    products = 3

    def allocate(self):
        self.n_all, self.n = self.many()
        self.r, self.k, self.inner = (self.many()[1] for _ in range(3))
        self.scratch = torch.zeros(self.rows, self.units)
        self.direct = torch.zeros(self.rows, self.units)

    def prepare(self, p):
        self.weights = torch.cat([p["W_r"], p["W_z"], p["W_n"]])
        self.transposed = self.weights.t().contiguous()

    def forward(self, p, x, noisy):
        zr, zk, zn = (F.linear(x, p["U_" + gate], p["b_" + gate]).unbind() for gate in "rzn")
        c = p["c_n"].expand(self.rows, self.units)
        for t in range(self.steps):
            h, r, k, n, inner = self.h[t], self.r[t], self.k[t], self.n[t], self.inner[t]
            torch.mm(h, self.transposed, out=self.p)
            torch.sigmoid(torch.add(self.parts[0], zr[t], out=r), out=r)
            torch.sigmoid(torch.add(self.parts[1], zk[t], out=k), out=k)
            torch.add(self.parts[2], c, out=inner)
            torch.tanh(torch.addcmul(zn[t], r, inner, out=n), out=n)
            torch.lerp(n, h, k, out=self.h[t + 1])

    def backward(self):
        g, following = self.g
        for t in range(self.steps - 1, -1, -1):
            to_r, to_k, to_inner = self.q_parts[t]
            r, k, n, scratch = self.r[t], self.k[t], self.n[t], self.scratch
            torch.mul(g, torch.sub(self.h[t], n, out=scratch), out=scratch)
            sigmoid_backward(scratch, k, grad_input=to_k)
            torch.mul(g, k, out=self.direct)
            tanh_backward(torch.sub(g, self.direct, out=scratch), n, grad_input=scratch)
            torch.mul(scratch, r, out=to_inner)
            # The candidate's own cotangent takes the place of n, which is read no more.
            n.copy_(scratch)
            sigmoid_backward(scratch.mul_(self.inner[t]), r, grad_input=to_r)
            self.pull_back(t, self.direct, following)
            g, following = following, g

    def collect(self, p, g, x, total):
        n = self.units
        for index, gate in enumerate("rzn"):
            part = slice(index * n, (index + 1) * n)
            g["W_" + gate].copy_(total[part])
            cotangent = self.n_all if gate == "n" else self.q_all[:, :, part]
            self.input_gradients(g, "U_" + gate, "b_" + gate, cotangent, x)
        torch.sum(self.q_all[:, :, 2 * n :], (0, 1), out=g["c_n"])


class UserManual(Manual):
    def allocate(self):
        self.gate, self.t, self.gap = (self.many()[1] for _ in range(3))
        self.scratch = torch.zeros(self.rows, self.units)
        self.pulled = torch.zeros(self.rows, self.units)

    def prepare(self, p):
        self.weights = torch.cat([p["V"], p["W"]])
        self.transposed = self.weights.t().contiguous()

    def forward(self, p, x, noisy):
        delta = self.settings["delta"]
        scale = self.settings["add"] * math.sqrt(delta)
        z = F.linear(x, p["U"], p["b"]).unbind()
        c = p["c"].expand(self.rows, self.units)
        for t in range(self.steps):
            h, gate, target, gap = self.h[t], self.gate[t], self.t[t], self.gap[t]
            torch.mm(h, self.transposed, out=self.p)
            torch.sigmoid(torch.add(self.parts[0], c, out=gate), out=gate)
            torch.tanh(torch.add(self.parts[1], z[t], out=target), out=target)
            torch.sub(target, h, out=gap)
            torch.addcmul(h, gate, gap, value=delta, out=self.h[t + 1])
            if noisy:
                self.h[t + 1].add_(self.noise.normal_(0, scale))

    def backward(self):
        delta = self.settings["delta"]
        g, following = self.g
        for t in range(self.steps - 1, -1, -1):
            to_gate, to_target = self.q_parts[t]
            gate, scratch = self.gate[t], self.scratch
            torch.mul(g, delta, out=scratch)
            sigmoid_backward(torch.mul(scratch, self.gap[t], out=self.pulled), gate, grad_input=to_gate)
            tanh_backward(scratch.mul_(gate), self.t[t], grad_input=to_target)
            self.pull_back(t, torch.sub(g, scratch, out=self.pulled), following)
            g, following = following, g

    def collect(self, p, g, x, total):
        n = self.units
        g["V"].copy_(total[:n])
        g["W"].copy_(total[n:])
        torch.sum(self.q_all[:, :, :n], (0, 1), out=g["c"])
        self.input_gradients(g, "U", "b", self.q_all[:, :, n:], x)


manual = {"noisy": NoisyManual, "gru": GruManual, "user": UserManual}
