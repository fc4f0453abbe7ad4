//! The results as ratios.

use crate::Workload;

#[derive(Default)]
pub struct Table {
    results: Vec<Result>,
}

struct Result {
    row: Row,
    value: f64,
}

/// What is compared: a figure of a workload on a server, with the server that it is compared with.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Row {
    workload: &'static str,
    figure: &'static str,
    unit: &'static str,
    server: &'static str,
    base: &'static str,
}

impl Table {
    pub fn add(
        &mut self,
        workload: &Workload,
        figure: &'static str,
        server: &'static str,
        value: f64,
    ) {
        let row = Row {
            workload: workload.name,
            figure,
            unit: workload.unit,
            server,
            base: workload.servers[0],
        };
        self.results.push(Result { row, value });
    }

    /// The median of each server, its spread, and its ratio to the median of the one that it is compared with.
    pub fn print(&self) {
        println!("| workload | server | figure | median (least to most) | ratio |");
        println!("|---|---|---|---|---|");
        let mut rows: Vec<Row> = Vec::new();
        for result in &self.results {
            if !rows.contains(&result.row) {
                rows.push(result.row);
            }
        }
        rows.sort_by_key(|row| (row.workload, row.figure));
        for row in rows {
            let values = self.sorted(row);
            let base = middle(&self.sorted(Row {
                server: row.base,
                ..row
            }));
            let median = middle(&values);
            let (least, most) = (values[0], values[values.len() - 1]);
            let figure = match row.figure {
                "CPU µs" => format!("CPU µs per {}", row.unit),
                figure => figure.to_owned(),
            };
            println!(
                "| {} | {} | {figure} | {median:.2} ({least:.2} to {most:.2}) | {:.2} |",
                row.workload,
                row.server,
                median / base
            );
        }
    }

    fn sorted(&self, row: Row) -> Vec<f64> {
        let of = self.results.iter().filter(|result| result.row == row);
        let mut values: Vec<f64> = of.map(|result| result.value).collect();
        values.sort_by(f64::total_cmp);
        values
    }
}

fn middle(values: &[f64]) -> f64 {
    values[values.len() / 2]
}
