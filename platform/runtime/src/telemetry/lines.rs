//! From tracing events to log lines: the fields of an event and of the spans around it, bounded, as text or JSON.

mod fields;
mod render;

use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::Format;
use crate::Clock;
use fields::Fields;

pub use fields::{LONGEST_VALUE, MOST_FIELDS};

/// A subscriber layer that hands every event as one finished line to a sink.
/// Fields of outer spans come first; a field of the same name further in replaces them.
pub struct Lines<W> {
    format: Format,
    colours: bool,
    clock: Clock,
    write: W,
}

impl<W: Fn(&str) + 'static> Lines<W> {
    /// `write` gets each line with its line break; `colours` is for terminals and only concerns [`Format::Pretty`].
    pub fn new(format: Format, colours: bool, write: W) -> Self {
        Self {
            format,
            colours,
            clock: Clock::system(),
            write,
        }
    }

    /// Takes the time of the lines from `clock`.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }
}

impl<S, W> Layer<S> for Lines<W>
where
    S: Subscriber + for<'lookup> LookupSpan<'lookup>,
    W: Fn(&str) + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in context
            .event_scope(event)
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .iter()
            .rev()
        {
            if let Some(outer) = span.extensions().get::<Fields>() {
                fields.extend(outer);
            }
        }
        event.record(&mut fields);
        let line = render::Line {
            at: self.clock.now(),
            level: *event.metadata().level(),
            target: event.metadata().target(),
            fields: &fields,
        };
        match self.format {
            Format::Json => (self.write)(&line.json()),
            Format::Pretty => (self.write)(&line.pretty(self.colours)),
        }
    }
}
