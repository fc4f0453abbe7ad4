//! The results as ratios.

pub struct Table {
    servers: Vec<&'static str>,
    rows: Vec<(&'static str, &'static str, f64)>,
}

impl Table {
    pub fn new(servers: &[&'static str]) -> Self {
        Self {
            servers: servers.to_vec(),
            rows: Vec::new(),
        }
    }

    pub fn add(&mut self, workload: &'static str, server: &'static str, micros: f64) {
        self.rows.push((workload, server, micros));
    }

    /// The median of each server, its spread, and its ratio to the first server's median.
    pub fn print(&self) {
        println!(
            "| workload | server | CPU µs per request (least to most) | ratio to {} |",
            self.servers[0]
        );
        println!("|---|---|---|---|");
        let mut workloads: Vec<&str> = self.rows.iter().map(|row| row.0).collect();
        workloads.dedup();
        workloads.sort_unstable_by(|a, b| b.cmp(a));
        workloads.dedup();
        for workload in workloads {
            let base = self.sorted(workload, self.servers[0]);
            for server in &self.servers {
                let values = self.sorted(workload, server);
                let (median, ratio) = (middle(&values), middle(&values) / middle(&base));
                let (least, most) = (values[0], values[values.len() - 1]);
                println!(
                    "| {workload} | {server} | {median:.1} ({least:.1} to {most:.1}) | {ratio:.2} |"
                );
            }
        }
    }

    fn sorted(&self, workload: &str, server: &str) -> Vec<f64> {
        let of = self
            .rows
            .iter()
            .filter(|row| row.0 == workload && row.1 == server);
        let mut values: Vec<f64> = of.map(|row| row.2).collect();
        values.sort_by(f64::total_cmp);
        values
    }
}

fn middle(values: &[f64]) -> f64 {
    values[values.len() / 2]
}
