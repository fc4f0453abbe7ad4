//! The figures of a run: as a table, as a chart, and the trend of the memory.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::Duration;

use super::picture::{Line, Panel, picture};
use crate::observed::Figures;

/// The fraction of the run that warms up buffers and the allocator.
const WARM_UP: f64 = 0.2;

/// One of the figures, in the unit of its line.
type Figure = fn(&Figures) -> f64;

#[derive(Default)]
pub(super) struct Samples(Vec<Sample>);

struct Sample {
    seconds: f64,
    server: &'static str,
    figures: Figures,
}

impl Samples {
    pub(super) fn add(&mut self, after: Duration, server: &'static str, figures: Figures) {
        self.0.push(Sample {
            seconds: after.as_secs_f64(),
            server,
            figures,
        });
    }

    /// Writes the table and the chart into a folder.
    pub(super) fn write(&self, folder: &Path) {
        let (table, drawing) = (folder.join("soak.csv"), folder.join("soak.svg"));
        fs::write(&table, self.table()).expect("a folder");
        fs::write(&drawing, self.picture()).expect("a folder");
        eprintln!("{} and {}", table.display(), drawing.display());
    }

    fn table(&self) -> String {
        let mut table = String::from(
            "seconds,server,resident_kib,descriptors,connections,requests_in_flight,tasks\n",
        );
        for Sample {
            seconds,
            server,
            figures: it,
        } in &self.0
        {
            let _ = writeln!(
                table,
                "{seconds:.1},{server},{},{},{},{},{}",
                it.memory, it.descriptors, it.connections, it.in_flight, it.tasks
            );
        }
        table
    }

    /// Fits the memory after the warm-up to a straight line, by least squares.
    pub(super) fn trend(&self, server: &str) -> String {
        let mut points = self.of(server, |figures| mebibytes(figures.memory));
        let warm_up = points.last().map_or(0.0, |last| last.0 * WARM_UP);
        points.retain(|point| point.0 >= warm_up);
        let count = f64::from(u32::try_from(points.len()).unwrap_or(u32::MAX));
        let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
        let (time, memory) = (mean(|point| point.0), mean(|point| point.1));
        let covariance: f64 = points
            .iter()
            .map(|it| (it.0 - time) * (it.1 - memory))
            .sum();
        let variance: f64 = points.iter().map(|it| (it.0 - time).powi(2)).sum();
        let slope = 3600.0 * covariance / variance;
        format!(
            "resident memory after a warm-up of {warm_up:.0} s: {memory:.1} MiB on average, \
             {slope:+.2} MiB an hour ({:+.1} %) by least squares over {count} samples",
            100.0 * slope / memory
        )
    }

    fn picture(&self) -> String {
        let figures: [(&str, Figure); 5] = [
            ("resident memory, MiB", |it| mebibytes(it.memory)),
            ("open descriptors", |it| number(it.descriptors)),
            ("open connections", |it| number(it.connections)),
            ("requests in flight", |it| number(it.in_flight)),
            ("tasks of the runtime", |it| number(it.tasks)),
        ];
        let mut servers: Vec<_> = self.0.iter().map(|sample| sample.server).collect();
        servers.sort_unstable();
        servers.dedup();
        let panels = figures.map(|(title, of)| Panel {
            title,
            lines: servers
                .iter()
                .map(|name| Line {
                    name,
                    points: self.of(name, of),
                })
                .collect(),
        });
        picture(&panels)
    }

    /// Returns one figure of one server over the seconds.
    fn of(&self, server: &str, figure: Figure) -> Vec<(f64, f64)> {
        let of_server = self.0.iter().filter(|sample| sample.server == server);
        of_server
            .map(|sample| (sample.seconds, figure(&sample.figures)))
            .collect()
    }
}

fn mebibytes(kibibytes: u64) -> f64 {
    number(kibibytes) / 1024.0
}

fn number(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
