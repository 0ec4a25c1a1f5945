"""Charts with logarithmic axes, each in one SVG that needs no other file: lines for how a figure
grows, bars for how many times better one broker is than another."""

import html
import math

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 420, 260, 70, 34, 18, 40
COLUMNS = 2
GRID, INK, LINE, WORSE = "#e3e3e3", "#333", "#0072b2", "#d55e00"
BAR_LEFT, BAR_STEP = 330, 20


def powers(low, high):
    return [10.0**n for n in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]


def short(value):
    for scale, letter in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if abs(value) >= scale:
            return f"{value / scale:g}{letter}"
    return f"{value:g}"


class Axis:
    """Whole powers of ten from one end to the other."""

    def __init__(self, values, begin, end):
        self.ticks = powers(min(values), max(values))
        if len(self.ticks) == 1:
            self.ticks.append(self.ticks[0] * 10)
        self.begin, self.end = begin, end

    def at(self, value):
        low, high = math.log10(self.ticks[0]), math.log10(self.ticks[-1])
        return self.begin + (math.log10(value) - low) / (high - low) * (self.end - self.begin)


def text(x, y, words, anchor="middle", size=11):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{INK}">'
            f"{html.escape(words)}</text>")


def panel(title, x_name, points, left, top):
    points = [(x, y) for x, y in points if y and y > 0]
    if not points:
        return ""
    x_axis = Axis([x for x, _ in points], left + LEFT, left + WIDTH - RIGHT)
    y_axis = Axis([y for _, y in points], top + HEIGHT - BOTTOM, top + TOP)
    out = [text(left + LEFT, top + 20, title, "start", 13)]
    for tick in y_axis.ticks:
        y = y_axis.at(tick)
        out += [f'<line x1="{x_axis.begin}" y1="{y:.1f}" x2="{x_axis.end}" y2="{y:.1f}" stroke="{GRID}"/>',
                text(x_axis.begin - 6, y + 4, short(tick), "end")]
    for tick in x_axis.ticks:
        out.append(text(x_axis.at(tick), y_axis.begin + 16, short(tick)))
    out.append(text((x_axis.begin + x_axis.end) / 2, y_axis.begin + 32, x_name))
    places = [(x_axis.at(x), y_axis.at(y), y) for x, y in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in places)
    out.append(f'<polyline points="{line}" fill="none" stroke="{LINE}" stroke-width="2"/>')
    out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{LINE}"><title>{value:,.4g}</title></circle>'
            for x, y, value in places]
    return "\n".join(out)


def document(width, height, body):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'font-family="sans-serif" role="img">\n<rect width="100%" height="100%" fill="#fff"/>\n'
            + "\n".join(body) + "\n</svg>\n")


def draw(charts):
    """`charts`: (title, name of x, [(x, y)]), in rows of two."""
    rows = -(-len(charts) // COLUMNS)
    body = [panel(title, x_name, points, i % COLUMNS * WIDTH, i // COLUMNS * HEIGHT)
            for i, (title, x_name, points) in enumerate(charts)]
    return document(COLUMNS * WIDTH, rows * HEIGHT, body)


def bar(axis, name, times, aim, top):
    """From 1 to `times`; a line across it where the aim is."""
    begin, end = sorted((axis.at(1), axis.at(times)))
    middle = top + BAR_STEP / 2
    out = [text(BAR_LEFT - 8, middle + 4, name, "end"),
           f'<rect x="{begin:.1f}" y="{top + 3}" width="{end - begin:.1f}" height="{BAR_STEP - 6}" '
           f'fill="{LINE if times >= 1 else WORSE}"/>', text(end + 5, middle + 4, f"{times:.3g}", "start")]
    if aim:
        x = axis.at(aim)
        out.append(f'<line x1="{x:.1f}" y1="{top + 1}" x2="{x:.1f}" y2="{top + BAR_STEP - 1}" '
                   f'stroke="{INK}" stroke-width="2"/>')
    return "\n".join(out)


def draw_bars(title, bars):
    """`bars`: (name, how many times better, the aim as such a number or None), one below another."""
    width, bottom = COLUMNS * WIDTH, TOP + BAR_STEP * len(bars)
    numbers = [1.0] + [number for _, times, aim in bars for number in (times, aim) if number]
    axis = Axis(numbers, BAR_LEFT, width - RIGHT - LEFT)
    out = [text(8, 20, title, "start", 13)]
    for tick in axis.ticks:
        x = axis.at(tick)
        out += [f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}" stroke="{GRID}"/>',
                text(x, bottom + 16, short(tick))]
    out += [bar(axis, *one, TOP + BAR_STEP * i) for i, one in enumerate(bars)]
    return document(width, bottom + BOTTOM, out)
