"""Each gate leaves Great Expectations' pages behind, one a table that it checked."""

from __future__ import annotations

import pytest

from ..harness import Outcome

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("layer", ["input_layer", "published"])
def test_every_checked_table_has_a_page_that_the_first_page_leads_to(published: Outcome, layer: str) -> None:
    folder = published.home / "data_docs" / layer
    index = (folder / "index.html").read_text(encoding="utf-8")
    checked = published.query(f"select distinct entity from published.data_quality where layer = '{layer}'")
    pages = {page.stem: page.relative_to(folder) for page in (folder / "validations").rglob("*.html")}
    assert len(pages) >= 5
    assert pages.keys() == {entity for (entity,) in checked}
    assert [entity for entity, page in pages.items() if str(page) not in index] == []
    assert not list((published.home / "data_docs").glob(".*"))
