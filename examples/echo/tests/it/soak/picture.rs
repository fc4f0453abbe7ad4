//! Draws lines over time, as SVG.

use std::fmt::Write;

const WIDTH: f64 = 960.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 40.0;
const PANEL: f64 = 110.0;
/// The gap between two panels; it contains the title of the lower one.
const GAP: f64 = 40.0;
const BOTTOM: f64 = 44.0;
const COLOURS: [&str; 4] = ["#0b6e99", "#c2570c", "#4d7c0f", "#7e22ce"];
/// The maximum number of points of a line: each is the highest of its interval.
const POINTS: usize = 450;

pub(super) struct Panel<'a> {
    pub(super) title: &'a str,
    pub(super) lines: Vec<Line<'a>>,
}

pub(super) struct Line<'a> {
    pub(super) name: &'a str,
    /// Seconds, and the value at that time.
    pub(super) points: Vec<(f64, f64)>,
}

/// Draws the panels one above the other, over the same time.
pub(super) fn picture(panels: &[Panel<'_>]) -> String {
    let count = f64::from(u32::try_from(panels.len()).unwrap_or(0));
    let height = TOP + count * (PANEL + GAP) + BOTTOM;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         font-family=\"sans-serif\" font-size=\"13\" fill=\"#333\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    if let Some(panel) = panels.first() {
        legend(&mut svg, panel);
    }
    let points = || {
        panels
            .iter()
            .flat_map(|panel| &panel.lines)
            .flat_map(|line| &line.points)
    };
    let (seconds, unit) = (points().map(|it| it.0).fold(1.0, f64::max), 60.0);
    // Seconds are for short runs.
    let (unit, name) = if seconds > 3.0 * unit {
        (unit, "minutes")
    } else {
        (1.0, "seconds")
    };
    let time = Axis {
        end: seconds / unit,
        ..Axis::from_zero_to(seconds / unit)
    };
    let mut top = TOP;
    for panel in panels {
        top += GAP;
        draw(&mut svg, panel, top, &time, unit);
        top += PANEL;
    }
    for tick in time.ticks() {
        text(
            &mut svg,
            time.across(tick),
            top + 20.0,
            "middle",
            &tick.to_string(),
        );
    }
    text(&mut svg, WIDTH / 2.0, top + 40.0, "middle", name);
    svg.push_str("</svg>\n");
    svg
}

fn legend(svg: &mut String, panel: &Panel<'_>) {
    let mut left = LEFT;
    for (line, colour) in panel.lines.iter().zip(COLOURS) {
        let (right, y) = (left + 24.0, TOP - 16.0);
        let _ = writeln!(
            svg,
            "<path d=\"M{left} {y}H{right}\" stroke=\"{colour}\" stroke-width=\"3\"/>"
        );
        text(svg, right + 8.0, y + 4.0, "start", line.name);
        left += 160.0;
    }
}

fn draw(svg: &mut String, panel: &Panel<'_>, top: f64, time: &Axis, unit: f64) {
    let values = panel.lines.iter().flat_map(|line| &line.points);
    let axis = Axis::from_zero_to(values.map(|point| point.1).fold(1.0, f64::max));
    let down = |value: f64| top + PANEL * (1.0 - value / axis.end);
    text(svg, LEFT, top - 10.0, "start", panel.title);
    for tick in axis.ticks() {
        let y = down(tick);
        let _ = writeln!(
            svg,
            "<path d=\"M{LEFT} {y:.1}H{}\" stroke=\"#ddd\"/>",
            WIDTH - RIGHT
        );
        text(svg, LEFT - 8.0, y + 4.0, "end", &tick.to_string());
    }
    for (line, colour) in panel.lines.iter().zip(COLOURS) {
        let mut path = String::new();
        for part in line
            .points
            .chunks(line.points.len().div_ceil(POINTS).max(1))
        {
            let highest = part.iter().map(|point| point.1).fold(0.0, f64::max);
            let command = if path.is_empty() { 'M' } else { 'L' };
            let _ = write!(
                path,
                "{command}{:.1} {:.1}",
                time.across(part[0].0 / unit),
                down(highest)
            );
        }
        let _ = writeln!(
            svg,
            "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.2\"/>"
        );
    }
}

fn text(svg: &mut String, x: f64, y: f64, anchor: &str, text: &str) {
    let _ = writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>"
    );
}

/// An axis from zero to a round number, in round steps.
struct Axis {
    step: f64,
    end: f64,
}

impl Axis {
    fn from_zero_to(most: f64) -> Self {
        let rough = most / 5.0;
        let power = 10_f64.powf(rough.log10().floor());
        let round = [1.0, 2.0, 5.0, 10.0].map(|it| it * power);
        let step = round.into_iter().find(|it| *it >= rough).unwrap_or(rough);
        Self {
            step,
            end: step * (most / step).ceil(),
        }
    }

    fn ticks(&self) -> impl Iterator<Item = f64> {
        let count = (0..=10).map(f64::from);
        count
            .map(|it| it * self.step)
            .take_while(|it| *it <= self.end * 1.001)
    }

    fn across(&self, value: f64) -> f64 {
        LEFT + (WIDTH - LEFT - RIGHT) * value / self.end
    }
}
