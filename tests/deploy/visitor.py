"""A visitor with cookies, as a browser without JavaScript is one."""

import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

from tests.posting import filled


@dataclass
class Page:
    status: int
    address: str
    text: str


class Visitor:
    def __init__(self, site: str) -> None:
        self.site = site
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def open(self, path: str, data: dict[str, Any] | None = None) -> Page:
        """A page, redirects followed; refusals are pages too."""
        body = urllib.parse.urlencode(data, doseq=True).encode() if data is not None else None
        request = urllib.request.Request(urllib.parse.urljoin(self.site, path), body)
        try:
            response = self.opener.open(request, timeout=20)
        except urllib.error.HTTPError as refusal:
            response = refusal
        with response:
            return Page(response.status, response.url, response.read().decode())

    def send(self, path: str, **changes: Any) -> Page:
        """The page's form with its hidden fields, some of its fields changed."""
        page = self.open(path)
        assert page.status == 200, page.text[:500]
        return self.open(path, filled(page, **changes))
