//! The payment service as a whole: messages in, messages out, HTTP, restarts.

mod gateways;
mod world;
