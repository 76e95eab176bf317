//! `--log`: what happens, event by event, on stderr.

use std::io;

use clap::ValueEnum;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

/// How events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Log {
    /// A line for people.
    Text,
    /// A JSON object on a line.
    Json,
}

/// Writes the events of this program and its uploader from now on, and of nothing else: what a library says of its
/// requests is not ours to redact.
pub(crate) fn install(log: Log) {
    let ours = Targets::new()
        .with_target("group_picture", LevelFilter::DEBUG)
        .with_target("upload", LevelFilter::DEBUG);
    let events = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    let registry = tracing_subscriber::registry().with(ours);
    match log {
        Log::Text => registry.with(events.with_ansi(false)).init(),
        Log::Json => registry
            .with(events.json().flatten_event(true).with_span_list(false))
            .init(),
    }
}
