"""A worker that has just started prints its first forms at the same time, in real threads beside its green ones."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FIRST_PRINTS = """
from shared.messaging.green import patch
patch()
import io, os
import eventlet
from eventlet import tpool
from services.documents.forms import Forms
from services.documents.form.layout import Logo
from tests.samples.forms import a_full_form
from PIL import Image

picture = io.BytesIO()
Image.new("RGB", (8, 8)).save(picture, "PNG")
plain = a_full_form()
logo = Logo(media_type="image/png", content=picture.getvalue())
form = plain.model_copy(update={"authority": plain.authority.model_copy(update={"logo": logo})})
forms, printed = Forms(None, None, None, None, tpool.execute), []
pool = eventlet.GreenPool(10)
with eventlet.Timeout(60, False):
    for _ in range(10):
        pool.spawn(lambda: printed.append(forms._printed(form)))
    pool.waitall()
print(len(printed), len(set(printed)), flush=True)
os._exit(0)  # threads that wait for ever would keep the process
"""


def test_all_of_them_end_and_are_the_same() -> None:
    """Two threads that import the same module at once would wait for ever: nothing is imported while printing."""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", FIRST_PRINTS], cwd=Path(__file__).parents[3],
                          capture_output=True, text=True, timeout=120, check=False)  # fmt: skip
    assert done.stdout.split() == ["10", "1"], done.stderr
