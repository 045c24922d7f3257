//! The rules of every bus, kept by the embedded broker: with room in memory, and with none.

use revcart_messaging::contract::Subject;
use revcart_messaging::embedded::{EmbeddedBus, Options};

use super::broker::manual_clock;

async fn subject(options: Options) -> Subject {
    let clock = manual_clock();
    let bus = EmbeddedBus::open(options, clock.clone()).await.unwrap();
    Subject {
        bus: bus.into(),
        clock,
    }
}

mod with_bodies_in_memory {
    use super::*;

    async fn fresh() -> Subject {
        subject(Options::temporary()).await
    }

    revcart_messaging::bus_contract!(fresh);
}

mod with_bodies_read_back {
    use super::*;

    async fn fresh() -> Subject {
        subject(Options {
            bodies_per_queue: 0,
            ..Options::temporary()
        })
        .await
    }

    revcart_messaging::bus_contract!(fresh);
}
