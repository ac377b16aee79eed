"""Makes scorer/speech/voices.npz: the GE2E voice encoder's weights, without PyTorch.

    pip download --no-deps Resemblyzer==0.1.4
    python -m tests.training.export_voices Resemblyzer-0.1.4*.whl

The encoder is Resemblyzer's (Apache-2.0), trained with the loss of Wan et al. 2018. Its checkpoint
is in PyTorch's format from before 1.6: four pickles, the storages' keys, then each storage's bytes.
Only tensors are read; any other object in the file is refused.
"""

from __future__ import annotations

import hashlib
import io
import pickle
import sys
import zipfile
from collections import OrderedDict
from typing import Any

import numpy as np

from scorer.paths import shipped

MEMBER = "resemblyzer/pretrained.pt"
SHA256 = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"
TARGET = shipped("speech") / "voices.npz"


class Tensors(pickle.Unpickler):
    """Reads storages as placeholders, and tensors as (storage, offset, shape)."""

    def persistent_load(self, pid: Any) -> str:
        _, kind, key, *_ = pid
        if kind != "float":
            return f"other {key}"
        return str(key)

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if name == "_rebuild_tensor_v2":
            return lambda storage, offset, shape, *_: (storage, offset, shape)
        if module == "torch" and name.endswith("Storage"):
            return {"FloatStorage": "float"}.get(name, "other")
        raise pickle.UnpicklingError(f"{module}.{name} has no business in a file of weights")


def main() -> None:
    content = zipfile.ZipFile(sys.argv[1]).read(MEMBER)
    digest = hashlib.sha256(content).hexdigest()
    if digest != SHA256:
        raise SystemExit(f"{MEMBER} has sha256 {digest}, expected {SHA256}")
    stream = io.BytesIO(content)
    for _ in range(3):  # magic number, protocol, system
        pickle.load(stream)
    state = Tensors(stream).load()["model_state"]
    storages = {}
    for key in pickle.load(stream):
        (count,) = np.frombuffer(stream.read(8), "<i8")
        storages[key] = np.frombuffer(stream.read(int(count) * 4), "<f4")
    weights = {}
    for name, (storage, offset, shape) in state.items():
        if name.startswith(("lstm.", "linear.")):
            flat = storages[storage][offset : offset + int(np.prod(shape))]
            weights[name.replace(".", "_")] = flat.reshape(shape).astype(np.float16)
    np.savez(TARGET, **weights)
    for name, array in weights.items():
        print(f"{name:24}{array.shape}")


if __name__ == "__main__":
    main()
