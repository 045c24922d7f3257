//! What holds for all messages together: the committed files, the envelope, the topology.

mod asyncapi;
mod catalogue;
mod committed;
mod envelope;
mod golden;
mod secrets;
mod topology;
