"""Gets what the page holds of others, whole and unchanged, as npm publishes it: `make web-vendor`."""

import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "web/vendor"
PACKAGES = {"marked@18.2.1": {"lib/marked.esm.js": "marked.js", "LICENSE": "marked.LICENSE.txt"}}
"""By package and version: the files that are taken, and the names they get."""


def main() -> None:
    """Fetch every package anew and write down what came."""
    kept = [fetched(package, files) for package, files in PACKAGES.items()]
    (FOLDER / "versions.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write("".join(f"{each['package']} {each['version']} ({each['licence']})\n" for each in kept))


def fetched(package: str, files: dict[str, str]) -> dict[str, object]:
    """Take the files of one package, and return its version, licence and the digests of its files."""
    with tempfile.TemporaryDirectory() as folder:
        command = ("npm", "pack", package, "--silent", "--ignore-scripts", "--pack-destination", folder)
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=300)
        (archive,) = Path(folder).glob("*.tgz")
        content = archive.read_bytes()
    with tarfile.open(fileobj=io.BytesIO(content)) as packed:
        about = json.loads(member(packed, "package.json"))
        for source, name in files.items():
            (FOLDER / name).write_bytes(member(packed, source))
    digests = {name: hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() for name in files.values()}
    return {"package": about["name"], "version": about["version"], "licence": about["license"], "files": digests}


def member(packed: tarfile.TarFile, name: str) -> bytes:
    """Return one file of a package."""
    found = packed.extractfile(f"package/{name}")
    assert found is not None
    return found.read()


if __name__ == "__main__":
    main()
