//! Charts of a figure over a setting, as SVG.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::chart::{STYLE, WIDTH};
use crate::figures::{Cell, Figure};
use crate::inference::number_of;
use crate::record::Record;
use crate::table::number;
use crate::workload::WORKLOADS;

/// One chart: a workload whose contestants are the settings.
struct Curve {
    workload: &'static str,
    title: &'static str,
    /// What the numbers of the contestants are.
    setting: &'static str,
    lines: &'static [Line],
}

/// One line: its name, its CSS class, and its values.
struct Line {
    name: &'static str,
    class: &'static str,
    values: Values,
}

enum Values {
    Measured(Figure),
    /// The setting times this.
    Proportional(f64),
}

const CURVES: &[Curve] = &[
    Curve {
        workload: "batch_size",
        title: "Requests per second over the maximum batch size",
        setting: "max_batch; the model takes 4 ms for a batch, 256 clients",
        lines: &[
            Line {
                name: "measured",
                class: "first",
                values: Values::Measured(Figure::Rate),
            },
            Line {
                name: "model alone",
                class: "second",
                values: Values::Proportional(250.0),
            },
        ],
    },
    Curve {
        workload: "offered",
        title: "Milliseconds of a successful request over the offered load",
        setting: "% of the capacity; the model takes 20 ms for 8 inputs, the queue holds 32",
        lines: &[
            Line {
                name: "p99",
                class: "first",
                values: Values::Measured(Figure::P99),
            },
            Line {
                name: "p50",
                class: "second",
                values: Values::Measured(Figure::P50),
            },
        ],
    },
];

const LEFT: f64 = 70.0;
const RIGHT: f64 = 620.0;
const TOP: f64 = 64.0;
const BOTTOM: f64 = 300.0;
const HEIGHT: f64 = 350.0;

/// Draws the charts whose workloads were measured.
pub fn draw(records: &[Record], folder: &Path) -> Result<(), String> {
    for curve in CURVES {
        let settings = curve.settings(records);
        if settings.len() > 1 {
            let file = folder.join(format!("{}.svg", curve.workload));
            fs::write(&file, picture(curve, &settings, records))
                .map_err(|error| format!("{}: {error}", file.display()))?;
        }
    }
    Ok(())
}

impl Curve {
    /// Returns the measured contestants and their numbers.
    fn settings(&self, records: &[Record]) -> Vec<(&'static str, f64)> {
        let workload = WORKLOADS
            .iter()
            .find(|workload| workload.name == self.workload);
        let names = workload.map_or_else(Vec::new, |workload| {
            crate::table::servers(workload, records)
        });
        let numbered = |name: &'static str| Some((name, f64::from(number_of(name).ok()?)));
        names.into_iter().filter_map(numbered).collect()
    }

    fn value(
        &self,
        line: &Line,
        (server, setting): (&str, f64),
        records: &[Record],
    ) -> Option<f64> {
        match line.values {
            Values::Proportional(factor) => Some(setting * factor),
            Values::Measured(figure) => {
                let cell = Cell {
                    workload: self.workload,
                    server,
                    figure,
                };
                Some(cell.spread(records)?.median)
            }
        }
    }
}

fn picture(curve: &Curve, settings: &[(&'static str, f64)], records: &[Record]) -> String {
    let values = |line| -> Vec<f64> {
        let value = |setting: &(&str, f64)| curve.value(line, *setting, records);
        settings.iter().filter_map(value).collect()
    };
    let all = curve.lines.iter().flat_map(values);
    let step = step(all.fold(0.0, f64::max) / 5.0);
    let top = step * 5.0;
    let x = |index: usize| LEFT + (RIGHT - LEFT) * index as f64 / (settings.len() - 1) as f64;
    let y = |value: f64| BOTTOM - (BOTTOM - TOP) * value / top;
    let Curve { title, setting, .. } = curve;
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img">
<title>{title}</title>
{STYLE}<text class="title" x="0" y="20">{title}</text>
<text class="faint" x="0" y="40">{setting}</text>
"#
    );
    for index in 0..=5 {
        let value = step * f64::from(index);
        let at = y(value);
        let _ = writeln!(
            svg,
            r#"<line class="grid" x1="{LEFT}" y1="{at:.1}" x2="{RIGHT}" y2="{at:.1}"/>
<text class="faint" x="{}" y="{:.1}" text-anchor="end">{}</text>"#,
            LEFT - 10.0,
            at + 4.5,
            short(value)
        );
    }
    for (index, (_, setting)) in settings.iter().enumerate() {
        let _ = writeln!(
            svg,
            r#"<text class="faint" x="{:.1}" y="{}" text-anchor="middle">{setting}</text>"#,
            x(index),
            BOTTOM + 22.0
        );
    }
    let ends: Vec<f64> = curve
        .lines
        .iter()
        .filter_map(|line| values(line).last().copied())
        .collect();
    // The first line is drawn last, above the others.
    for line in curve.lines.iter().rev() {
        let values = values(line);
        let points: Vec<String> = values
            .iter()
            .enumerate()
            .map(|(index, value)| format!("{:.1},{:.1}", x(index), y(*value)))
            .collect();
        let Line { name, class, .. } = line;
        let _ = writeln!(
            svg,
            r#"<polyline class="curve {class}" points="{}"/>"#,
            points.join(" ")
        );
        let last = values.last().copied().unwrap_or_default();
        // Where two lines end close to each other, the lower name is below.
        let is_highest = ends.iter().all(|end| *end <= last);
        let below = if is_highest { -2.0 } else { 14.0 };
        let _ = writeln!(
            svg,
            r#"<text x="{}" y="{:.1}">{name} <tspan class="faint">{}</tspan></text>"#,
            RIGHT + 8.0,
            y(last) + below,
            if *class == "first" {
                number(last)
            } else {
                String::new()
            }
        );
    }
    svg + "</svg>\n"
}

/// Returns the next of 1, 2, 2.5, 5, 10, … that is not less.
fn step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0].map(|digit| digit * power);
    steps
        .into_iter()
        .find(|step| *step >= least)
        .unwrap_or(10.0 * power)
}

fn short(value: f64) -> String {
    if value.fract() == 0.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.1}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Measured;

    #[test]
    fn a_curve_has_a_point_for_each_measured_setting() {
        let record = |server: &str, units| Record {
            workload: "batch_size".to_owned(),
            server: server.to_owned(),
            round: 1,
            measured: Measured {
                units,
                wall_seconds: Some(1.0),
                ..Measured::default()
            },
        };
        let records = [
            record("batch_1", 240.0),
            record("batch_2", 480.0),
            record("batch_4", 1000.0),
        ];
        let settings = CURVES[0].settings(&records);
        assert_eq!(settings.len(), 3);
        let svg = picture(&CURVES[0], &settings, &records);
        assert_eq!(svg.matches("<polyline").count(), 2);
        // The last setting is on the right, and the highest value at the top.
        assert!(svg.contains(r#"620.0,64.0"/>"#), "{svg}");
    }

    #[test]
    fn steps_are_round() {
        assert_eq!(
            [0.9, 2.0, 2.1, 30.0, 1900.0].map(step),
            [1.0, 2.0, 2.5, 50.0, 2000.0]
        );
    }
}
