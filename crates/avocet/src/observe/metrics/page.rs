//! The metrics page: every family with its samples.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::exposition::Exposition;
use super::{Meter, Shared, locked};

/// Writes all metrics.
pub(super) fn of(shared: &Shared) -> String {
    let mut out = Exposition::default();
    let mut meters = locked(&shared.meters).clone();
    meters.retain(|meter| meter.is_used());
    of_requests(&mut out, &meters);
    of_streams(&mut out, &meters);
    of_websockets(&mut out, &meters);
    let failures: [Counter; 2] = [
        (
            "http_disconnects_total",
            "Responses that were cut off because the connection ended.",
            |meter| meter.left.load(Ordering::Relaxed),
        ),
        (
            "http_panics_total",
            "Handlers and streams that panicked.",
            |meter| meter.panics.load(Ordering::Relaxed),
        ),
    ];
    of_counters(&mut out, &meters, &failures);
    of_the_server(&mut out, shared);
    #[cfg(feature = "inference")]
    of_models(&mut out, shared);
    for other in &*locked(&shared.others) {
        out.text.push_str(&other());
    }
    out.text
}

#[cfg(feature = "inference")]
fn of_models(out: &mut Exposition, shared: &Shared) {
    let monitors = locked(&shared.monitors).clone();
    if !monitors.is_empty() {
        out.text.push_str(&avocet_inference::prometheus(&monitors));
    }
}

/// Name, help and value of a counter that each route has.
type Counter = (&'static str, &'static str, fn(&Meter) -> u64);

fn of_counters(out: &mut Exposition, meters: &[Arc<Meter>], counters: &[Counter]) {
    for (name, help, value) in counters {
        out.family(name, "counter", help);
        for meter in meters {
            out.sample(name, &labels(meter), value(meter));
        }
    }
}

fn of_requests(out: &mut Exposition, meters: &[Arc<Meter>]) {
    let name = "http_requests_total";
    out.family(name, "counter", "Requests that have ended.");
    for meter in meters {
        let [method, route] = labels(meter);
        for (status, count) in meter.answered() {
            out.sample(name, &[method, route, ("status", &status)], count);
        }
    }
    let name = "http_request_duration_seconds";
    out.family(
        name,
        "histogram",
        "Time from the head of the request to the end of the response.",
    );
    for meter in meters {
        out.histogram(name, &labels(meter), &meter.durations);
    }
    let name = "http_requests_in_flight";
    out.family(name, "gauge", "Requests in progress.");
    for meter in meters {
        out.sample(
            name,
            &labels(meter),
            meter.in_flight.load(Ordering::Relaxed),
        );
    }
    let bytes: Counter = (
        "http_response_bytes_total",
        "Bytes of response bodies.",
        |meter| meter.bytes.load(Ordering::Relaxed),
    );
    of_counters(out, meters, &[bytes]);
}

fn of_streams(out: &mut Exposition, meters: &[Arc<Meter>]) {
    let mut meters = meters.to_vec();
    meters.retain(|meter| meter.streams_at_all());
    let meters = &*meters;
    let name = "http_stream_first_byte_seconds";
    out.family(
        name,
        "histogram",
        "Time from the head of the request to the first byte of a streamed response.",
    );
    for meter in meters {
        out.histogram(name, &labels(meter), &meter.first_bytes);
    }
    let name = "http_streams_open";
    out.family(name, "gauge", "Streamed responses in progress.");
    for meter in meters {
        out.sample(name, &labels(meter), meter.streams.load(Ordering::Relaxed));
    }
    let items: Counter = (
        "http_stream_items_total",
        "Events and items sent by streams.",
        |meter| meter.items.load(Ordering::Relaxed),
    );
    of_counters(out, meters, &[items]);
}

fn of_websockets(out: &mut Exposition, meters: &[Arc<Meter>]) {
    let mut meters = meters.to_vec();
    meters.retain(|meter| meter.websockets.any());
    let name = "http_websockets_open";
    out.family(name, "gauge", "Open WebSockets.");
    for meter in &meters {
        let open = meter.websockets.open.load(Ordering::Relaxed);
        out.sample(name, &labels(meter), open);
    }
    let messages: [Counter; 2] = [
        (
            "http_websocket_messages_received_total",
            "WebSocket messages received from clients.",
            |meter| meter.websockets.received.load(Ordering::Relaxed),
        ),
        (
            "http_websocket_messages_sent_total",
            "WebSocket messages sent to clients.",
            |meter| meter.websockets.sent.load(Ordering::Relaxed),
        ),
    ];
    of_counters(out, &meters, &messages);
    let name = "http_websocket_ends_total";
    out.family(name, "counter", "WebSockets that have ended.");
    for meter in &meters {
        let [method, route] = labels(meter);
        for (code, count) in meter.websockets.ended() {
            out.sample(name, &[method, route, ("code", code)], count);
        }
    }
}

fn labels(meter: &Meter) -> [(&str, &str); 2] {
    [("method", &meter.method), ("route", &meter.route)]
}

fn of_the_server(out: &mut Exposition, shared: &Shared) {
    out.family(
        "http_rejections_total",
        "counter",
        "Requests rejected with a 4xx status before a handler ran.",
    );
    for (reason, count) in &*locked(&shared.rejections) {
        out.sample("http_rejections_total", &[("reason", reason)], count);
    }
    out.family(
        "http_limits_hit_total",
        "counter",
        "Times that a client reached a limit.",
    );
    for (limit, count) in &*locked(&shared.limits) {
        out.sample("http_limits_hit_total", &[("limit", limit)], count);
    }
    out.family("http_connections_open", "gauge", "Open connections.");
    out.sample(
        "http_connections_open",
        &[],
        shared.connections_open.load(Ordering::Relaxed),
    );
    out.family("http_connections_total", "counter", "Accepted connections.");
    out.sample(
        "http_connections_total",
        &[],
        shared.connections.load(Ordering::Relaxed),
    );
}
