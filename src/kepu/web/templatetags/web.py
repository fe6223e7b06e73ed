"""Template tags of the shared look: icons, states, numbers, form fields, paging, empty pages, the day slider."""

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django import forms, template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BoundField
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kepu.foundation import clock
from kepu.web.choices import State
from kepu.web.vendor import import_map as build_import_map

register = template.Library()

WAN = Decimal(10_000)
YI = Decimal(100_000_000)

# One sign for each state, drawn on a grid of 24; none is told from another by colour alone.
_SIGNS = {
    State.KEPT: '<path d="M5 12.5l4.8 4.8L19.5 7.5"/>',
    State.ON_PACE: '<path d="M4.5 12h14M13 6.5l5.5 5.5l-5.5 5.5"/>',
    State.BEHIND: '<path d="M12 5.5l7.5 13h-15z" fill="currentColor"/>',
    State.OVERDUE: '<path d="M12 4.5v9.5M12 19v.2"/>',
    State.STALE: '<path d="M5 12v.1M12 12v.1M19 12v.1"/>',
    State.SILENT: '<circle cx="12" cy="12" r="6.5" stroke-width="2"/>',
    State.UNDECIDED: '<path d="M8.2 8.6a4 3.6 0 1 1 6 3.6c-1.5.9-2.2 1.5-2.2 3M12 19v.2"/>',
}


@register.simple_tag(takes_context=True)
def import_map(context: Mapping[str, Any]) -> SafeString:
    """Write the import map with the request's nonce, so that every module has a name."""
    body = json.dumps(build_import_map(), ensure_ascii=False, indent=None).replace("<", "\\u003c")
    nonce = str(context.get("CSP_NONCE", ""))  # asking for it puts it into the header; it is false until then
    return format_html('<script type="importmap" nonce="{}">{}</script>', nonce, mark_safe(body))  # noqa: S308


@lru_cache(maxsize=512)
def _icon_paths(name: str, style: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]+", name) or style not in {"outline", "filled"}:
        raise ValueError(f"icon: no such name {name!r} in {style!r}")
    file = settings.NODE_MODULES / "@tabler" / "icons" / "icons" / style / f"{name}.svg"
    if not file.is_file():
        raise ValueError(f"icon: no such name {name!r} in {style!r}")
    drawing = file.read_text(encoding="utf-8")
    paths = drawing[drawing.index(">", drawing.index("<svg")) + 1 : drawing.rindex("</svg>")]
    return re.sub(r"\s*\n\s*", "", paths)


