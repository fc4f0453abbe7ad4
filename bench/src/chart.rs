//! Charts of the ratios, as SVG that follows the reader's light or dark mode.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::figures::{Cell, Figure, Spread};
use crate::record::Record;
use crate::table::{number, ratio, servers};
use crate::workload::{WORKLOADS, Workload};

pub const WIDTH: f64 = 760.0;
/// Where the bars begin and end; names are before the bars, numbers after them.
const LEFT: f64 = 120.0;
const RIGHT: f64 = 560.0;
const TOP: f64 = 64.0;
const ROW: f64 = 30.0;
/// Bars with a higher ratio are broken, so that one slow server does not flatten all others.
const LONGEST: f64 = 4.0;

/// The colors, for light and dark mode.
pub const STYLE: &str = "<style>\n\
text { font: 13px system-ui, sans-serif; fill: #24292f }\n\
.title { font-weight: 600; font-size: 15px }\n\
.faint { fill: #57606a }\n\
.bar { fill: #9aa4b0 }\n\
.own { fill: #3f8f2e }\n\
.line { stroke: #57606a; stroke-width: 1 }\n\
.spread { stroke: #24292f; stroke-width: 1.5 }\n\
.gap { stroke: #ffffff; stroke-width: 3 }\n\
.grid { stroke: #d0d7de; stroke-width: 1 }\n\
.curve { fill: none; stroke-width: 2.5 }\n\
.first { stroke: #3f8f2e }\n\
.second { stroke: #9aa4b0; stroke-dasharray: 6 4 }\n\
@media (prefers-color-scheme: dark) {\n\
text { fill: #e6edf3 }\n\
.faint { fill: #9198a1 }\n\
.bar { fill: #656d76 }\n\
.own { fill: #6fc25a }\n\
.line { stroke: #9198a1 }\n\
.spread { stroke: #e6edf3 }\n\
.gap { stroke: #0d1117 }\n\
.grid { stroke: #3d444d }\n\
.first { stroke: #6fc25a }\n\
.second { stroke: #656d76 }\n\
}\n\
</style>\n\
";

struct Bar {
    name: &'static str,
    ratio: Spread,
    value: f64,
}

/// Draws a chart of each figure that is compared and measured.
pub fn draw(records: &[Record], folder: &Path) -> Result<(), String> {
    let told = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(folder).map_err(told)?;
    for workload in WORKLOADS {
        for figure in workload.compared {
            let bars = bars(workload, *figure, records);
            if bars.is_empty() {
                continue;
            }
            let file = folder.join(format!("{}-{}.svg", workload.name, figure.word()));
            fs::write(file, picture(workload, *figure, &bars)).map_err(told)?;
        }
    }
    Ok(())
}

/// Returns the bars from the best to the worst.
fn bars(workload: &Workload, figure: Figure, records: &[Record]) -> Vec<Bar> {
    let cell = |server| Cell {
        workload: workload.name,
        server,
        figure,
    };
    let bar = |name: &'static str| {
        let ratio = cell(name).ratio(cell(workload.yardstick), records)?;
        let value = cell(name).spread(records)?.median;
        let finite = ratio.median.is_finite();
        finite.then_some(Bar { name, ratio, value })
    };
    let mut bars: Vec<Bar> = servers(workload, records)
        .into_iter()
        .filter_map(bar)
        .collect();
    bars.sort_by(|one, other| one.ratio.median.total_cmp(&other.ratio.median));
    bars
}

