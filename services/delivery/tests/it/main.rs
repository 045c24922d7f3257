//! The delivery service from outside: messages in and out, requests, time.

mod assigning;
mod world;
