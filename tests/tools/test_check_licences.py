from __future__ import annotations

import pytest

from tools.check_licences import is_forbidden


@pytest.mark.parametrize(
    ("licence", "forbidden"),
    [
        ("MIT", False),
        ("GPL-3.0-only", True),
        ("GNU Affero General Public License v3; GNU General Public License v2", True),
        ("AGPL-3.0", True),
        ("LGPL-2.1-only", False),
        ("GNU Library or Lesser General Public License (LGPL)", False),
        ("Artistic License; GNU General Public License (GPL)", False),
        ("GPL-2.0-only OR MIT", False),
    ],
)
def test_only_what_can_be_had_under_the_gpl_alone_is_forbidden(licence: str, forbidden: bool) -> None:
    assert is_forbidden(licence) is forbidden
