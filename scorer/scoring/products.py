"""Products of matrices that are the same to the bit on every x86-64 processor with AVX2.

    product(rows, matrix)       # rows @ matrix, and no row depends on those beside it

Each kernel of numpy's BLAS adds up in an order of its own, and which one runs depends on the
processor. Onnxruntime's kernels for AVX2 and for AVX-512 both add element by element, in the order
in which they stand (`tests/scoring/test_processors.py`); and where a BLAS does not know a
processor's widest registers, they take half the time.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from scorer.scoring.encoder import Floats
from scorer.scoring.onnx_parts import model, node
from scorer.scoring.onnx_session import session


def product(rows: Floats, matrix: Floats) -> Floats:
    """`rows @ matrix` in single precision, [shape=(rows, n)] and [shape=(n, columns)]; or several
    such products, each of its own matrix."""
    if len(rows) == 1 and rows.ndim == 2:  # a lone row would be added up in another order
        return product(np.repeat(rows, 2, axis=0), matrix)[:1]
    made: Floats = _session().run(None, {"rows": rows, "matrix": matrix})[0]
    return made


@cache
def _session() -> Any:
    return session(
        model([node("MatMul", ["rows", "matrix"], "made")], ["rows", "matrix"], ["made"])
    )