fn picture(workload: &Workload, figure: Figure, bars: &[Bar]) -> String {
    let height = TOP + ROW * bars.len() as f64 + 14.0;
    let most = bars.iter().map(|bar| bar.ratio.most).fold(1.0, f64::max);
    let scale = (RIGHT - LEFT) / most.min(LONGEST);
    let at = |ratio: f64| LEFT + ratio.min(LONGEST) * scale;
    let heading = figure.heading(workload.unit);
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img">
<title>{name}: {heading}, as a ratio to {yardstick}</title>
{STYLE}<text class="title" x="0" y="20">{name}: {heading}</text>
<text class="faint" x="0" y="40">ratio to {yardstick}, shorter is better; the line is the least and the most of the rounds</text>
"#,
        name = workload.name,
        yardstick = workload.yardstick,
    );
    for (index, bar) in bars.iter().enumerate() {
        let top = TOP + ROW * index as f64;
        svg.push_str(&row(bar, top, &at));
    }
    let (one, bottom) = (at(1.0), height - 8.0);
    let _ = writeln!(
        svg,
        r#"<line class="line" stroke-dasharray="3 3" x1="{one:.1}" y1="{}" x2="{one:.1}" y2="{bottom}"/>"#,
        TOP - 8.0
    );
    svg + "</svg>\n"
}

fn row(bar: &Bar, top: f64, at: &dyn Fn(f64) -> f64) -> String {
    let Bar {
        name,
        ratio: spread,
        value,
    } = bar;
    let class = if name.starts_with("avocet") {
        "own"
    } else {
        "bar"
    };
    let (end, middle, baseline) = (at(spread.median), top + 10.0, top + 14.5);
    let mut svg = format!(
        "<text x=\"{x}\" y=\"{baseline}\" text-anchor=\"end\">{name}</text>\n\
         <rect class=\"{class}\" x=\"{LEFT}\" y=\"{top}\" width=\"{width:.1}\" height=\"20\" rx=\"2\"/>\n",
        x = LEFT - 10.0,
        width = end - LEFT,
    );
    if spread.median > LONGEST {
        let (from, to, bottom) = (end - 26.0, end - 20.0, top + 22.0);
        let _ = writeln!(
            svg,
            r#"<line class="gap" x1="{from:.1}" y1="{bottom}" x2="{to:.1}" y2="{}"/>"#,
            top - 2.0
        );
    } else {
        let (least, most) = (at(spread.least), at(spread.most));
        let _ = writeln!(
            svg,
            r#"<line class="spread" x1="{least:.1}" y1="{middle}" x2="{most:.1}" y2="{middle}"/>"#
        );
    }
    let after = at(spread.most.max(spread.median)) + 8.0;
    let _ = writeln!(
        svg,
        r#"<text x="{after:.1}" y="{baseline}">{} <tspan class="faint">({})</tspan></text>"#,
        ratio(spread.median),
        number(*value)
    );
    svg
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Measured;

    fn record(server: &str, round: u32, micros: f64) -> Record {
        Record {
            workload: "hello".to_owned(),
            server: server.to_owned(),
            round,
            measured: Measured {
                unit: "request".to_owned(),
                units: 1e6,
                cpu_seconds: Some(micros),
                ..Measured::default()
            },
        }
    }

    #[test]
    fn a_chart_has_a_bar_for_each_server_the_best_first_and_breaks_the_longest() {
        let mut records = Vec::new();
        for round in 1..=3 {
            records.push(record("raw", round, 10.0));
            records.push(record("axum_garde", round, 400.0));
            records.push(record("avocet", round, 10.0 + f64::from(round)));
        }
        let hello = &WORKLOADS[0];
        let bars = bars(hello, Figure::Cpu, &records);
        let names: Vec<_> = bars.iter().map(|bar| bar.name).collect();
        assert_eq!(names, ["raw", "avocet", "axum_garde"]);
        assert_eq!(
            bars[1].ratio,
            Spread {
                median: 1.2,
                least: 1.1,
                most: 1.3
            }
        );
        let svg = picture(hello, Figure::Cpu, &bars);
        assert_eq!(svg.matches("<rect").count(), 3);
        assert_eq!(svg.matches("class=\"gap\"").count(), 1);
        assert!(svg.contains(">40.0 <"), "{svg}");
    }
}
