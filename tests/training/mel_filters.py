"""The mel filters of the features, as a file: `python -m tests.training.mel_filters`."""

import numpy as np
from librosa.filters import mel

from scorer.audio.frontend import FILTERS, WINDOW
from scorer.audio.recording import RATE

BANDS = (40, 80, 128)  # of voices, Whisper, and Whisper large-v3


def main() -> None:
    filters = {f"mel_{n}": mel(sr=RATE, n_fft=WINDOW, n_mels=n) for n in BANDS}
    np.savez_compressed(FILTERS, **filters)
    print(f"{FILTERS}: {FILTERS.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
