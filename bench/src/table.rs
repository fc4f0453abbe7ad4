//! Prints the results as Markdown.

use std::fmt::Write as _;

use crate::figures::{Cell, Spread};
use crate::record::Record;
use crate::workload::{WORKLOADS, Workload};

/// Returns a table for each workload that has records.
pub fn tables(records: &[Record]) -> String {
    let mut text = String::new();
    for workload in WORKLOADS {
        let servers = servers(workload, records);
        if !servers.is_empty() {
            let _ = writeln!(
                text,
                "### {}\n\n{}.\n",
                workload.name,
                capital(workload.what)
            );
            text.push_str(&table(workload, &servers, records));
            text.push('\n');
        }
    }
    text
}

/// Returns the servers with records of a workload, in the order of the table of servers.
pub fn servers(workload: &Workload, records: &[Record]) -> Vec<&'static str> {
    let has = |name: &&str| {
        let mut of_it = records
            .iter()
            .filter(|record| record.workload == workload.name);
        of_it.any(|record| record.server == *name)
    };
    workload.contestants().into_iter().filter(has).collect()
}

fn table(workload: &Workload, servers: &[&'static str], records: &[Record]) -> String {
    let mut head = "| server |".to_owned();
    for figure in workload.compared {
        let heading = figure.heading(workload.unit);
        let _ = write!(head, " {heading} | ratio to {} |", workload.yardstick);
    }
    for figure in workload.told {
        let _ = write!(head, " {} |", figure.heading(workload.unit));
    }
    let columns = head.matches('|').count() - 2;
    let mut text = format!("{head}\n|---|{}\n", "---:|".repeat(columns));
    for server in servers {
        let cell = |server, figure| Cell {
            workload: workload.name,
            server,
            figure,
        };
        let _ = write!(text, "| {server} |");
        for figure in workload.compared {
            let own = cell(*server, *figure);
            let base = cell(workload.yardstick, *figure);
            let _ = write!(
                text,
                " {} | {} |",
                with_spread(own.spread(records), number),
                with_spread(own.ratio(base, records), ratio)
            );
        }
        for figure in workload.told {
            let spread = cell(*server, *figure).spread(records);
            let median = spread.map(|spread| number(spread.median));
            let _ = write!(text, " {} |", median.as_deref().unwrap_or("–"));
        }
        text.push('\n');
    }
    text
}

fn with_spread(spread: Option<Spread>, number: fn(f64) -> String) -> String {
    let Some(Spread {
        median,
        least,
        most,
    }) = spread
    else {
        return "–".to_owned();
    };
    if least == most {
        return number(median);
    }
    format!("{} ({} to {})", number(median), number(least), number(most))
}

/// Formats a number with three significant digits.
pub fn number(value: f64) -> String {
    match value.abs() {
        small if small < 10.0 => format!("{value:.2}"),
        small if small < 100.0 => format!("{value:.1}"),
        small if small < 10_000.0 => format!("{value:.0}"),
        _ => in_thousands(&format!("{value:.0}")),
    }
}

/// Inserts a comma before each group of three digits.
fn in_thousands(digits: &str) -> String {
    match digits.len().checked_sub(3) {
        Some(cut @ 1..) => format!("{},{}", in_thousands(&digits[..cut]), &digits[cut..]),
        _ => digits.to_owned(),
    }
}

pub fn ratio(value: f64) -> String {
    if value < 10.0 {
        format!("{value:.2}")
    } else {
        format!("{value:.1}")
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// Formats the figures of one record on a line.
pub fn figures(workload: &Workload, record: &Record) -> String {
    let records = std::slice::from_ref(record);
    let figures = workload.compared.iter().chain(workload.told);
    let shown = figures.filter_map(|figure| {
        let cell = Cell {
            workload: &record.workload,
            server: &record.server,
            figure: *figure,
        };
        let value = cell.spread(records)?.median;
        Some(format!(
            "{} {}",
            number(value),
            figure.heading(workload.unit)
        ))
    });
    shown.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_show_what_they_say() {
        assert_eq!(number(0.123), "0.12");
        assert_eq!(number(12.34), "12.3");
        assert_eq!(number(9999.0), "9999");
        assert_eq!(number(12_345.0), "12,345");
        assert_eq!(number(2_862_373.4), "2,862,373");
    }
}
