"""What a browser would post: the fields of the page's form as its HTML has them, with some of them changed."""

from html.parser import HTMLParser
from typing import Any


class _Forms(HTMLParser):
    """Collects, per form of class "form", what its controls would send."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, list[str]]] = []
        self.open: dict[str, list[str]] | None = None
        self.select: str | None = None
        self.options: list[tuple[str, bool]] = []
        self.textarea: str | None = None
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        name, value = has.get("name") or "", has.get("value") or ""
        if tag == "form" and "form" in (has.get("class") or "").split():
            self.open = {}
            self.forms.append(self.open)
        elif tag == "input" and name and has.get("type") not in ("submit", "button"):
            if has.get("type") not in ("radio", "checkbox") or "checked" in has:
                self.send(name, value if "value" in has or has.get("type") != "checkbox" else "on")
        elif tag == "select":
            self.select, self.options = name, []
        elif tag == "option" and self.select is not None:
            self.options.append((value, "selected" in has))
        elif tag == "textarea":
            self.textarea, self.text = name, ""

    def handle_data(self, data: str) -> None:
        if self.textarea is not None:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select" and self.select is not None:
            chosen = [value for value, selected in self.options if selected] or [v for v, _s in self.options[:1]]
            for value in chosen:
                self.send(self.select, value)
            self.select = None
        elif tag == "textarea" and self.textarea is not None:
            self.send(self.textarea, self.text.removeprefix("\n"))
            self.textarea = None

    def send(self, name: str, value: str) -> None:
        if self.open is not None:
            self.open.setdefault(name, []).append(value)


def filled(response: Any, **changes: Any) -> dict[str, Any]:
    """The data of the page's only edit form, then the changes."""
    parser = _Forms()
    parser.feed(response.text)
    (form,) = parser.forms
    data = {name: values if len(values) > 1 else values[0] for name, values in form.items()}
    return {**data, **changes}
