#!/usr/bin/env python3
"""Draws a dashboard's panels from what Prometheus answers to their queries, as one HTML page.

    dashboards/pictures/draw.py http://localhost:9090 dashboards/main.json >main.html

For a look without Grafana, and for the pictures beside this file. Titles, places, units, thresholds and legends are the
dashboard's; the look is not Grafana's. Variables stand for all of their values, the range is the last fifteen minutes. Exits with 1
when a panel has nothing to show and does not say what that means.
"""
import html
import json
import re
import sys
import time
import urllib.parse
import urllib.request

MINUTES = 15
STEP_SECONDS = 10
COLUMN, ROW, GAP = 60, 38, 8
COLORS = {"green": "#73bf69", "red": "#f2495c", "yellow": "#fade2a", "orange": "#ff9830", "blue": "#5794f2"}
PALETTE = ["#73bf69", "#f2cc0c", "#5794f2", "#ff780a", "#f2495c", "#b877d9", "#8ab8ff", "#ffb357"]
INSTANT = {"stat", "gauge", "bargauge", "piechart", "table"}
STYLE = """body{background:#111217;color:#ccd;font-family:sans-serif;margin:4px}
.panel{position:absolute;background:#181b1f;border:1px solid #2c3235;overflow:hidden;padding:4px;box-sizing:border-box}
.title{font-size:13px;font-weight:600;margin-bottom:4px}.value{text-align:center;padding-top:12px;font-size:26px}
.bar{display:flex;font-size:12px;margin:4px}.bar span{width:150px}.legend{font-size:11px}"""


def query(prometheus, path, **parameters):
    url = f"{prometheus}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)["data"]["result"]


def without_variables(expression):
    expression = expression.replace("$__rate_interval", "1m").replace("$__range", f"{MINUTES}m")
    return re.sub(r"\$\{?[a-z_]+\}?", ".*", expression)


def legend(target, labels):
    text = re.sub(r"{{\s*(\w+)\s*}}", lambda name: labels.get(name.group(1), ""), target.get("legendFormat") or "")
    return text or ", ".join(f"{k}={v}" for k, v in labels.items() if k != "__name__")


def with_unit(value, unit):
    if unit == "percentunit":
        return f"{value * 100:.3g} %"
    if unit == "percent":
        return f"{value:.3g} %"
    if unit == "currencyUSD":
        return f"${value:.4g}"
    if unit in ("bytes", "decbytes"):
        return f"{value / 1e9:.3g} GB" if value >= 1e9 else f"{value / 1e6:.3g} MB"
    if unit and unit.startswith("dateTime"):
        return time.strftime("%H:%M:%S", time.gmtime(value / 1000)) + " UTC"
    return f"{value:.4g}" + (f" {unit}" if unit and unit not in ("short", "none") else "")


def color_of(value, thresholds):
    color = "green"
    for step in thresholds.get("steps", []):
        if step.get("value") is None or value >= step["value"]:
            color = step["color"]
    return COLORS.get(color, color)


def series_of(panel, prometheus, now):
    """Name and points (time, value) of everything that the panel's queries find."""
    found = []
    for target in panel.get("targets", []):
        expression = without_variables(target["expr"])
        if panel["type"] in INSTANT:
            for result in query(prometheus, "query", query=expression, time=now):
                found.append((legend(target, result["metric"]), [result["value"]]))
        else:
            for result in query(prometheus, "query_range", query=expression, start=now - MINUTES * 60, end=now, step=STEP_SECONDS):
                found.append((legend(target, result["metric"]), result["values"]))
    numbers = [(name, [(at, float(value)) for at, value in points if value not in ("NaN", "+Inf", "-Inf")]) for name, points in found]
    return [(name, points) for name, points in numbers if points]


def values(series, unit, thresholds):
    return "".join(
        f'<div class=value style="color:{color_of(points[-1][1], thresholds)}">'
        f"{html.escape(name) + ' ' if len(series) > 1 else ''}{with_unit(points[-1][1], unit)}</div>"
        for name, points in series)


def bars(series, unit, width):
    largest = max(points[-1][1] for _, points in series) or 1
    total = sum(points[-1][1] for _, points in series) or 1
    return "".join(
        f'<div class=bar><span>{html.escape(name)}</span><i style="background:{PALETTE[i % len(PALETTE)]};'
        f'width:{points[-1][1] / largest * (width - 330):.0f}px"></i>&nbsp;{with_unit(points[-1][1], unit)} ({points[-1][1] / total:.0%})</div>'
        for i, (name, points) in enumerate(series))


def lines(series, unit, width, height, now):
    everything = [value for _, points in series for _, value in points]
    low, high = min(0, min(everything)), max(everything)
    high = high if high > low else low + 1
    height -= 16 * ((len(series) + 2) // 3) + 8
    start, left = now - MINUTES * 60, 60

    def y(value):
        return height - 6 - (value - low) / (high - low) * (height - 16)

    drawn = ""
    for tick in (low + (high - low) * k / 4 for k in range(5)):
        drawn += f'<line x1={left} x2={width} y1={y(tick):.1f} y2={y(tick):.1f} stroke="#333"/>'
        drawn += f'<text x=0 y={y(tick) + 3:.1f} fill="#aaa" font-size=10>{with_unit(tick, unit)}</text>'
    names = ""
    for i, (name, points) in enumerate(series):
        color = PALETTE[i % len(PALETTE)]
        path = " ".join(f"{left + (at - start) / (MINUTES * 60) * (width - left):.1f},{y(value):.1f}" for at, value in points)
        drawn += f'<polyline points="{path}" fill=none stroke="{color}" stroke-width=1.5 />'
        names += f'<span style="color:{color}">&#9632; {html.escape(name)}</span> '
    return f"<svg width={width} height={height}>{drawn}</svg><div class=legend>{names}</div>"


def draw(panel, prometheus, now):
    """The panel as HTML, or None when it shows nothing and says nothing of that."""
    grid, defaults = panel["gridPos"], panel.get("fieldConfig", {}).get("defaults", {})
    width, height = grid["w"] * COLUMN - GAP, grid["h"] * ROW - GAP
    series, unit = series_of(panel, prometheus, now), defaults.get("unit")
    if not series:
        if not defaults.get("noValue"):
            return None
        body = f'<div class=value style="color:#888">{html.escape(defaults["noValue"])}</div>'
    elif panel["type"] in ("stat", "gauge"):
        body = values(series, unit, defaults.get("thresholds", {}))
    elif panel["type"] in INSTANT:
        body = bars(series, unit, width)
    else:
        body = lines(series, unit, width - 20, height - 34, now)
    return (f'<div class=panel style="left:{grid["x"] * COLUMN}px;top:{grid["y"] * ROW + 30}px;width:{width}px;height:{height}px">'
            f'<div class=title>{html.escape(panel["title"])}</div>{body}</div>')


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    prometheus, now = sys.argv[1].rstrip("/"), time.time()
    with open(sys.argv[2], encoding="utf-8") as file:
        dashboard = json.load(file)
    drawn = {panel["title"]: draw(panel, prometheus, now) for panel in dashboard["panels"]}
    print(f'<!doctype html><meta charset=utf-8><style>{STYLE}</style><b>{html.escape(dashboard["title"])}</b>')
    print("\n".join(panel for panel in drawn.values() if panel))
    empty = [title for title, panel in drawn.items() if panel is None]
    if empty:
        sys.exit("nothing to show: " + ", ".join(empty))


main()
