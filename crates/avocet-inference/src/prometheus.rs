//! The figures in the text format of Prometheus (exposition format 0.0.4).

use std::fmt::{Display, Write};

use crate::figures::{Distribution, Figures};
use crate::monitor::{Limits, Monitor};

/// Returns the figures of models in the text format of Prometheus, for the page of metrics of any server.
///
/// All names begin with `avocet_inference_` and have the label `model_name`. After the prefix, those that vLLM has are the same, so a rule
/// for an autoscaler such as KEDA works with another prefix.
///
/// | metric | type | meaning |
/// |---|---|---|
/// | `num_requests_waiting` | gauge | inputs that wait |
/// | `num_requests_running` | gauge | inputs that run |
/// | `waiting_cost` | gauge | the cost of the inputs that wait |
/// | `limit` | gauge | the limits, by the label `limit`: `queue`, `queue_cost`, `per_caller`; `+Inf` without a limit |
/// | `replicas`, `ready_replicas` | gauge | replicas; those that have loaded the model |
/// | `request_queue_time_seconds` | histogram | the time of an input in the queue |
/// | `request_inference_time_seconds` | histogram | the time of a batch or a stream in the model |
/// | `time_to_first_token_seconds` | histogram | from the submission to the first item of a stream |
/// | `inter_token_latency_seconds` | histogram | between two items of a stream |
/// | `batch_size` | histogram | inputs of a batch, or sequences of a step |
/// | `generation_tokens_total` | counter | items of streams: tokens, if each item is one |
/// | `inputs_total` | counter | inputs that were accepted |
/// | `requests_total` | counter | requests that have ended, by the label `outcome`: `success`, `error`, `cancelled` or `expired` |
/// | `requests_rejected_total` | counter | requests that were rejected, by the label `limit`: `queue`, `queue_cost`, `per_caller` or `deadline` |
/// | `inputs_retried_total` | counter | inputs that ran again because their batch had failed |
/// | `panics_total` | counter | panics of the model |
/// | `abandoned_threads_total` | counter | threads that were abandoned because the model did not return |
/// | `load_failures_total` | counter | attempts to load the model that have failed |
///
/// ```
/// let lengths = avocet_inference::workers::batch("lengths", |_| Ok(()), |_, texts: &[String]| {
///     Ok::<_, std::convert::Infallible>(texts.iter().map(String::len).collect())
/// });
/// let text = avocet_inference::prometheus(&[lengths.monitor()]);
/// assert!(text.contains("avocet_inference_num_requests_waiting{model_name=\"lengths\"} 0\n"));
/// ```
pub fn prometheus(monitors: &[Monitor]) -> String {
    let mut page = Page::default();
    let models = monitors.iter().map(|monitor| Model {
        name: monitor.name(),
        figures: monitor.figures(),
        limits: monitor.limits(),
    });
    let models: Vec<_> = models.collect();
    for (name, help, value) in GAUGES {
        page.family(name, "gauge", help);
        for model in &models {
            page.sample(name, model.name, None, value(model));
        }
    }
    page.limits(&models);
    for (name, help, distribution) in HISTOGRAMS {
        page.family(name, "histogram", help);
        for model in &models {
            page.histogram(name, model.name, distribution(&model.figures));
        }
    }
    for (name, help, value) in COUNTERS {
        page.family(name, "counter", help);
        for model in &models {
            page.sample(name, model.name, None, value(&model.figures));
        }
    }
    page.outcomes(&models);
    page.0
}

struct Model<'a> {
    name: &'a str,
    figures: Figures,
    limits: Limits,
}

