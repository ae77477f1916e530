"""What tests of the register share."""

import pytest

from schools.tests.files import write


@pytest.fixture
def file_of(tmp_path):
    """Writes a school file of these rows."""

    def make(*rows, name="schools.csv", **options):
        return write(tmp_path / name, list(rows), **options)

    return make
