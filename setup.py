"""Carries `workflows/` and `templates/` inside the built package.

They lie beside the package in a checkout, because HR edits them and developers edit the package; an installed
package finds its copy in `reviewflow/halves` (see `reviewflow.config.half`). All else is in pyproject.toml.
"""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HALVES = ("workflows", "templates")


class BuildWithHalves(build_py):
    """Copies each half's files into the build; an editable install reads them where they are."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            for source, target in self._half_files().items():
                self.mkpath(str(Path(target).parent))
                self.copy_file(source, target)

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        own = super().get_outputs(include_bytecode)
        return own if self.editable_mode else [*own, *self._half_files().values()]

    def _half_files(self) -> dict[str, str]:
        files = (path for half in HALVES for path in sorted(Path(half).rglob("*")) if path.is_file())
        return {str(path): str(Path(self.build_lib, "reviewflow", "halves", path)) for path in files}


setup(cmdclass={"build_py": BuildWithHalves})
