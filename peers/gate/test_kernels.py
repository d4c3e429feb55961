"""The kernels under pytest-benchmark, from the same library that the other tools link."""

import ctypes
import os

library = ctypes.CDLL(os.environ["PEERS_GATE_LIBRARY"])
library.peers_gate_run.argtypes = [ctypes.c_uint32, ctypes.c_uint64]
library.peers_gate_run.restype = ctypes.c_uint64


def test_kernel(benchmark):
    index = int(os.environ["PEERS_GATE_INDEX"])
    units = int(os.environ["PEERS_GATE_UNITS"])
    benchmark(library.peers_gate_run, index, units)
