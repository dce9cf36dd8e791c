"""Every vector has its verdict, in Python; the files are what their generator makes; most of them are refusals."""

from collections import Counter

import pytest

import vectors
import vectors_read

PATHS = list(vectors_read.files())


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_vector_has_its_verdict(path):
    for vector in vectors_read.load(path):
        found = vectors_read.run(vector)
        assert found == (vector["verdict"], vector["output"]), vector["name"]
