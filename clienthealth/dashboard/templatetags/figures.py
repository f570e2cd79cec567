"""Figures in templates: the same words as `wording`, for values that reach a template as numbers."""

from datetime import date
from fractions import Fraction
from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from clienthealth.dashboard import charts
from clienthealth.dashboard.rows import Row
from clienthealth.health import wording

register = template.Library()

register.filter("money", wording.money)
register.filter("ratio", wording.ratio)
register.filter("margin", wording.margin)
register.filter("day", wording.day)
register.filter("level_word", wording.level_word)


@register.filter
def hours(minutes: int | Fraction | None, places: int = 1) -> str:
    return wording.hours(minutes, places)


@register.simple_tag
def level(name: str | None) -> SafeString:
    """A level as word, shape and colour."""
    return _level(name or "none", wording.level_word(name))


@lru_cache(maxsize=100)
def _level(name: str, word: str) -> SafeString:
    return format_html('<span class="badge level-{}">{}</span>', name, word)


@register.simple_tag
def sparkline(spark: charts.Spark | None, name: str | None = None) -> SafeString:
    """The 13-week line in small; the table or card beside it carries the same figures as text."""
    if spark is None:
        return format_html('<span class="muted small">{}</span>', _("no line yet"))
    return format_html(
        '<svg class="spark mark-{}" viewBox="0 0 {} {}" role="img"><title>{}</title>'
        '<path class="axis" d="M0 {}H{}"/><path class="line" d="{}"/>'
        '<circle class="dot" cx="{}" cy="{}" r="2.5"/></svg>',
        name or "none",
        charts.SPARK_WIDTH,
        charts.SPARK_HEIGHT,
        _("%(first)s to %(last)s; dashed: 1.00")
        % {"first": wording.ratio(spark.first_e4), "last": wording.ratio(spark.last_e4)},
        spark.line_y,
        charts.SPARK_WIDTH,
        spark.path,
        spark.last_x,
        spark.last_y,
    )


@register.simple_tag
def when(on: date | None) -> SafeString:
    """A date people read, with its machine-readable form."""
    if on is None:
        return mark_safe(wording.DASH)  # noqa: S308  our own constant
    return format_html('<time datetime="{}" class="nowrap">{}</time>', on.isoformat(), wording.day(on))


PORTFOLIO_ROW = (
    '<tr><th scope="row"><a href="{}">{}</a>{}</th><td class="wide">{}{}{}</td>'
    '<td class="num{}" data-label="{}">{}</td><td class="num{}" data-label="{}">{}</td><td>{}</td>'
    '<td class="num" data-label="{}">{}</td><td class="num" data-label="{}">{}</td>{}'
    '<td data-label="{}">{}</td><td class="nowrap" data-label="{}">{}</td></tr>\n'
)


@register.simple_tag
def portfolio_row(row: Row, labels: dict[str, str]) -> SafeString:
    """One client of the portfolio. In one piece, because fifty rows of template nodes take as long as all the rest."""
    faint = " faint" if row.remark else ""
    effort = ""
    if row.effort is not None:
        effort = format_html('<td class="num" data-label="{}">{}</td>', labels["effort"], row.effort)
    return format_html(
        PORTFOLIO_ROW,
        *(row.href, row.name, "" if row.is_active else format_html(' <span class="tag">{}</span>', row.status)),
        *(level(row.level), _remark(row.since_words), _remark(row.remark)),
        *(faint, labels["ratio"], row.ratio, faint, labels["margin"], row.margin, sparkline(row.trend, row.level)),
        *(labels["hours"], row.hours, labels["revenue"], row.revenue, effort),
        *(labels["owner"], row.owner or wording.DASH, labels["incident"], row.incident),
    )


def _remark(text: str) -> SafeString | str:
    return format_html('<span class="remark">{}</span>', text) if text else ""
