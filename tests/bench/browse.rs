//! Product lists over kept connections. The client does as little as it can: it shares the processor with the system.

use std::time::{Duration, Instant};

use anyhow::Context;
use revcart_tests::System;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const PATH: &str = "/api/products?limit=20";

/// Answers per second to so many clients that ask one after the other.
pub(crate) async fn measure(system: &System, clients: u32, time: Duration) -> anyhow::Result<f64> {
    let address = system.address();
    let address = address
        .strip_prefix("http://")
        .context("it is plain HTTP")?;
    let begun = Instant::now();
    let mut browsing = JoinSet::new();
    for _ in 0..clients {
        let address = address.to_owned();
        browsing.spawn(async move { browse(&address, begun + time).await });
    }
    let mut answers = 0;
    while let Some(ended) = browsing.join_next().await {
        answers += ended??;
    }
    Ok(answers as f64 / begun.elapsed().as_secs_f64())
}

async fn browse(address: &str, until: Instant) -> anyhow::Result<u64> {
    let mut connection = TcpStream::connect(address).await?;
    connection.set_nodelay(true)?;
    let request = format!("GET {PATH} HTTP/1.1\r\nhost: {address}\r\n\r\n");
    let (mut received, mut answers) = (Vec::with_capacity(64 * 1024), 0);
    while Instant::now() < until {
        connection.write_all(request.as_bytes()).await?;
        read_answer(&mut connection, &mut received).await?;
        answers += 1;
    }
    Ok(answers)
}

/// Reads one answer, which must be good and say how long it is.
async fn read_answer(connection: &mut TcpStream, received: &mut Vec<u8>) -> anyhow::Result<()> {
    received.clear();
    let mut wanted = None;
    while wanted.is_none_or(|wanted| received.len() < wanted) {
        let read = connection.read_buf(received).await?;
        anyhow::ensure!(read > 0, "the connection was closed");
        if wanted.is_none() {
            wanted = length_of(received)?;
        }
    }
    Ok(())
}

/// The length of the whole answer, once its head is there.
fn length_of(received: &[u8]) -> anyhow::Result<Option<usize>> {
    let Some(head) = received.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = std::str::from_utf8(&received[..head])?;
    anyhow::ensure!(text.starts_with("HTTP/1.1 200"), "{text}");
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>())
    });
    Ok(Some(head + 4 + length.context("it says how long it is")??))
}
