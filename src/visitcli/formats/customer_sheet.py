"""The customer sheet (客户告知单): a page of A4 that the customer may keep: what is owed, the ways out with their
schedules, rights, and how interest works, in plain words. Its outside is neutral: folded, nobody reads a debt on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from visitcli.domain.money import yuan_grouped
from visitcli.domain.options import Option, Ways
from visitcli.formats.day_page_html import Html, foreign, joined, tag

Say = Callable[..., str]
PARAGRAPHS = ("rights", "credit", "complain", "interest", "scam")
_STYLE = """
@page { size: A4; margin: 18mm }
body { font: 11pt/1.5 "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; max-width: 42em;
  margin: 1em auto; padding: 0 1em; color: #111; background: #fff }
.cover { height: 60mm; border-bottom: 1px dashed #767676; margin-bottom: 1em }
.cover p { padding-top: 20mm; text-align: center }
h1 { font-size: 1.3em } h2 { font-size: 1.1em; margin: 1em 0 .2em }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { border-bottom: 1px solid #bbb; padding: .15em .4em; text-align: right } th:first-child, td:first-child,
th:nth-child(2), td:nth-child(2) { text-align: left } section { break-inside: avoid-page } tr { break-inside: avoid }
.small { font-size: .85em }
"""


def sheet(name: str, ways: Ways, made: date, say: Say, language: str) -> str:
    """The page as HTML: it needs nothing from outside. `say`: the sentence for a key."""
    owed = ways.arrears
    parts: list[Html | None] = [
        tag("div", tag("p", say("sheet.cover")), class_="cover"),
        tag("h1", say("sheet.title")),
        tag("p", say("sheet.for"), " ", foreign(name, language)),
        tag("p", made.isoformat(), class_="small"),
    ]
    if owed:
        rows = [(key, getattr(owed, f"{key}_fen")) for key in ("principal", "interest", "penalty", "compound", "total")]
        rows = [(key, fen) for key, fen in rows if fen or key == "total"]
        body = [tag("tr", tag("td", say(f"sheet.owed.{key}")), tag("td", f"¥{yuan_grouped(fen)}")) for key, fen in rows]
        note = tag("p", say("sheet.reckoned"), class_="small") if owed.reckoned else None
        parts.append(tag("section", tag("h2", say("sheet.owed")), tag("table", *body), note))
    if ways.only_a_pause:
        parts.append(tag("p", say("sheet.only_a_pause")))
    parts += [_option(option, say) for option in ways.options if option.available]
    parts += [tag("section", tag("h2", say(f"sheet.{key}")), tag("p", say(f"sheet.{key}.text"))) for key in PARAGRAPHS]
    parts.append(tag("p", say("sheet.no_promise"), class_="small"))
    head = tag("head", tag("meta", charset="utf-8"), tag("meta", name="viewport", content="width=device-width"),
               tag("title", say("sheet.cover")), tag("style", Html(_STYLE)))  # fmt: skip
    page = tag("html", head, tag("body", tag("main", *parts)), lang="zh-CN" if language == "zh" else "en")
    return f"<!doctype html>\n{page}\n"


def _option(option: Option, say: Say) -> Html:
    last = option.last_date.isoformat() if option.last_date else ""
    figures = {"total": yuan_grouped(option.total_fen), "cost": yuan_grouped(option.cost_fen), "last": last}
    key = "sheet.option.sum" if len(option.schedule) > 1 else "sheet.option.once"
    lines = [tag("p", say(key, highest=yuan_grouped(option.highest_fen), **figures))]
    if option.rate:
        nominal, effective = f"{option.rate.nominal:.2f}", f"{option.rate.effective:.2f}"
        lines.append(tag("p", say("sheet.option.rate", nominal=nominal, effective=effective)))
    if option.missed_fen_a_day:
        lines.append(tag("p", say("sheet.option.missed", amount=yuan_grouped(option.missed_fen_a_day))))
    heading = tag("h2", say(f"options.name.{option.code}"))
    return tag("section", heading, *lines, _schedule(option, say) if len(option.schedule) > 1 else None)


def _schedule(option: Option, say: Say) -> Html:
    """Runs of equal instalments in one row, so that sixty months fit on a page."""
    columns = ("number", "date", "total", "principal", "interest", "other")
    head = tag("tr", *(tag("th", say(f"options.column.{column}")) for column in columns))
    return tag("table", tag("thead", head), tag("tbody", joined(_rows(option))))


def _rows(option: Option) -> Iterator[Html]:
    start = 0
    schedule, dates = option.schedule, option.dates
    for at in range(1, len(schedule) + 1):
        if at < len(schedule) and schedule[at].total_fen == schedule[start].total_fen:
            continue
        run = schedule[start:at]
        days = [day.isoformat() for day in (dates[start], dates[at - 1])]
        number, when = (
            "–".join(dict.fromkeys(ends)) for ends in ([str(one.number) for one in (run[0], run[-1])], days)
        )
        each = yuan_grouped(run[0].total_fen) + (f" × {len(run)}" if len(run) > 1 else "")
        sums = [sum(getattr(one, name) for one in run) for name in ("principal_fen", "interest_fen", "other_fen")]
        yield tag("tr", *(tag("td", cell) for cell in (number, when, each, *map(yuan_grouped, sums))))
        start = at
