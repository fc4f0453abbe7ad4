//! The Prometheus text format (exposition format 0.0.4).

use std::fmt::{Display, Write};

use super::histogram::{BOUNDS, Histogram};

/// The media type of the text.
pub(super) const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The text, family by family.
#[derive(Default)]
pub(super) struct Exposition {
    pub(super) text: String,
}

/// The labels of a sample: names and values.
pub(super) type Labels<'a> = &'a [(&'a str, &'a str)];

impl Exposition {
    /// Begins a family: all its samples follow before the next one begins.
    pub(super) fn family(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    pub(super) fn sample(&mut self, name: &str, labels: Labels<'_>, value: impl Display) {
        self.text.push_str(name);
        for (index, (label, value)) in labels.iter().enumerate() {
            self.text.push(if index == 0 { '{' } else { ',' });
            self.text.push_str(label);
            self.text.push_str("=\"");
            for character in value.chars() {
                match character {
                    '\\' => self.text.push_str("\\\\"),
                    '"' => self.text.push_str("\\\""),
                    '\n' => self.text.push_str("\\n"),
                    character => self.text.push(character),
                }
            }
            self.text.push('"');
        }
        if !labels.is_empty() {
            self.text.push('}');
        }
        let _ = writeln!(self.text, " {value}");
    }

    pub(super) fn histogram(&mut self, name: &str, labels: Labels<'_>, histogram: &Histogram) {
        let counted = histogram.counted();
        let bucket = format!("{name}_bucket");
        let bounds = BOUNDS.into_iter().zip(counted.at_most);
        for (bound, count) in bounds.chain([("+Inf", counted.count)]) {
            let labels = [labels, &[("le", bound)]].concat();
            self.sample(&bucket, &labels, count);
        }
        self.sample(&format!("{name}_sum"), labels, counted.seconds);
        self.sample(&format!("{name}_count"), labels, counted.count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped() {
        let mut exposition = Exposition::default();
        exposition.sample("a", &[("b", "\\\"\n"), ("c", "ü")], 1);
        exposition.sample("d", &[], 2.5);
        assert_eq!(exposition.text, "a{b=\"\\\\\\\"\\n\",c=\"ü\"} 1\nd 2.5\n");
    }
}
