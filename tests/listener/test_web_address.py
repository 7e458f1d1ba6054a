"""Addresses of one page are one address; those of two pages stay two."""

from __future__ import annotations

import pytest

from listener.web_address import canonical, is_home, path_of

PAGE = "https://site.example/news/3"


@pytest.mark.parametrize(
    "other",
    [
        "http://site.example/news/3",
        "HTTPS://Site.Example:443/news/3/",
        "http://www.site.example:80/news/3",
        "https://m.site.example/news/3/amp/",
        "https://amp.site.example/news/3?amp=1",
        "https://site.example//news/3?utm_source=x&UTM_medium=y&fbclid=1&gclid=2",
        "https://site.example/news/3?ref=rss",
        "https://site.example/news/3;jsessionid=0A1B?PHPSESSID=77",
        "https://site.example/news/3#xtor=RSS-1",
        "https://www.google.com/amp/s/site.example/news/3",
        "https://site-example.cdn.ampproject.org/c/s/site.example/news/3",
    ],
)
def test_what_the_click_adds_does_not_part_a_page_from_itself(other: str) -> None:
    assert canonical(other) == canonical(PAGE) == "site.example/news/3"


def test_arabic_paths_are_one_however_they_are_escaped() -> None:
    assert canonical("https://موقع.example/خبر") == canonical(
        "https://xn--4gbrim.example/%d8%ae%D8%A8%D8%B1"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://site.example/a?id=1", "https://site.example/a?id=2"),
        ("https://site.example/a", "https://site.example/b"),
        ("https://site.example/a", "https://other.example/a"),
        ("https://blog.site.example/a", "https://site.example/a"),
        ("https://forum.example/7#post12", "https://forum.example/7#post13"),
        ("https://app.example/#!/a", "https://app.example/#!/b"),
        ("https://site.example:8080/a", "https://site.example/a"),
        ("https://site.example/?source=riyadh", "https://site.example/?source=jeddah"),
    ],
)
def test_two_pages_stay_two(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize("of", [None, "", "tag:a,2026:1", "mailto:a@b.example", "http://[x", "x"])
def test_what_is_no_address_has_none(of: str | None) -> None:
    assert canonical(of) is None


def test_a_site_is_no_page() -> None:
    homes = [canonical(f"https://www.site.example{path}") for path in ("", "/", "/index.html")]
    assert [is_home(home) for home in homes if home] == [True] * 3
    assert not is_home("site.example/a")
    assert path_of("site.example/a?id=1") == "/a?id=1"