@register.simple_tag
def icon(name: str, label: str = "", css: str = "", style: str = "outline") -> SafeString:
    """Draw an icon of the set inline.

    Args:
        name: file name in the set, such as `check`.
        label: what it says when no word stands beside it; without one it is hidden from readers.
        css: more classes.
        style: `outline` or `filled`.

    Raises:
        ValueError: the set has no such icon.
    """
    fill, stroke = ("none", "currentColor") if style == "outline" else ("currentColor", "none")
    attributes: dict[str, Any] = {
        "xmlns": "http://www.w3.org/2000/svg",
        "class": f"icon {css}".strip(),
        "viewBox": "0 0 24 24",
        "width": "24",
        "height": "24",
        "fill": fill,
        "stroke": stroke,
        "stroke-width": "2",
        "stroke-linecap": "round",
        "stroke-linejoin": "round",
        "focusable": "false",
    }
    attributes |= {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    paths = mark_safe(_icon_paths(name, style))  # noqa: S308  the set's own file, no user's words
    return format_html("<svg{}>{}</svg>", flatatt(attributes), paths)


def _sign_drawing(state: State) -> SafeString:
    return mark_safe(  # noqa: S308  our own constants
        '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round"'
        f' stroke-linejoin="round" aria-hidden="true" focusable="false">{_SIGNS[state]}</svg>'
    )


@register.simple_tag
@lru_cache(maxsize=16)
def state_sign(state: str) -> SafeString:
    """Draw the sign of a state without its word; a word must stand beside it."""
    known = State(state)
    return format_html('<span class="sign sign-{}">{}</span>', known.value, _sign_drawing(known))


@register.simple_tag
def state_badge(state: str, text: str = "") -> SafeString:
    """Show a state with its sign and its word (or other words)."""
    known = State(state)
    return format_html('<span class="state">{}<span>{}</span></span>', state_sign(state), text or known.label)


@register.simple_tag
def state_tile(state: str, label: str, href: str = "") -> SafeString:
    """Show one thing of many as a tile that says its name and state to a reader and to a resting pointer."""
    known = State(state)
    told = _("%(label)s：%(state)s") % {"label": label, "state": known.label}
    start = format_html('<a href="{}"', href) if href else mark_safe('<span role="img"')
    return format_html(
        '{} class="sign tile sign-{}" title="{}" aria-label="{}">{}</{}>',
        start, known.value, told, told, _sign_drawing(known), "a" if href else "span",
    )  # fmt: skip


@register.simple_tag
def state_label(state: str) -> str:
    """Return the word of a state."""
    return str(State(state).label)


@register.simple_tag
def states() -> list[State]:
    """Return all states in their order, for a legend."""
    return list(State)


def _decimal(value: object) -> Decimal | None:
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _plain(number: Decimal, places: int | None = None) -> str:
    """Write a number with thousands marks: exactly as it is, or rounded once, halves up."""
    if places is not None:
        number = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        return f"{number:,f}"
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def number(value: object, places: int | None = None) -> str:
    """Write a bare number, where its unit stands apart.

    Examples:
        >>> number("14.3000", 2), number("18.0000")
        ('14.30', '18')
    """
    found = _decimal(value)
    return "—" if found is None else _plain(found, places)


@register.filter
def quantity(value: object, unit: str = "") -> str:
    r"""Write a quantity with its unit: 500000 → 50 万, never rounding; what is unknown is a dash.

    Examples:
        >>> quantity(500000, "人"), quantity(12345), quantity("14.3000")
        ('50\xa0万人', '12,345', '14.3')
    """
    number = _decimal(value)
    if number is None:
        return "—"
    for scale, word in ((YI, "亿"), (WAN, "万")):
        scaled = number / scale
        if 1 <= abs(scaled) < WAN and scaled == scaled.quantize(Decimal("0.01")) and _writes_wan():
            return f"{_plain(scaled)}\u00a0{word}{unit}"
    return f"{_plain(number)}\u00a0{unit}" if unit else _plain(number)


def _writes_wan() -> bool:
    return (get_language() or "zh").startswith("zh")


@register.filter
def percent(value: object, places: int | None = None) -> str:
    """Write a number of 0–100 as a percentage; with `places` it is rounded once, from the exact value.

    Examples:
        >>> percent("14.30", 2), percent(18), percent("3.45", 1), percent("3.447", 1)
        ('14.30%', '18%', '3.5%', '3.4%')
    """
    number = _decimal(value)
    return "—" if number is None else f"{_plain(number, places)}%"


@register.filter
def share(value: object, places: int | None = None) -> str:
    """Write a number of 0–1 as a percentage.

    Examples:
        >>> share("0.143", 2)
        '14.30%'
    """
    number = _decimal(value)
    return "—" if number is None else percent(number * 100, places)


@register.filter
def signed(value: object, unit: str = "") -> str:
    r"""Write a difference with its sign, a true minus for less.

    Examples:
        >>> signed(6, "个"), signed(-3)
        ('+6\xa0个', '−3')
    """
    number = _decimal(value)
    if number is None:
        return "—"
    sign = "+" if number > 0 else "−" if number < 0 else ""
    return sign + quantity(abs(number), unit)


@register.filter
def share_step(value: object, steps: int = 5) -> int:
    """Return the step from 1 to `steps` in which a share of 0–1 lies, for the ground of a tile.

    Examples:
        >>> share_step(0), share_step("0.48"), share_step(1)
        (1, 3, 5)
    """
    number = _decimal(value) or Decimal(0)
    return max(1, min(steps, int(number * steps) + 1))


_CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@register.inclusion_tag("web/_field.html")
def field(bound: BoundField, why: str = "") -> dict[str, Any]:
    """Show one form field: label, why we ask (`why`, else its help text), the input, and its error beside it."""
    widget = bound.field.widget
    kind = "input"
    if isinstance(widget, forms.CheckboxInput):
        kind = "check"
    elif isinstance(widget, _CHOICES):
        kind = "choices"
    css = "form-select" if type(widget) is forms.Select else "form-control"
    attributes: dict[str, Any] = {} if kind in {"check", "choices"} else {"class": css}
    described = [f"{bound.auto_id}_why"] * bool(why or bound.help_text) + [f"{bound.auto_id}_error"] * bool(
        bound.errors
    )
    if described and kind != "choices":
        attributes["aria-describedby"] = " ".join(described)
    if bound.errors and kind != "choices":
        attributes["aria-invalid"] = "true"
    return {
        "field": bound,
        "kind": kind,
        "why": why or bound.help_text,
        "described": " ".join(described),
        "input": bound.as_widget(attrs=attributes),
    }


@register.inclusion_tag("web/_form_errors.html")
def form_errors(form: forms.BaseForm) -> dict[str, Any]:
    """Show on top of a form what must be put right, each line leading to its field."""
    return {"form": form, "wrong": [bound for bound in form if bound.errors]}


@register.inclusion_tag("web/_pagination.html", takes_context=True)
def pagination(context: Mapping[str, Any], page: Page[Any], parameter: str = "page") -> dict[str, Any]:
    """Show which part of a list this is, and lead to the others with the query kept."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    request = context["request"]

    def address(number: int | None) -> str:
        query = request.GET.copy()
        query[parameter] = str(number)
        return f"?{query.urlencode()}"

    return {
        "page": page,
        "links": [{"number": n, "address": address(n) if isinstance(n, int) else ""} for n in numbers],
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("web/_empty.html")
def empty_state(
    title: str, advice: str = "", icon: str = "seedling", href: str = "", action: str = ""
) -> dict[str, str]:
    """Say that nothing is here yet, and what to do about it."""
    return {"title": title, "advice": advice, "icon": icon, "href": href, "action": action}


@register.simple_tag
def keep_day(day: date, glue: str = "?") -> str:
    """Return what a link carries on so that the next page is seen as of the same day; nothing for today.

    Args:
        day: the day that is shown.
        glue: `&` after other parts of a query.

    Examples:
        >>> keep_day(date(1999, 12, 31))
        '?day=1999-12-31'
    """
    return "" if day == clock.today() else f"{glue}day={day.isoformat()}"


@register.inclusion_tag("web/_day_slider.html", takes_context=True)
def day_slider(context: Mapping[str, Any], day: date, start: date, end: date, target: str = "") -> dict[str, Any]:
    """Let a visitor see the page as of any day between two ends; `kepu.web.http.day_of` reads the answer.

    Args:
        context: the template's.
        day: the day that is shown.
        start: the first day on offer.
        end: the last day on offer.
        target: selector of the part of the page that script swaps; empty loads the page anew.
    """
    request = context["request"]
    kept = [(name, value) for name, value in request.GET.items() if name not in {"day", "was", "offset"}]
    return {
        "day": day,
        "start": start,
        "end": end,
        "target": target,
        "path": request.path,
        "kept": kept,
        "offset": (day - start).days,
        "last": (end - start).days,
    }
