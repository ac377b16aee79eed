"""How onnxruntime runs a model here: one thread, on the processor."""

from __future__ import annotations

from typing import Any

# Onnxruntime would make one operator of a sum and its levelling, which takes longer than the two.
_UNFUSED = ["SkipLayerNormFusion"]


def session(model: bytes) -> Any:
    """An `onnxruntime.InferenceSession` of a model's file."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        model, options, providers=["CPUExecutionProvider"], disabled_optimizers=_UNFUSED
    )
