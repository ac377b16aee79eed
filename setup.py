"""Builds the Cython kernels of `ext/` and puts `rubrics/` and `app.py` into the wheel.

Everything else stands in pyproject.toml. Set SCORER_CYTHON_DEBUG=1 to rebuild with bounds checks,
SCORER_SANITIZE=1 to build with ASan and UBSan. Without a compiler the install still succeeds and
the NumPy reference is used.
"""

import os
import shutil
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_py import build_py

DEBUG = os.environ.get("SCORER_CYTHON_DEBUG") == "1"
SANITIZE = os.environ.get("SCORER_SANITIZE") == "1"

# The one place for compiler directives.
DIRECTIVES = {
    "language_level": 3,
    "boundscheck": DEBUG,
    "wraparound": DEBUG,
    "initializedcheck": DEBUG,
    "nonecheck": DEBUG,
    "cdivision": not DEBUG,
    "embedsignature": True,
    "freethreading_compatible": True,
}
COMPILE = ["-O3", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off", "-std=c11"]
SANITIZERS = ["-fsanitize=address,undefined", "-fno-omit-frame-pointer", "-g", "-O1"]


def kernels() -> list[Extension]:
    """One optional extension per file of `ext/`, none where Cython is missing."""
    try:
        from Cython.Build import cythonize
    except ImportError:
        return []
    extensions = [
        Extension(
            f"scorer._ext.{path.stem}",
            [str(path)],
            include_dirs=["ext"],
            depends=[str(header) for header in Path("ext").glob("*.[hp]*")],
            extra_compile_args=SANITIZERS if SANITIZE else COMPILE,
            extra_link_args=SANITIZERS[:1] if SANITIZE else [],
        )
        for path in sorted(Path("ext").glob("*.pyx"))
    ]
    built = cythonize(
        extensions,
        compiler_directives=DIRECTIVES,
        build_dir="build/cython",
        force=DEBUG or SANITIZE,
    )
    for extension in built:  # said here, since cythonize makes extensions of its own
        extension.optional = os.environ.get("SCORER_REQUIRE_KERNELS") != "1"
    return built


class BuildWithShippedFiles(build_py):
    """Copies into the package what stands beside it in a checkout (see `scorer.paths.shipped`)."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        package = Path(self.build_lib) / "scorer"
        shutil.copy2("app.py", package / "app.py")
        shutil.copytree("rubrics", package / "rubrics", dirs_exist_ok=True)


setup(ext_modules=kernels(), cmdclass={"build_py": BuildWithShippedFiles})
