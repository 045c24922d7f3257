//! The analytics service as others see it: over HTTP and by messages.

mod log;
mod shop;
