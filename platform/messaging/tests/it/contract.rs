//! The rules of every bus, kept by the embedded broker, with room in memory and with none, and by the bus of SNS and SQS.

use revcart_messaging::contract::Subject;
use revcart_messaging::embedded::{EmbeddedBus, Options};

use super::broker::manual_clock;

async fn subject(options: Options) -> Subject {
    let clock = manual_clock();
    let bus = EmbeddedBus::open(options, clock.clone()).await.unwrap();
    Subject::new(bus, clock)
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

mod sqs {
    use revcart_messaging::SqsBus;
    use revcart_messaging::sqs::topology;
    use revcart_runtime::Clock;
    use shared_events::Service;

    use super::*;
    use crate::localstack;

    async fn fresh() -> Subject {
        let options = localstack::options(&Service::ALL);
        topology::apply(&options).await.unwrap();
        let bus = SqsBus::open(options.clone()).await.unwrap();
        Subject::new(bus, Clock::system()).cleaned_up_by(async move {
            topology::destroy(&options).await.unwrap();
        })
    }

    revcart_messaging::bus_contract!(fresh);
}
