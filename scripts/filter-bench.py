"""The extended Kalman filter of a Noisy RNN in NumPy, as a Python user writes it: one line of JSON in, one out."""
import json
import sys
import time

import numpy as np
from scipy.linalg import cho_factor, cho_solve


def run(A, W, b, V, c, Q, R, delta, series, mean, covariance):
    size = len(b)
    eye = np.eye(size)
    total = 0.0
    for y in series:
        t = np.tanh(W @ mean + b)
        J = eye + delta * (A + (1 - t * t)[:, None] * W)
        mean = mean + delta * (A @ mean + t)
        S = J @ covariance @ J.T + Q
        e = y - (V @ mean + c)
        L = V @ S @ V.T + R
        factor = cho_factor(L, lower=True)
        K = cho_solve(factor, V @ S).T
        mean = mean + K @ e
        IKV = eye - K @ V
        covariance = IKV @ S @ IKV.T + K @ R @ K.T
        total -= 0.5 * (e @ cho_solve(factor, e) + 2 * np.log(np.diag(factor[0])).sum() + len(y) * np.log(2 * np.pi))
    return total


for line in sys.stdin:
    task = json.loads(line)
    given = {name: np.asarray(value) for name, value in task["model"].items()}
    started = time.process_time()
    value = run(**given)
    seconds = time.process_time() - started
    print(json.dumps({"seconds": seconds, "logLikelihood": float(value)}), flush=True)
