//! Figures from records: medians, their spread, and ratios.

use crate::record::Record;

/// One number that a record contains or implies. Lower is better, except for `Rate`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Figure {
    /// CPU time of one unit, in microseconds.
    Cpu,
    /// Units per second.
    Rate,
    /// Elapsed time of one unit, in seconds.
    Wall,
    P50,
    P99,
    /// Resident memory.
    Memory,
    /// A figure of a single workload, and its heading.
    More(&'static str, &'static str),
}

impl Figure {
    /// Returns the heading in a table.
    pub fn heading(self, unit: &str) -> String {
        match self {
            Self::Cpu => format!("CPU µs per {unit}"),
            Self::Rate => format!("{unit}s per second"),
            Self::Wall => format!("seconds per {unit}"),
            Self::P50 => "p50 ms".to_owned(),
            Self::P99 => "p99 ms".to_owned(),
            Self::Memory => "memory MB".to_owned(),
            Self::More(_, heading) => heading.to_owned(),
        }
    }

    /// Returns the word for file names.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Rate => "rate",
            Self::Wall => "wall",
            Self::P50 => "p50",
            Self::P99 => "p99",
            Self::Memory => "memory",
            Self::More(name, _) => name,
        }
    }

    fn of(self, record: &Record) -> Option<f64> {
        let measured = &record.measured;
        match self {
            Self::Cpu => Some(measured.cpu_seconds? * 1e6 / measured.units),
            Self::Rate => Some(measured.units / measured.wall_seconds?),
            Self::Wall => Some(measured.wall_seconds? / measured.units),
            Self::P50 => measured.p50_ms,
            Self::P99 => measured.p99_ms,
            Self::Memory => measured.rss_mb,
            Self::More(name, _) => measured.more.get(name).copied(),
        }
    }
}

/// A median with the minimum and the maximum of the rounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

impl Spread {
    pub fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        let (least, most) = (*values.first()?, *values.last()?);
        let middle = values.len() / 2;
        let median = match values.len() % 2 {
            0 => f64::midpoint(values[middle - 1], values[middle]),
            _ => values[middle],
        };
        Some(Self {
            median,
            least,
            most,
        })
    }
}

/// One figure of one server in one workload.
#[derive(Clone, Copy, Debug)]
pub struct Cell<'a> {
    pub workload: &'a str,
    pub server: &'a str,
    pub figure: Figure,
}

impl Cell<'_> {
    /// Returns the round and the value of each record.
    fn values(self, records: &[Record]) -> Vec<(u32, f64)> {
        let of_this =
            |record: &&Record| record.workload == self.workload && record.server == self.server;
        let records = records.iter().filter(of_this);
        records
            .filter_map(|record| Some((record.round, self.figure.of(record)?)))
            .collect()
    }

    pub fn spread(self, records: &[Record]) -> Option<Spread> {
        Spread::of(
            self.values(records)
                .into_iter()
                .map(|pair| pair.1)
                .collect(),
        )
    }

    /// Returns the ratio of the medians; its spread is that of the rounds, each compared with the base in the same round.
    pub fn ratio(self, base: Cell<'_>, records: &[Record]) -> Option<Spread> {
        let bases = base.values(records);
        let paired = self
            .values(records)
            .into_iter()
            .filter_map(|(round, value)| {
                let (_, base) = bases.iter().find(|(of, _)| *of == round)?;
                Some(value / base)
            });
        let rounds = Spread::of(paired.collect());
        let median = self.spread(records)?.median / base.spread(records)?.median;
        let (least, most) = rounds.map_or((median, median), |of| (of.least, of.most));
        Some(Spread {
            median,
            least,
            most,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_is_between_the_two_in_the_middle() {
        let spread = Spread::of(vec![4.0, 1.0, 3.0, 2.0]).expect("there are some");
        assert_eq!((spread.median, spread.least, spread.most), (2.5, 1.0, 4.0));
        assert_eq!(Spread::of(Vec::new()), None);
    }
}