const GAUGES: [(&str, &str, fn(&Model<'_>) -> u64); 5] = [
    ("num_requests_waiting", "Inputs that wait.", |model| {
        model.figures.waiting as u64
    }),
    ("num_requests_running", "Inputs that run.", |model| {
        model.figures.running as u64
    }),
    (
        "waiting_cost",
        "The cost of the inputs that wait.",
        |model| model.figures.waiting_cost,
    ),
    ("replicas", "Replicas of the model.", |model| {
        model.limits.replicas as u64
    }),
    (
        "ready_replicas",
        "Replicas that have loaded the model.",
        |model| model.figures.ready_replicas as u64,
    ),
];

const HISTOGRAMS: [(&str, &str, fn(&Figures) -> &Distribution); 5] = [
    (
        "request_queue_time_seconds",
        "Time of an input in the queue.",
        |figures| &figures.queue_time,
    ),
    (
        "request_inference_time_seconds",
        "Time of a batch or a stream in the model.",
        |figures| &figures.run_time,
    ),
    (
        "time_to_first_token_seconds",
        "Time from the submission to the first item of a stream.",
        |figures| &figures.first_item,
    ),
    (
        "inter_token_latency_seconds",
        "Time between two items of a stream.",
        |figures| &figures.between_items,
    ),
    (
        "batch_size",
        "Inputs of a batch, or sequences of a step.",
        |figures| &figures.batch_size,
    ),
];

const COUNTERS: [(&str, &str, fn(&Figures) -> u64); 6] = [
    ("generation_tokens_total", "Items of streams.", |figures| {
        figures.items
    }),
    ("inputs_total", "Inputs that were accepted.", |figures| {
        figures.submitted
    }),
    (
        "inputs_retried_total",
        "Inputs that ran again because their batch had failed.",
        |figures| figures.retried,
    ),
    ("panics_total", "Panics of the model.", |figures| {
        figures.panics
    }),
    (
        "abandoned_threads_total",
        "Threads that were abandoned because the model did not return.",
        |figures| figures.abandoned,
    ),
    (
        "load_failures_total",
        "Attempts to load the model that have failed.",
        |figures| figures.load_failures,
    ),
];

/// The text, family by family.
#[derive(Default)]
struct Page(String);

impl Page {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(
            self.0,
            "# HELP {PREFIX}{name} {help}\n# TYPE {PREFIX}{name} {kind}"
        );
    }

    fn sample(
        &mut self,
        name: &str,
        model: &str,
        label: Option<(&str, &str)>,
        value: impl Display,
    ) {
        let model = Escaped(model);
        let _ = match label {
            None => writeln!(self.0, "{PREFIX}{name}{{model_name=\"{model}\"}} {value}"),
            Some((label, of)) => {
                writeln!(
                    self.0,
                    "{PREFIX}{name}{{model_name=\"{model}\",{label}=\"{of}\"}} {value}"
                )
            }
        };
    }

    fn histogram(&mut self, name: &str, model: &str, values: &Distribution) {
        let bucket = format!("{name}_bucket");
        let mut count = 0;
        let bounds = values.bounds.iter().map(ToString::to_string);
        for (bound, in_range) in bounds.chain(["+Inf".to_owned()]).zip(&values.counts) {
            count += in_range;
            self.sample(&bucket, model, Some(("le", &bound)), count);
        }
        self.sample(&format!("{name}_sum"), model, None, values.sum);
        self.sample(&format!("{name}_count"), model, None, count);
    }

    fn limits(&mut self, models: &[Model<'_>]) {
        let name = "limit";
        self.family(name, "gauge", "Limits of accepted inputs.");
        for model in models {
            let limits = &model.limits;
            for (limit, value) in [
                ("queue", Some(limits.queue as u64)),
                ("queue_cost", limits.queue_cost),
                ("per_caller", limits.per_caller.map(|limit| limit as u64)),
            ] {
                let value = value.map_or_else(|| "+Inf".to_owned(), |value| value.to_string());
                self.sample(name, model.name, Some(("limit", limit)), value);
            }
        }
    }

    fn outcomes(&mut self, models: &[Model<'_>]) {
        let name = "requests_total";
        self.family(name, "counter", "Requests that have ended.");
        for model in models {
            let figures = &model.figures;
            for (outcome, count) in [
                ("success", figures.completed),
                ("error", figures.failed),
                ("cancelled", figures.cancelled),
                ("expired", figures.expired),
            ] {
                self.sample(name, model.name, Some(("outcome", outcome)), count);
            }
        }
        let name = "requests_rejected_total";
        self.family(
            name,
            "counter",
            "Requests that were rejected because a limit was reached.",
        );
        for model in models {
            for (limit, count) in &model.figures.rejected {
                self.sample(name, model.name, Some(("limit", limit.name())), count);
            }
        }
    }
}

const PREFIX: &str = "avocet_inference_";

/// The value of a label.
struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.chars().try_for_each(|character| match character {
            '\\' => f.write_str("\\\\"),
            '"' => f.write_str("\\\""),
            '\n' => f.write_str("\\n"),
            character => f.write_char(character),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped() {
        assert_eq!(Escaped("a\\b\"c\nü").to_string(), "a\\\\b\\\"c\\nü");
    }

    #[test]
    fn the_buckets_of_a_histogram_are_cumulative() {
        let mut page = Page::default();
        let values = Distribution {
            bounds: &[0.5, 1.0],
            counts: vec![2, 0, 3],
            sum: 9.25,
        };
        page.histogram("h", "m", &values);
        let lines: Vec<_> = page.0.lines().collect();
        assert_eq!(
            lines,
            [
                "avocet_inference_h_bucket{model_name=\"m\",le=\"0.5\"} 2",
                "avocet_inference_h_bucket{model_name=\"m\",le=\"1\"} 2",
                "avocet_inference_h_bucket{model_name=\"m\",le=\"+Inf\"} 5",
                "avocet_inference_h_sum{model_name=\"m\"} 9.25",
                "avocet_inference_h_count{model_name=\"m\"} 5",
            ]
        );
    }
}
