"""The buddy's sheet: one page for A4 and for a phone without a network. It counts down by itself, a button says that
the word has come, and each checkpoint has a code that puts an alarm into the buddy's own calendar. No customer is
named, and no word says why somebody is visited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from visitcli.domain.buddy import Checkpoint, vevent
from visitcli.formats.day_page_html import Html, foreign, joined, tag
from visitcli.formats.day_page_stops import qr_svg

Say = Callable[..., str]
_STYLE = """
@page { size: A4; margin: 14mm }
body { font: 12pt/1.5 "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; max-width: 44em;
  margin: 1em auto; padding: 0 1em; color: #111; background: #fff }
h1 { font-size: 1.3em } h2 { font-size: 1.1em; margin: .2em 0 }
section { border: 1px solid #888; border-radius: .4em; padding: .6em .8em; margin: .8em 0; break-inside: avoid }
.row { display: flex; gap: 1em; justify-content: space-between; flex-wrap: wrap }
.due { font-size: 1.4em; font-weight: 700 }
button { font: inherit; font-size: 1.2em; padding: .5em 1.4em; min-height: 44px; border: 2px solid #145a32; color: #fff;
  background: #1e7a45; border-radius: .4em }
.late { border: 3px solid #a00000 } .late .due { color: #a00000 } .done { background: #eef5ee; border-style: dashed }
ol { margin: .3em 0 0 1.2em;
  padding: 0 } .now { font-weight: 700; color: #a00000 } @media print { button { display: none } }
"""
_SCRIPT = """
const sections = [...document.querySelectorAll("section[data-due]")];
const kept = (id, value) => { try { if (value === undefined) return localStorage.getItem(id);
  localStorage.setItem(id, value); } catch (error) { return null; } };
function tick() {
  const now = Date.now();
  for (const one of sections) {
    const due = Number(one.dataset.due) * 1000, done = one.classList.contains("done");
    const late = !done && now >= due;
    if (late && !one.classList.contains("late") && navigator.userActivation?.hasBeenActive)
      navigator.vibrate?.([400, 200, 400]);
    one.classList.toggle("late", late);
    const minutes = Math.round((due - now) / 60000), left = one.querySelector(".left");
    left.textContent = done ? "\\u2713" : (minutes >= 0 ? "\\u2212" : "+") + Math.abs(minutes) + " min";
    for (const step of one.querySelectorAll("li"))
      step.classList.toggle("now", late && now >= Number(step.dataset.at) * 1000);
  }
}
for (const one of sections) {
  if (kept(one.id)) one.classList.add("done");
  one.querySelector("button").addEventListener("click", () => {
    one.classList.add("done"); kept(one.id, "1"); tick(); });
}
tick(); setInterval(tick, 5000);
"""


def page(
    day: date, agent: str, partner: str, phones: tuple[str, str], points: list[Checkpoint], say: Say, language: str
) -> str:
    """The page as HTML. `phones`: the agent's and the supervisor's, "" where unknown."""
    who = say("buddy.who", agent=agent, partner=partner) if partner else say("buddy.who_alone", agent=agent)
    parts = [
        tag("h1", say("buddy.title", date=day.isoformat())),
        tag("p", foreign(who, language)),
        tag("p", say("buddy.explain")),
        *(_section(day, point, phones, say, language) for point in points),
        tag("p", say("buddy.policy")),
    ]
    head = joined(
        [
            tag("meta", charset="utf-8"),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("title", say("buddy.title", date=day.isoformat())),
            tag("style", Html(_STYLE)),
        ]
    )
    body = tag("body", tag("main", *parts), tag("script", Html(_SCRIPT)))
    whole = tag("html", tag("head", head), body, lang="zh-CN" if language == "zh" else "en")
    return f"<!doctype html>\n{whole}\n"


def _section(day: date, point: Checkpoint, phones: tuple[str, str], say: Say, language: str) -> Html:
    called = {"call_agent": phones[0], "call_again": phones[0], "supervisor": phones[1]}
    steps = [
        tag("li", f"{at:%H:%M} ", say(f"buddy.step.{step}"), " ", called.get(step, ""), data_at=int(at.timestamp()))
        for step, at in point.steps
    ]
    title = say("buddy.event", seq=point.seq)
    return tag(
        "section",
        tag("h2", say("buddy.stop", seq=point.seq, arrive=f"{point.arrive:%H:%M}")),
        tag("p", foreign(point.place, language)),
        tag(
            "div",
            tag("div", tag("div", say("buddy.due", at=f"{point.due:%H:%M}"), class_="due"), tag("div", class_="left"),
                tag("button", say("buddy.safe"), type="button")),
            qr_svg(vevent(point, title), say("buddy.qr", seq=point.seq)),
            class_="row",
        ),
        tag("ol", *steps),
        id=f"buddy-{day:%Y%m%d}-{point.seq}-{point.due:%H%M}",
        data_due=int(point.due.timestamp()),
    )  # fmt: skip
