"""A product of two large square matrices as PyTorch hands it to its BLAS, speaking the protocol of bench/serve.mjs.

    torch_product.py SIZE THREADS
"""
import sys

import torch

from torch_serve import serve

size, threads = map(int, sys.argv[1:])
torch.set_num_threads(threads)
left, right, out = torch.rand(size, size), torch.rand(size, size), torch.empty(size, size)
serve(lambda: torch.mm(left, right, out=out))
